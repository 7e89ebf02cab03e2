import { join, resolve } from 'node:path';
import type { LoadedConfig } from '@modelmeter/config-file';
import type { MetricStore } from '@modelmeter/core';
import type { Logger } from 'pino';
import { ExporterError } from '../errors.js';
import { createCommitQueue } from './commit-queue.js';
import { isLocked, openGuardedLevel } from './guarded-level.js';
import { createModelState, type ModelState, type StateWriter } from './model-state.js';
import { keysOf, nothingKept, readModel } from './read-model.js';

/** Inputs on disk before snapshots replace them, of all models: what a start has to repeat. */
const maximumInputBytes = 32 << 20;
/** Inputs that may wait for the disk. */
const maximumWaitingBytes = 64 << 20;

type ModelName = { readonly name: string; readonly version: string };

/** Where an exporter keeps its state: one folder, used by one process. */
export interface StateStore {
  /** Why nothing is kept at present; undefined while everything is. */
  readonly fault: string | undefined;
  /** The state of a model, as its last monitor or an earlier process has left it. */
  model(of: ModelName): Promise<ModelState>;
  /** Replaces a store in which `model` has found damage, once the models have what could be read. */
  replaceDamaged(): void;
  /**
   * Resolves with true when all inputs, or all snapshots, so far are on disk; with false when they are
   * in memory only, since the store is at fault.
   */
  kept(what: 'inputs' | 'snapshots'): Promise<boolean>;
  /** Writes what waits, and closes the store. */
  close(): Promise<void>;
}

/**
 * Opens the state of a configuration; undefined without `state.path`. A request waits for two writes
 * of the disk at most: the one that is running, and the one that includes its inputs.
 *
 * When a write fails, the exporter goes on without the store and tries it again every few seconds.
 * Then it writes a snapshot of each model, which includes what was not kept.
 *
 * @throws ExporterError STATE_LOCKED when another process uses the folder.
 */
export async function openStateStore(
  { config, folder }: LoadedConfig,
  store: MetricStore,
  log: Logger,
): Promise<StateStore | undefined> {
  if (config.state === undefined) return undefined;
  const path = resolve(folder, config.state.path);
  const healthy = store.gauge('model_monitor_state_healthy', {});
  const lastCommit = store.gauge('model_monitor_state_last_commit_timestamp_seconds', {});
  const unkept = store.counter('model_monitor_state_unkept_inputs_total', {});
  const models = new Map<string, ModelState>();
  let waitingBytes = 0;
  let damage: string | undefined;

  async function saveAll(): Promise<boolean> {
    const saved = await Promise.allSettled([...models.values()].map((model) => model.saved()));
    return saved.every(({ status }) => status === 'fulfilled');
  }

  const guarded = await openGuardedLevel({
    // In a folder of its own: that of the configuration may be a volume, which cannot be renamed.
    path: join(path, 'store'),
    healthy,
    log,
    onFault() {
      for (const model of models.values()) model.suspend();
    },
    onOpen() {
      for (const model of models.values()) model.save();
      return saveAll();
    },
  }).catch((error: unknown) => {
    throw isLocked(error) ? locked(path, error) : error;
  });
  const queue = createCommitQueue(
    () => {
      waitingBytes = 0;
      return [...models.values()].flatMap((model) => model.take());
    },
    async (writes) => {
      await guarded.use((level) => level.batch(writes, { sync: true }));
      lastCommit.set(Date.now() / 1000);
    },
  );
  const writer: StateWriter = {
    maximumInputBytes: maximumInputBytes / config.models.length,
    get isOpen() {
      return guarded.level !== undefined;
    },
    inputWaits(bytes) {
      waitingBytes += bytes;
      if (waitingBytes <= maximumWaitingBytes) queue.commitSoon();
      else guarded.fail('the disk is slower than the input');
    },
    countUnkept: () => unkept.add(1),
    write: ({ key, value }) => guarded.use((level) => level.put(key, value)),
    commit: queue.commit,
    clear: (range) => guarded.use((level) => level.clear(range)),
  };

  return {
    get fault() {
      return guarded.fault;
    },
    async model(of) {
      const keys = keysOf(of);
      const found = models.get(keys.head);
      if (found?.isUsed) return found;
      await found?.saved().catch(() => {});
      const { level } = guarded;
      const kept = level === undefined ? nothingKept : await readModel(level, keys);
      damage ??= kept.damage;
      const state = createModelState(keys, kept, writer, (problems) =>
        log.warn({ model: of, problems }, 'a part of the state does not fit; it starts empty'),
      );
      models.set(keys.head, state);
      return state;
    },
    replaceDamaged() {
      if (damage !== undefined) guarded.replace(damage);
      damage = undefined;
    },
    async kept(what) {
      const isWritten = what === 'snapshots' ? saveAll() : queue.commit().then(() => true);
      return (await isWritten.catch(() => false)) && guarded.fault === undefined;
    },
    async close() {
      await saveAll();
      await queue.commit().catch(() => {});
      await guarded.close();
      for (const series of [healthy, lastCommit, unkept]) series.remove();
    },
  };
}

function locked(path: string, cause: unknown): ExporterError {
  return new ExporterError(
    'STATE_LOCKED',
    `Another process uses the state in ${path}. Stop it, or set another state.path.`,
    { cause },
  );
}
