import { CoreError, type PredictionBatch } from '@modelmeter/core';
import { adapterConformance, createRecordingMonitor } from '@modelmeter/core/testing';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { monitorFunction } from '../src/index.js';

interface Flight {
  readonly distance: number;
  readonly carrier: string;
}

const features = [
  { name: 'distance', type: 'numeric' },
  { name: 'carrier', type: 'categorical' },
] as const;
const outputs = { task: 'binary', score: 'late', decisionThreshold: 0.5 } as const;

function recorder() {
  return createRecordingMonitor({ features, outputs });
}

function lateScores(flights: readonly Flight[]): number[] {
  return flights.map(({ distance }) => {
    if (distance < 0) throw new RangeError('a distance is 0 or more');
    return distance / 1000;
  });
}

function flightsOf(index: number): Flight[] {
  return Array.from({ length: index + 1 }, (_, row) => ({ distance: row, carrier: 'AA' }));
}

type Model = (flights: readonly Flight[]) => number[] | Promise<number[]>;

const models: Readonly<Record<string, Model>> = {
  'a sync function': lateScores,
  'an async function': async (flights) => {
    // The later call ends first, so that mixed-up calls would show.
    for (let turn = 10 - flights.length; turn > 0; turn -= 1) await Promise.resolve();
    return lateScores(flights);
  },
};

for (const [kind, model] of Object.entries(models)) {
  describe(`${kind} keeps the contract of an adapter: it`, () => {
    for (const check of adapterConformance) {
      it(check.name, () =>
        check.run<Model, number[]>({
          features,
          outputs,
          makeModel: () => model,
          wrap: (wrapped, monitor) => monitorFunction(wrapped, monitor),
          call: (called, index) => called(flightsOf(index)),
          callFailing: (called) => called([{ distance: -1, carrier: 'AA' }]),
          rows: (index) => index + 1,
          equal: (a, b) => JSON.stringify(a) === JSON.stringify(b),
          members: [],
        }),
      );
    }
  });
}

describe('a monitored function', () => {
  it('stays sync and returns the very object of the function', () => {
    const scores = [0.1];
    const monitored = monitorFunction((_flights: Flight[]) => scores, recorder());
    expect(monitored(flightsOf(0))).toBe(scores);
  });

  it('returns the very promise of the function and is observed when it settles', async () => {
    const monitor = recorder();
    const promise = Promise.resolve([0.1]);
    const result = monitorFunction((_flights: Flight[]) => promise, monitor)(flightsOf(0));
    expect(result).toBe(promise);
    expect(monitor.batches).toHaveLength(0);
    await result;
    expect(monitor.batches).toHaveLength(1);
  });

  it('has the type of the bare one', () => {
    const monitored = monitorFunction(lateScores, recorder());
    expectTypeOf(monitored).toEqualTypeOf<(flights: readonly Flight[]) => number[]>();
  });

  it('throws the very error of the function', () => {
    const error = new Error('no model');
    const monitored = monitorFunction((_flight: Flight): number => {
      throw error;
    }, recorder());
    expect(() => monitored({ distance: 1, carrier: 'AA' })).toThrow(error);
  });

  it('passes `this` and every argument on', () => {
    const scale = {
      factor: 2,
      score: monitorFunction(function (this: unknown, row: number[], offset: number) {
        return (this as { factor: number }).factor * row[0]! + offset;
      }, recorder()),
    };
    expect(scale.score([3, 0], 1)).toBe(7);
  });
});

describe('the features of a call', () => {
  it('are read from an object by name', () => {
    const monitor = recorder();
    monitorFunction((_flight: Flight) => 0.5, monitor)({ distance: 7, carrier: 'UA' });
    expect(monitor.batches[0]).toMatchObject({
      rows: 1,
      features: [{ names: ['distance', 'carrier'], data: [7, 'UA'] }],
      outputs: [{ name: 'late', data: [0.5] }],
    });
  });

  it('are read from a typed array with whole rows', () => {
    const monitor = recorder();
    monitorFunction((_rows: Float64Array) => [0, 1], monitor)(Float64Array.of(1, 2, 3, 4));
    expect(monitor.batches[0]).toMatchObject({
      rows: 2,
      features: [{ names: ['distance', 'carrier'], data: Float64Array.of(1, 2, 3, 4) }],
    });
  });

  it.each<[string, unknown, number, unknown[]]>([
    ['an object', { carrier: 'UA', distance: 7 }, 1, [7, 'UA']],
    ['an object that lacks one', { distance: 7 }, 1, [7, undefined]],
    [
      'objects',
      [
        { distance: 7, carrier: 'UA' },
        { distance: 8, carrier: null },
      ],
      2,
      [7, 'UA', 8, null],
    ],
    ['an array with one row', [7, 'UA'], 1, [7, 'UA']],
    ['an array with whole rows', [7, 'UA', 8, 'AA'], 2, [7, 'UA', 8, 'AA']],
    [
      'an array of rows',
      [
        [7, 'UA'],
        [8, 'AA'],
      ],
      2,
      [7, 'UA', 8, 'AA'],
    ],
    ['typed arrays as rows', [Float32Array.of(1, 2), Float32Array.of(3, 4)], 2, [1, 2, 3, 4]],
    ['no rows', [], 0, []],
  ])('are read from %s', (_form, input, rows, data) => {
    const monitor = recorder();
    monitorFunction((_input: unknown) => Array.from({ length: rows }, () => 0.5), monitor)(input);
    expect(monitor.errors).toEqual([]);
    expect(monitor.batches).toMatchObject([
      { rows, features: [{ names: ['distance', 'carrier'], data }] },
    ]);
  });

  it('are read from columns, typed or not', () => {
    const monitor = recorder();
    const columns = { distance: Float32Array.of(7, 8), carrier: ['UA', 'AA'] };
    monitorFunction((_columns: typeof columns) => [0, 1], monitor)(columns);
    expect(monitor.batches).toMatchObject([
      {
        rows: 2,
        features: [
          { names: ['distance'], data: Float32Array.of(7, 8) },
          { names: ['carrier'], data: ['UA', 'AA'] },
        ],
      },
    ]);
  });

  it.each([
    ['an incomplete row', [7, 'UA', 8], 'holds 3 values and a row has 2 features'],
    ['null', null, 'the first argument is null'],
    ['a number', 7, 'the first argument is number'],
  ])('are counted as unread from %s, which is named', (_form, input, message) => {
    const monitor = recorder();
    expect(monitorFunction((_input: unknown) => 0.5, monitor)(input)).toBe(0.5);
    expect(String(monitor.errors[0]?.error)).toContain(message);
    expect(monitor.batches).toMatchObject([{ features: [] }]);
  });

  it('are not copied from a typed array', () => {
    const rows = Float64Array.of(1, 2);
    const seen: unknown[] = [];
    const monitor = recorder();
    const observing = Object.create(monitor, {
      observe: { value: (batch: PredictionBatch) => seen.push(batch.features[0]?.data) },
    });
    monitorFunction((_rows: Float64Array) => 0.5, observing)(rows);
    expect(seen[0]).toBe(rows);
  });

  it('come from the option where the arguments are of another shape', () => {
    const monitor = recorder();
    const monitored = monitorFunction((_text: string) => 0.5, monitor, {
      features: (text) => [{ names: ['carrier'], data: [text] }],
      predictionIds: ([text]) => [`id-${text}`],
    });
    monitored('DL');
    expect(monitor.batches[0]).toMatchObject({
      features: [{ names: ['carrier'], data: ['DL'] }],
      predictionIds: ['id-DL'],
    });
  });

  it('are counted as unread when they cannot be, and the call is still observed', () => {
    const monitor = recorder();
    expect(monitorFunction((_text: string) => 0.5, monitor)('DL')).toBe(0.5);
    expect(monitor.errors).toMatchObject([{ stage: 'features' }]);
    expect(monitor.batches).toMatchObject([{ rows: 1, features: [] }]);
  });
});

describe('a refused input', () => {
  const strict = () =>
    createRecordingMonitor({
      features: [{ ...features[0], maximum: 100 }, features[1]],
      outputs,
      requiresValidInput: true,
    });
  const tooFar = { distance: 101, carrier: 'AA' };

  it('is thrown by a function, before it runs', () => {
    let runs = 0;
    const monitored = monitorFunction((_flight: Flight) => (runs += 1), strict());
    expect(() => monitored(tooFar)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    expect(runs).toBe(0);
    expect(monitored({ distance: 100, carrier: 'AA' })).toBe(1);
  });

  it('is a rejection of an async function, never a throw', async () => {
    const monitored = monitorFunction(async (_flight: Flight) => 0.5, strict());
    const promise = monitored(tooFar);
    await expect(promise).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});

describe('the outputs of a call', () => {
  it('are the fields of a result object', () => {
    const monitor = recorder();
    monitorFunction(
      (_flight: Flight) => ({ late: 0.5, reason: 'fog' }),
      monitor,
    )({
      distance: 1,
      carrier: 'AA',
    });
    expect(monitor.batches[0]?.outputs).toEqual([
      { name: 'late', data: [0.5] },
      { name: 'reason', data: ['fog'] },
    ]);
  });

  it('are counted as unread when their option throws', () => {
    const monitor = recorder();
    const monitored = monitorFunction((_flight: Flight) => 0.5, monitor, {
      outputs: () => {
        throw new Error('no such field');
      },
    });
    expect(monitored({ distance: 1, carrier: 'AA' })).toBe(0.5);
    expect(monitor.errors).toMatchObject([{ stage: 'outputs' }]);
    expect(monitor.batches).toHaveLength(1);
  });
});

describe('the reason of a failed call', () => {
  const aborted = new DOMException('stopped', 'AbortError');
  const late = new DOMException('too late', 'TimeoutError');
  it.each([
    ['cancelled', aborted],
    ['timeout', late],
    ['invalid_input', new CoreError('INPUT_INVALID', 'not a number')],
    ['runtime', new TypeError('weights is undefined')],
    ['runtime', new RangeError('below 0')],
    ['runtime', new Error('out of memory')],
    ['other', 'a text'],
  ])('is %s for %s', async (reason, error) => {
    const monitor = recorder();
    const monitored = monitorFunction(async (_flight: Flight): Promise<number> => {
      throw error;
    }, monitor);
    await expect(monitored({ distance: 1, carrier: 'AA' })).rejects.toBe(error);
    expect(monitor.batches).toMatchObject([{ error: { reason }, outputs: [] }]);
  });

  it('is other when the mapping itself throws, and the caller gets the error of the function', () => {
    const error = new Error('no model');
    const monitor = recorder();
    const monitored = monitorFunction(
      (_flight: Flight): number => {
        throw error;
      },
      monitor,
      {
        errorReason: () => {
          throw new Error('the mapping fails');
        },
      },
    );
    expect(() => monitored({ distance: 1, carrier: 'AA' })).toThrow(error);
    expect(monitor.batches).toMatchObject([{ error: { reason: 'other' } }]);
    expect(monitor.errors).toHaveLength(1);
  });
});
