import fc from 'fast-check';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCallMeter } from '../../src/call/call-meter.js';
import { createMonitor } from '../../src/monitor.js';
import type { MonitorOptions } from '../../src/monitor-options.js';
import { referenceOf } from '../support.js';

const features = [{ name: 'x', type: 'numeric' }] as const;
const reference = referenceOf(features, { x: [1, 2, 3, 4] });

const unhandled: unknown[] = [];
const keep = (error: unknown): void => {
  unhandled.push(error);
};

beforeAll(() => {
  process.on('unhandledRejection', keep);
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});

afterAll(() => {
  process.off('unhandledRejection', keep);
  vi.restoreAllMocks();
});

/** How a seam fails: not at all, by throwing, or by a promise that rejects. */
const failure = fc.constantFrom('none', 'throw', 'reject');
/** What is thrown; not everything that can be thrown is an Error, or can be made a text. */
const thrown = fc.constantFrom<unknown>(
  new Error('broken'),
  'a text',
  undefined,
  Object.create(null),
  new Proxy(
    {},
    {
      get() {
        throw new Error('read');
      },
    },
  ),
);

const hostileResult = (): number[] =>
  new Proxy([0.5], {
    get(target, name) {
      if (name === 'then' || name === 'length') throw new Error('getter');
      return Reflect.get(target, name);
    },
  });

function seam(how: string, error: unknown): () => never {
  return () => {
    if (how === 'throw') throw error;
    return (how === 'reject' ? Promise.reject(error) : undefined) as never;
  };
}

const ways = fc.record({
  onPrediction: failure,
  onDrift: failure,
  onMonitorError: failure,
  random: fc.constantFrom('none', 'throw'),
  rows: fc.constantFrom('none', 'throw'),
  features: failure,
  outputs: failure,
  predictionIds: fc.constantFrom('none', 'throw'),
  result: fc.constantFrom('plain', 'hostile', 'promise', 'hostile promise', 'error'),
  conflict: fc.boolean(),
});

describe('a call of a model', () => {
  it('has the same result and errors whatever fails in its monitoring', async () => {
    await fc.assert(
      fc.asyncProperty(ways, thrown, async (how, error) => {
        const modelError = new Error('the model');
        const registry = new Registry();
        const options = {
          model: { name: 'a' },
          features,
          outputs: { task: 'binary', score: 'y' },
          reference,
          registry,
          featureSamplingRate: 0.5,
          random: how.random === 'none' ? () => 0.2 : seam('throw', error),
          onMonitorError: seam(how.onMonitorError, error),
          hooks: {
            onPrediction: seam(how.onPrediction, error),
            onDrift: seam(how.onDrift, error),
          },
        } satisfies MonitorOptions;
        const monitor = createMonitor(options);
        if (how.conflict) registry.clear();
        const meter = createCallMeter<number, number[]>(
          monitor,
          {
            rows: how.rows === 'none' ? () => 1 : seam('throw', error),
            features:
              how.features === 'none'
                ? (x) => [{ names: ['x'], data: [x] }]
                : seam(how.features, error),
            outputs:
              how.outputs === 'none' ? (y) => [{ name: 'y', data: y }] : seam(how.outputs, error),
          },
          { predictionIds: how.predictionIds === 'none' ? 'generated' : seam('throw', error) },
        );
        const result = how.result === 'hostile' ? hostileResult() : [0.5];
        const run = (): number[] | Promise<number[]> => {
          if (how.result === 'error') throw modelError;
          if (how.result === 'promise') return Promise.resolve(result);
          if (how.result === 'hostile promise') {
            const promise = Promise.resolve(result);
            return Object.defineProperty(promise, 'then', { value: seam('throw', error) });
          }
          return result;
        };
        if (how.result === 'error') expect(() => meter(1, run)).toThrow(modelError);
        else if (how.result === 'promise') expect(await meter(1, run)).toBe(result);
        else if (how.result === 'plain') expect(meter(1, run)).toBe(result);
        else meter(1, run);
        await monitor.runDrift();
        await registry.metrics();
        monitor.close();
      }),
      { seed: 19, numRuns: 500 },
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  });
});
