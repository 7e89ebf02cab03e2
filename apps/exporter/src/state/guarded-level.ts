import type { GaugeSeries } from '@modelmeter/core';
import type { Logger } from 'pino';
import { messageOf } from '../errors.js';
import { moveAside, openLevel } from './open-level.js';
import type { Level } from './read-model.js';

/** How often a store at fault is tried again. */
const retryMs = 5000;

/** A store that may fail: it is then closed, and opened again until it works. */
export interface GuardedLevel {
  /** The open store; undefined during a fault. */
  readonly level: Level | undefined;
  /** Why not everything is kept; undefined while it is. */
  readonly fault: string | undefined;
  /** Runs an operation; its failure is a fault. Rejects during a fault. */
  use(run: (level: Level) => Promise<void>): Promise<void>;
  /** Reports a fault. */
  fail(problem: string): void;
  /** Moves the store aside and begins an empty one. */
  replace(damage: string): void;
  close(): Promise<void>;
}

/**
 * Opens the store in a folder. What cannot be opened is not a failure of this call but a fault.
 *
 * @param options.onFault Called when a fault begins: the store takes nothing until it is over.
 * @param options.onOpen Called when the store is open again; writes everything, and says whether that
 *   succeeded, which ends the fault.
 * @throws Error LEVEL_LOCKED when another process uses the folder.
 */
export async function openGuardedLevel(options: {
  readonly path: string;
  readonly healthy: GaugeSeries;
  readonly log: Logger;
  readonly onFault: () => void;
  readonly onOpen: () => Promise<boolean>;
}): Promise<GuardedLevel> {
  const { path, healthy, log, onFault, onOpen } = options;
  let level: Level | undefined;
  let fault: string | undefined;
  /** Why the store on disk cannot go on. */
  let damage: string | undefined;
  let retry: NodeJS.Timeout | undefined;

  function fail(problem: string, afterMs = retryMs): void {
    if (fault === undefined) log.error({ path, problem }, 'state is not kept');
    fault = problem;
    healthy.set(0);
    onFault();
    const failed = level;
    level = undefined;
    clearTimeout(retry);
    retry = setTimeout(() => void recover(failed), afterMs).unref();
  }

  async function recover(failed: Level | undefined): Promise<void> {
    try {
      await failed?.close();
      const moved = damage;
      if (moved !== undefined) await moveAside(path, (name) => report(name, moved));
      damage = undefined;
      level = await openLevel(path, report);
      if (!(await onOpen())) return;
      fault = undefined;
      healthy.set(1);
      log.info({ path }, 'state is kept again');
    } catch (error) {
      fail(messageOf(error));
    }
  }

  function report(movedTo: string, problem: string): void {
    log.error({ path, movedTo, problem }, 'state could not be read; it is moved, a new one begins');
  }

  try {
    level = await openLevel(path, report);
    healthy.set(1);
  } catch (error) {
    if (isLocked(error)) throw error;
    // What is there belongs to an earlier process; snapshots of this one must not replace it.
    damage = messageOf(error);
    fail(damage);
  }

  return {
    get level() {
      return level;
    },
    get fault() {
      return fault;
    },
    async use(run) {
      const used = level;
      if (used === undefined) throw new Error(fault ?? 'the state is closed');
      try {
        await run(used);
      } catch (error) {
        if (level === used) fail(messageOf(error));
        throw error;
      }
    },
    fail: (problem) => fail(problem),
    replace(found) {
      damage = found;
      fail(found, 0);
    },
    async close() {
      clearTimeout(retry);
      const last = level;
      level = undefined;
      await last?.close();
    },
  };
}

/** Whether another process uses the store. */
export function isLocked(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'LEVEL_LOCKED';
}
