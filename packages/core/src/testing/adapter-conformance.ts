import { assert } from './assert.js';
import type { RecordingMonitor } from './recording-monitor.js';
import { createRecordingMonitor } from './recording-monitor.js';

/**
 * A model under one adapter: how to make it, wrap it, call it, and what must come out.
 *
 * @typeParam Model What the adapter wraps.
 * @typeParam Result What one call of the bare model gives.
 */
export interface AdapterSubject<Model, Result> {
  readonly features: RecordingMonitor['features'];
  readonly outputs: RecordingMonitor['outputs'];
  /** A fresh model whose calls can be told from each other. */
  makeModel(): Promise<Model> | Model;
  wrap(model: Model, monitor: RecordingMonitor): Model;
  /** Calls a model, bare or wrapped, with input number `index`: 0, 1, 2 … */
  call(model: Model, index: number): Promise<Result> | Result;
  /** Calls a model such that it fails by itself, after `wrap` as before. */
  callFailing(model: Model): Promise<Result> | Result;
  /** The rows of input number `index`. */
  rows(index: number): number;
  /** Compares two results of separate calls by value. */
  equal(a: Result, b: Result): boolean;
  /** Names of members that the model has beside its call. */
  readonly members: readonly (keyof Model & string)[];
}

/** One thing that every adapter keeps; it throws an Error that says what was broken. */
export interface ConformanceCheck {
  readonly name: string;
  run<Model, Result>(subject: AdapterSubject<Model, Result>): Promise<void>;
}

/** What every adapter keeps. Loop over it in the tests of an adapter, each check against the real runtime. */
export const adapterConformance: readonly ConformanceCheck[] = [
  {
    name: 'gives the result of the bare model',
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
      assert(String(thrown) === String(bare), `"${bare}" became "${thrown}"`);
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
      const rows = monitor.batches.map((batch) => batch.rows).sort((a, b) => a - b);
      const expected = [0, 1, 2, 3].map((index) => subject.rows(index)).sort((a, b) => a - b);
      assert(
        JSON.stringify(rows) === JSON.stringify(expected),
        `rows ${expected.join(', ')} were observed as ${rows.join(', ')}`,
      );
    },
  },
  {
    name: 'is not broken by an observer that throws',
    async run(subject) {
      const model = await subject.makeModel();
      const expected = await subject.call(model, 0);
      const failing = createRecordingMonitor({ ...subject, fails: true });
      const actual = await subject.call(subject.wrap(model, failing), 0);
      assert(subject.equal(actual, expected), 'the failing observer changed the result');
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
];

function recorder(subject: Pick<RecordingMonitor, 'features' | 'outputs'>): RecordingMonitor {
  return createRecordingMonitor(subject);
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
