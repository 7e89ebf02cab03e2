import { describe, expect, it } from 'vitest';
import type { CallReader } from '../../src/call/call-contract.js';
import { createCallMeter } from '../../src/call/call-meter.js';
import {
  type AdapterSubject,
  adapterConformance,
  type RecordingMonitor,
} from '../../src/testing/index.js';

interface Model {
  predict(rows: readonly number[]): Promise<number[]>;
  readonly name: string;
}

type Wrap = AdapterSubject<Model, number[]>['wrap'];

const reader: CallReader<readonly number[], number[]> = {
  rows: (rows) => rows.length,
  features: (rows) => [{ names: ['x'], data: rows }],
  outputs: (result) => [{ name: 'y', data: result }],
};

const faithful: Wrap = (model, monitor) => {
  const meter = createCallMeter(monitor, reader);
  return {
    name: model.name,
    async predict(rows) {
      return meter(rows, () => model.predict(rows));
    },
  };
};

/** An adapter that reports to a monitor with changed members. */
function changing(change: (monitor: RecordingMonitor) => Partial<RecordingMonitor>): Wrap {
  return (model, monitor) => {
    const changed = Object.create(monitor, Object.getOwnPropertyDescriptors(change(monitor)));
    return faithful(model, changed as RecordingMonitor);
  };
}

const everything: unknown[] = [];

function subject(wrap: Wrap): AdapterSubject<Model, number[]> {
  return {
    features: [{ name: 'x', type: 'numeric' }],
    outputs: { task: 'regression', value: 'y' },
    makeModel: () => ({
      name: 'doubling',
      async predict(rows) {
        if (rows.length === 0) throw new Error('no rows');
        return rows.map((row) => 2 * row);
      },
    }),
    wrap,
    call: (model, index) => model.predict(Array.from({ length: index + 1 }, (_, row) => row)),
    callFailing: (model) => model.predict([]),
    rows: (index) => index + 1,
    equal: (a, b) => JSON.stringify(a) === JSON.stringify(b),
    members: ['name'],
  };
}

/** Names of the checks that an adapter fails, of all or of one. */
async function broken(wrap: Wrap, only?: string): Promise<string[]> {
  const names: string[] = [];
  for (const check of adapterConformance) {
    if (only !== undefined && check.name !== only) continue;
    await check.run(subject(wrap)).catch(() => names.push(check.name));
  }
  return names;
}

describe('adapterConformance', () => {
  it('passes for a correct adapter', async () => {
    expect(await broken(faithful)).toEqual([]);
  });

  it.each<[string, string, Wrap]>([
    [
      'changes the result',
      'returns the result of the bare model',
      (model, monitor) => {
        const wrapped = faithful(model, monitor);
        return { ...wrapped, predict: async (rows) => (await wrapped.predict(rows)).slice(1) };
      },
    ],
    [
      'observes nothing',
      'observes each call exactly once, with its rows and a duration',
      (model) => model,
    ],
    [
      'throws an error of its own',
      'throws the error of the model unchanged and counts it',
      (model, monitor) => {
        const wrapped = faithful(model, monitor);
        return {
          ...wrapped,
          predict: (rows) =>
            wrapped.predict(rows).catch((cause: unknown) => {
              throw new Error('the model failed', { cause });
            }),
        };
      },
    ],
    [
      'mixes overlapping calls up',
      'keeps the timing and rows of overlapping calls apart',
      (model, monitor) => {
        let latest: readonly number[] = [];
        return {
          name: model.name,
          async predict(rows) {
            latest = rows;
            const result = await model.predict(rows);
            monitor.observe({
              rows: latest.length,
              features: [{ names: ['x'], data: latest }],
              outputs: [{ name: 'y', data: result }],
              durationSeconds: 0,
            });
            return result;
          },
        };
      },
    ],
    [
      'lets an observer break it',
      'returns the result when the observer throws',
      (model, monitor) => ({
        name: model.name,
        async predict(rows) {
          const result = await model.predict(rows);
          monitor.observe({
            rows: rows.length,
            features: [{ names: ['x'], data: rows }],
            outputs: [{ name: 'y', data: result }],
            durationSeconds: 0,
          });
          return result;
        },
      }),
    ],
    [
      'drops a member',
      'keeps the other members of the model',
      (model, monitor) => {
        const { predict } = faithful(model, monitor);
        return { predict } as Model;
      },
    ],
    [
      'never ends a call',
      'counts a call in flight while the model runs',
      changing(() => ({ endCall() {} })),
    ],
    [
      'loses the ids',
      'passes on the ids and the context of a call',
      changing((monitor) => ({
        startCall: () => ({ ...monitor.startCall(), details: undefined }),
      })),
    ],
    [
      'samples every call',
      'reads no features of a call that is not sampled and still counts its rows',
      changing((monitor) => ({ startCall: () => ({ ...monitor.startCall(), isSampled: true }) })),
    ],
    [
      'checks nothing',
      'rejects an input that does not fit its feature when the monitor requires it',
      changing((monitor) => ({
        startCall: () => ({ ...monitor.startCall(), requiresValidInput: false }),
      })),
    ],
    [
      'does not look at the signal',
      'rejects a call whose signal has aborted',
      changing((monitor) => ({
        startCall: () => ({ ...monitor.startCall(), details: undefined }),
      })),
    ],
    [
      'remembers its results',
      'keeps no data of a call in memory',
      (model, monitor) => {
        const wrapped = faithful(model, monitor);
        return {
          ...wrapped,
          async predict(rows) {
            const result = await wrapped.predict(rows);
            everything.push(result);
            return result;
          },
        };
      },
    ],
  ])('fails for an adapter that %s', async (_, check, wrap) => {
    expect(await broken(wrap, check)).toEqual([check]);
  });
});
