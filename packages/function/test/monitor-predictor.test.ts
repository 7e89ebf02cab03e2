import { adapterConformance, createRecordingMonitor } from '@modelmeter/core/testing';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { monitorPredictor } from '../src/index.js';

const features = [{ name: 'distance', type: 'numeric' }] as const;
const outputs = { task: 'binary', score: 'late', decisionThreshold: 0.5 } as const;

/** A class as a user writes it: private state, helpers, a method that calls predict itself. */
class Rules {
  #calls = 0;
  readonly version = '3';

  predict(distances: readonly number[]): number[] {
    this.#calls += 1;
    return distances.map((distance) => this.score(distance));
  }

  predictOne(distance: number): number {
    return this.predict([distance])[0]!;
  }

  score(distance: number): number {
    if (distance < 0) throw new RangeError('a distance is 0 or more');
    return distance / 1000;
  }

  get calls(): number {
    return this.#calls;
  }
}

function distancesOf(index: number): number[] {
  return Array.from({ length: index + 1 }, (_, row) => row);
}

describe('a class with a predict method keeps the contract of an adapter: it', () => {
  for (const check of adapterConformance) {
    it(check.name, () =>
      check.run<Rules, number[]>({
        features,
        outputs,
        makeModel: () => new Rules(),
        wrap: (model, monitor) => monitorPredictor(model, monitor),
        call: (model, index) => model.predict(distancesOf(index)),
        callFailing: (model) => model.predict([-1]),
        rows: (index) => index + 1,
        equal: (a, b) => JSON.stringify(a) === JSON.stringify(b),
        members: ['predictOne', 'score', 'version', 'calls'],
      }),
    );
  }
});

describe('a monitored predictor', () => {
  it('has the type of the bare one, and is of its class', () => {
    const model = monitorPredictor(new Rules(), createRecordingMonitor({ features, outputs }));
    expectTypeOf(model).toEqualTypeOf<Rules>();
    expect(model).toBeInstanceOf(Rules);
    expect(model.constructor).toBe(Rules);
  });

  it('shares the state of the bare one, and its own calls of predict are not metered twice', () => {
    const monitor = createRecordingMonitor({ features, outputs });
    const bare = new Rules();
    const model = monitorPredictor(bare, monitor);
    model.predict([1]);
    model.predictOne(2);
    expect(model.calls).toBe(2);
    expect(bare.calls).toBe(2);
    expect(monitor.batches).toHaveLength(1);
  });

  it('may be a plain object with an async predict', async () => {
    const monitor = createRecordingMonitor({ features, outputs });
    const model = monitorPredictor(
      {
        threshold: 500,
        async predict(this: { threshold: number }, rows: { distance: number }) {
          return rows.distance > this.threshold ? 1 : 0;
        },
      },
      monitor,
    );
    await expect(model.predict({ distance: 800 })).resolves.toBe(1);
    expect(monitor.batches).toMatchObject([
      { rows: 1, features: [{ data: [800] }], outputs: [{ name: 'late', data: [1] }] },
    ]);
  });
});
