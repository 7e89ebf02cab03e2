import type { FeatureConfig } from '../settings/features.js';
import { assert } from './assert.js';
import { collectGarbage } from './collect-garbage.js';
import { createRecordingMonitor, type RecordingMonitor } from './recording-monitor.js';

/**
 * A model under the adapter that is tested: how to create, wrap and call it.
 *
 * @typeParam Model What the adapter wraps.
 * @typeParam Result The result of one call of the bare model.
 */
export interface AdapterSubject<Model, Result> {
  readonly features: RecordingMonitor['features'];
  readonly outputs: RecordingMonitor['outputs'];
  /** Creates a model that gives different results for different inputs and keeps no input. */
  makeModel(): Promise<Model> | Model;
  wrap(model: Model, monitor: RecordingMonitor): Model;
  /** Calls a model, bare or wrapped, with input number `index`: 0, 1, 2 … */
  call(model: Model, index: number): Promise<Result> | Result;
  /** Calls a model, bare or wrapped, such that the model fails. */
  callFailing(model: Model): Promise<Result> | Result;
  /** The rows of input number `index`. */
  rows(index: number): number;
  /** Whether the results of two calls are equal by value. */
  equal(a: Result, b: Result): boolean;
  /** Names of the members of the model other than its call. */
  readonly members: readonly (keyof Model & string)[];
}

/** One requirement for adapters; `run` throws an Error that says which part is not met. */
export interface ConformanceCheck {
  readonly name: string;
  run<Model, Result>(subject: AdapterSubject<Model, Result>): Promise<void>;
}

/** The requirements for every adapter. Run each in the tests of an adapter, with the real runtime. */
export const adapterConformance: readonly ConformanceCheck[] = [
  {
    name: 'returns the result of the bare model',
    async run(subject) {
      const model = await subject.makeModel();
      const expected = await subject.call(model, 0);
      const actual = await subject.call(subject.wrap(model, recorder(subject)), 0);
      assert(subject.equal(actual, expected), 'the wrapped model gave another result');
    },
  },
  {
    name: 'observes each call exactly once, with its rows and a duration',
    async run(subject) {
      const monitor = recorder(subject);
      const wrapped = subject.wrap(await subject.makeModel(), monitor);
      for (const index of [0, 1, 2]) await subject.call(wrapped, index);
      await observed(monitor, 3);
      assert(monitor.batches.length === 3, `3 calls gave ${monitor.batches.length} observations`);
      for (const [index, batch] of monitor.batches.entries()) {
        assert(
          batch.rows === subject.rows(index),
          `call ${index} has ${subject.rows(index)} rows and was observed with ${batch.rows}`,
        );
        assert(batch.durationSeconds >= 0, `call ${index} took ${batch.durationSeconds} s`);
        assert(batch.error === undefined, `call ${index} was observed as failed`);
        assert(batch.outputs.length > 0, `call ${index} was observed without outputs`);
        assert(batch.features.length > 0, `call ${index} was observed without features`);
      }
      assert(monitor.errors.length === 0, `errors were counted: ${describe(monitor)}`);
    },
  },
  {
    name: 'throws the error of the model unchanged and counts it',
    async run(subject) {
      const monitor = recorder(subject);
      const model = await subject.makeModel();
      const bare = await failure(() => subject.callFailing(model));
      const wrapped = subject.wrap(model, monitor);
      const thrown = await failure(() => subject.callFailing(wrapped));
      assert(bare !== undefined && thrown !== undefined, 'the failing call did not fail');
      assert(
        String(thrown) === String(bare),
        `the wrapped model threw "${thrown}" instead of "${bare}"`,
      );
      await observed(monitor, 1);
      assert(
        monitor.batches.length === 1 && monitor.batches[0]?.error !== undefined,
        'the failed call was not observed once, as failed',
      );
    },
  },
  {
    name: 'keeps the timing and rows of overlapping calls apart',
    async run(subject) {
      const monitor = recorder(subject);
      const wrapped = subject.wrap(await subject.makeModel(), monitor);
      await Promise.all([0, 1, 2, 3].map((index) => subject.call(wrapped, index)));
      await observed(monitor, 4);
      const rows = monitor.batches.map((batch) => batch.rows).sort((a, b) => a - b);
      const expected = [0, 1, 2, 3].map((index) => subject.rows(index)).sort((a, b) => a - b);
      assert(
        JSON.stringify(rows) === JSON.stringify(expected),
        `rows ${expected.join(', ')} were observed as ${rows.join(', ')}`,
      );
    },
  },
  {
    name: 'returns the result when the observer throws',
    async run(subject) {
      const model = await subject.makeModel();
      const expected = await subject.call(model, 0);
      const failing = createRecordingMonitor({ ...subject, fails: true });
      const actual = await subject.call(subject.wrap(model, failing), 0);
      assert(subject.equal(actual, expected), 'the failing observer changed the result');
      await until(() => failing.errors.length > 0);
      assert(failing.errors.length === 1, `its failure was counted ${failing.errors.length} times`);
    },
  },
  {
    name: 'keeps the other members of the model',
    async run(subject) {
      const model = await subject.makeModel();
      const wrapped = subject.wrap(model, recorder(subject));
      for (const member of subject.members) {
        assert(
          typeof wrapped[member] === typeof model[member],
          `member "${member}" is ${typeof wrapped[member]}, not ${typeof model[member]}`,
        );
      }
    },
  },
  {
    name: 'counts a call in flight while the model runs',
    async run(subject) {
      const monitor = recorder(subject);
      const wrapped = subject.wrap(await subject.makeModel(), monitor);
      const pending = subject.call(wrapped, 0);
      if (pending instanceof Promise) {
        assert(monitor.inFlight === 1, `a running call was counted as ${monitor.inFlight}`);
      }
      await pending;
      await until(() => monitor.inFlight === 0);
      assert(monitor.inFlight === 0, `${monitor.inFlight} calls are in flight after the only one`);
      await failure(() => subject.callFailing(wrapped));
      await until(() => monitor.inFlight === 0);
      assert(monitor.inFlight === 0, `${monitor.inFlight} calls are in flight after a failed one`);
    },
  },
  {
    name: 'passes on the ids and the context of a call',
    async run(subject) {
      const predictionIds = Array.from({ length: subject.rows(1) }, (_, row) => `id-${row}`);
      const context = { request: 7 };
      const monitor = createRecordingMonitor({ ...subject, details: { predictionIds, context } });
      await subject.call(subject.wrap(await subject.makeModel(), monitor), 1);
      await observed(monitor, 1);
      const [batch] = monitor.batches;
      assert(
        JSON.stringify(batch?.predictionIds) === JSON.stringify(predictionIds),
        `the ids were ${batch?.predictionIds?.join(', ')} instead of ${predictionIds.join(', ')}`,
      );
      assert(batch?.context === context, 'the call was observed without its context');
    },
  },
  {
    name: 'reads no features of a call that is not sampled and still counts its rows',
    async run(subject) {
      const monitor = createRecordingMonitor({ ...subject, isSampled: false });
      await subject.call(subject.wrap(await subject.makeModel(), monitor), 1);
      await observed(monitor, 1);
      const [batch] = monitor.batches;
      assert(batch?.unread === 'sampling', `the call was observed as ${batch?.unread}`);
      assert(batch?.features.length === 0, 'its features were read');
      assert(batch?.rows === subject.rows(1), `it was observed with ${batch?.rows} rows`);
    },
  },
  {
    name: 'rejects an input that does not fit its feature when the monitor requires it',
    async run(subject) {
      const monitor = createRecordingMonitor({
        features: subject.features.map(impossible),
        outputs: subject.outputs,
        requiresValidInput: true,
      });
      const wrapped = subject.wrap(await subject.makeModel(), monitor);
      const thrown = await failure(() => subject.call(wrapped, 0));
      assert(
        (thrown as { code?: unknown } | undefined)?.code === 'INPUT_INVALID',
        `the call ended with ${String(thrown)}, not with INPUT_INVALID`,
      );
      await observed(monitor, 1);
      const [batch] = monitor.batches;
      assert(
        monitor.batches.length === 1 && batch?.error?.reason === 'invalid_input',
        'the rejected call was not observed once, as invalid_input',
      );
    },
  },
  {
    name: 'rejects a call whose signal has aborted',
    async run(subject) {
      const reason = new DOMException('The client is gone.', 'AbortError');
      const signal = AbortSignal.abort(reason);
      const monitor = createRecordingMonitor({ ...subject, details: { signal } });
      const wrapped = subject.wrap(await subject.makeModel(), monitor);
      const thrown = await failure(() => subject.call(wrapped, 0));
      assert(
        thrown === reason,
        `the call ended with ${String(thrown)}, not with the signal's reason`,
      );
      await observed(monitor, 1);
      assert(
        monitor.batches.length === 1 && monitor.batches[0]?.error?.reason === 'cancelled',
        'the call was not observed once, as cancelled',
      );
    },
  },
  {
    name: 'keeps no data of a call in memory',
    async run(subject) {
      const monitor = recorder(subject);
      const wrapped = subject.wrap(await subject.makeModel(), monitor);
      const held: WeakRef<object>[] = [];
      // In a function of its own, so that no result stays in a variable of this one.
      const hold = async (index: number): Promise<void> => {
        const result = await subject.call(wrapped, index);
        if (typeof result === 'object' && result !== null) held.push(new WeakRef(result));
      };
      for (const index of [0, 1, 2]) await hold(index);
      await observed(monitor, 3);
      // The last call may still be on the stack: another one takes its place.
      await subject.call(wrapped, 0);
      await observed(monitor, 4);
      const data = monitor.seenData.slice(0, -subject.features.length);
      await until(() => {
        collectGarbage();
        return [...held, ...data].every((reference) => reference.deref() === undefined);
      });
      const kept = (references: readonly WeakRef<object>[]): number =>
        references.filter((reference) => reference.deref() !== undefined).length;
      assert(kept(held) === 0, `${kept(held)} of ${held.length} results are still held`);
      assert(kept(data) === 0, `${kept(data)} of ${data.length} blocks of values are still held`);
    },
  },
];

function recorder(subject: Pick<RecordingMonitor, 'features' | 'outputs'>): RecordingMonitor {
  return createRecordingMonitor(subject);
}

/** The feature with a declaration that no value fits. */
function impossible(feature: FeatureConfig): FeatureConfig {
  return feature.type === 'numeric'
    ? { ...feature, required: true, minimum: Number.MAX_VALUE, maximum: Number.MAX_VALUE }
    : { ...feature, required: true, values: ['not a value of the feature'] };
}

/** Waits for observations; an adapter that reads values from a device observes later. */
async function observed(monitor: RecordingMonitor, calls: number): Promise<void> {
  await until(() => monitor.batches.length >= calls);
}

/** Waits some turns of the event loop for a condition; the caller then checks it. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100 && !holds(); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, turn < 20 ? 0 : 10));
  }
}

async function failure(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}

function describe(monitor: RecordingMonitor): string {
  return monitor.errors.map(({ stage, error }) => `${stage}: ${String(error)}`).join('; ');
}
