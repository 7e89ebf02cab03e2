import { describe, expect, it } from 'vitest';
import { type AdapterSubject, adapterConformance } from '../../src/testing/index.js';

interface Model {
  predict(rows: readonly number[]): Promise<number[]>;
  readonly name: string;
}

type Wrap = AdapterSubject<Model, number[]>['wrap'];

const faithful: Wrap = (model, monitor) => ({
  name: model.name,
  async predict(rows) {
    const batch = {
      rows: rows.length,
      features: [{ names: ['x'], data: rows }],
      outputs: [],
      durationSeconds: 0,
    };
    let result: number[];
    try {
      result = await model.predict(rows);
    } catch (error) {
      monitor.observe({ ...batch, error: { reason: 'runtime' } });
      throw error;
    }
    try {
      monitor.observe({ ...batch, outputs: [{ name: 'y', data: result }] });
    } catch (error) {
      monitor.countError('outputs', error);
    }
    return result;
  },
});

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

async function broken(wrap: Wrap): Promise<string[]> {
  const names: string[] = [];
  for (const check of adapterConformance) {
    await check.run(subject(wrap)).catch(() => names.push(check.name));
  }
  return names;
}

describe('the conformance checks', () => {
  it('pass for a faithful adapter', async () => {
    expect(await broken(faithful)).toEqual([]);
  });

  it.each<[string, string, Wrap]>([
    [
      'changes the result',
      'gives the result of the bare model',
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
      'is not broken by an observer that throws',
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
  ])('catch an adapter that %s', async (_, check, wrap) => {
    expect(await broken(wrap)).toContain(check);
  });
});
