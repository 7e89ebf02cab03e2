import { setImmediate } from 'node:timers/promises';
import type { Write } from './read-model.js';

/** Inputs that no request waits for are written after so long. */
const commitDelayMs = 50;

/** Groups writes: while the disk is busy with one commit, the next one is collected. */
export interface CommitQueue {
  /** Resolves when the write, and all inputs that wait, are on disk; rejects when they are not. */
  commit(write?: Write): Promise<void>;
  /** Commits within 50 ms. */
  commitSoon(): void;
}

/**
 * @param takeInputs Returns what waits, once.
 * @param write Writes all of it or nothing, and waits for the disk.
 */
export function createCommitQueue(
  takeInputs: () => readonly Write[],
  write: (writes: Write[]) => Promise<void>,
): CommitQueue {
  let queued: Write[] = [];
  let waiting: { resolve(): void; reject(error: unknown): void }[] = [];
  let isRunning = false;
  let timer: NodeJS.Timeout | undefined;

  async function commitOnce(): Promise<void> {
    const waited = waiting;
    const writes = [...queued, ...takeInputs()];
    waiting = [];
    queued = [];
    try {
      await write(writes);
      for (const { resolve } of waited) resolve();
    } catch (error) {
      for (const { reject } of waited) reject(error);
    }
  }

  async function run(): Promise<void> {
    isRunning = true;
    // Requests that came in the same turn of the event loop share the commit.
    await setImmediate();
    while (waiting.length > 0) await commitOnce();
    isRunning = false;
  }

  function commit(...writes: Write[]): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    queued.push(...writes);
    const done = new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }));
    if (!isRunning) void run();
    return done;
  }

  return {
    commit,
    commitSoon() {
      timer ??= setTimeout(() => commit().catch(() => {}), commitDelayMs).unref();
    },
  };
}
