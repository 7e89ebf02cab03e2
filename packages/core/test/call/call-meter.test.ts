import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallReader } from '../../src/call/call-contract.js';
import { createCallMeter } from '../../src/call/call-meter.js';
import { createRecordingMonitor } from '../../src/testing/index.js';

const features = [{ name: 'x', type: 'numeric' }] as const;
const outputs = { task: 'regression', value: 'y' } as const;

const reader: CallReader<readonly number[], number[]> = {
  rows: (rows) => rows.length,
  features: (rows) => [{ names: ['x'], data: rows }],
  outputs: (result) => [{ name: 'y', data: result }],
};

type RecorderOptions = Partial<Parameters<typeof createRecordingMonitor>[0]>;

function recorder(options: RecorderOptions = {}) {
  return createRecordingMonitor({ features, outputs, ...options });
}

/** A promise that is settled by hand. */
function deferred<Value>() {
  let resolve!: (value: Value) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<Value>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe('a call meter', () => {
  it('returns the same result and records the features and outputs', () => {
    const monitor = recorder();
    const result = [2, 4];
    expect(createCallMeter(monitor, reader)([1, 2], () => result)).toBe(result);
    expect(monitor.batches).toMatchObject([
      {
        rows: 2,
        features: [{ names: ['x'], data: [1, 2] }],
        outputs: [{ name: 'y', data: [2, 4] }],
        error: undefined,
        unread: undefined,
      },
    ]);
  });

  it('reads the features before the model can change its input', () => {
    const seen: number[] = [];
    const rows = [1];
    const noting: typeof reader = {
      ...reader,
      features(input) {
        seen.push(input[0]!);
        return [];
      },
    };
    createCallMeter(recorder(), noting)(rows, () => {
      rows[0] = 9;
      return [0];
    });
    expect(seen).toEqual([1]);
  });

  it('times each of several overlapping calls separately', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
    const monitor = recorder();
    const meter = createCallMeter(monitor, reader);
    const slow = deferred<number[]>();
    const fast = deferred<number[]>();
    const calls = [meter([1], () => slow.promise)];
    vi.advanceTimersByTime(100);
    calls.push(meter([1, 2], () => fast.promise));
    expect(monitor.inFlight).toBe(2);
    vi.advanceTimersByTime(50);
    fast.resolve([0, 0]);
    await turns();
    expect(monitor.inFlight).toBe(1);
    vi.advanceTimersByTime(850);
    slow.resolve([0]);
    await Promise.all(calls);
    expect(monitor.inFlight).toBe(0);
    expect(monitor.batches.map(({ rows, durationSeconds }) => [rows, durationSeconds])).toEqual([
      [2, 0.05],
      [1, 1],
    ]);
    vi.useRealTimers();
  });

  it('observes a failed call once, with its reason and cause, and ends it', async () => {
    const monitor = recorder();
    const error = new Error('out of memory');
    const meter = createCallMeter(monitor, reader);
    expect(() =>
      meter([1], () => {
        throw error;
      }),
    ).toThrow(error);
    await expect(meter([1, 2], () => Promise.reject<number[]>(error))).rejects.toBe(error);
    expect(monitor.batches).toMatchObject([
      { rows: 1, outputs: [], error: { reason: 'runtime', cause: error } },
      { rows: 2, outputs: [], error: { reason: 'runtime', cause: error } },
    ]);
    expect(monitor.inFlight).toBe(0);
  });

  it('still observes calls whose features, outputs, rows or ids cannot be read', () => {
    const fails = (): never => {
      throw new Error('cannot be read');
    };
    const monitor = recorder();
    const broken = { rows: fails, features: fails, outputs: fails };
    const meter = createCallMeter(monitor, broken, { predictionIds: fails });
    expect(meter([1, 2], () => [7])).toEqual([7]);
    expect(monitor.batches).toMatchObject([{ rows: 1, features: [], outputs: [] }]);
    expect(monitor.errors.map(({ stage }) => stage)).toEqual([
      'features',
      'features',
      'outputs',
      'outputs',
    ]);
  });
});

describe('prediction ids', () => {
  it('are generated on request, one per row', () => {
    const monitor = recorder();
    createCallMeter(monitor, reader, { predictionIds: 'generated' })([1, 2], () => [0, 0]);
    expect(monitor.batches[0]?.predictionIds).toEqual(['id-1', 'id-2']);
  });

  it('of the call take precedence over generated ones', () => {
    const monitor = recorder({ details: { predictionIds: ['mine'] } });
    createCallMeter(monitor, reader, { predictionIds: 'generated' })([1], () => [0]);
    expect(monitor.batches[0]?.predictionIds).toEqual(['mine']);
  });
});

describe('sampling', () => {
  it('reads neither features nor outputs of a call that is not sampled', () => {
    const monitor = recorder({ isSampled: false });
    const reads: string[] = [];
    const noting: typeof reader = {
      rows: reader.rows,
      features() {
        reads.push('features');
        return [];
      },
      outputs() {
        reads.push('outputs');
        return [];
      },
    };
    createCallMeter(monitor, noting)([1, 2], () => [0, 0]);
    expect(reads).toEqual([]);
    expect(monitor.batches).toMatchObject([{ rows: 2, features: [], unread: 'sampling' }]);
  });

  it('still reads the outputs of a call with ids, which targets need', () => {
    const monitor = recorder({ isSampled: false, details: { predictionIds: ['a'] } });
    createCallMeter(monitor, reader)([1], () => [5]);
    expect(monitor.batches).toMatchObject([
      { features: [], outputs: [{ name: 'y', data: [5] }], predictionIds: ['a'] },
    ]);
  });

  it('checks every call when inputs are rejected but counts no features of calls that are not sampled', () => {
    const monitor = recorder({ isSampled: false, requiresValidInput: true });
    const meter = createCallMeter(monitor, reader);
    expect(() => meter(['far'] as never, () => [0])).toThrow(/"x" is "far"/);
    meter([1], () => [0]);
    expect(monitor.batches).toMatchObject([
      { error: { reason: 'invalid_input' } },
      { features: [], unread: 'sampling' },
    ]);
  });
});

describe('features and outputs that are read asynchronously', () => {
  const later: CallReader<readonly number[], number[]> = {
    rows: (rows) => rows.length,
    features: async (rows) => [{ names: ['x'], data: [...rows] }],
    outputs: async (result) => [{ name: 'y', data: [...result] }],
  };

  it('do not delay the caller and are observed with the duration of the call', async () => {
    const monitor = recorder();
    const result = createCallMeter(monitor, later)([1], () => [2]);
    expect(result).toEqual([2]);
    expect(monitor.batches).toEqual([]);
    expect(monitor.inFlight).toBe(0);
    await turns();
    expect(monitor.batches).toMatchObject([
      { features: [{ data: [1] }], outputs: [{ data: [2] }] },
    ]);
  });

  it('are counted as errors when reading fails, and the call is observed without them', async () => {
    const lost = (): Promise<never> => Promise.reject(new Error('the device is lost'));
    const monitor = recorder();
    createCallMeter(monitor, { ...later, features: lost, outputs: lost })([1], () => [2]);
    await turns();
    expect(monitor.batches).toMatchObject([{ rows: 1, features: [], outputs: [] }]);
    expect(monitor.errors.map(({ stage }) => stage)).toEqual(['features', 'outputs']);
  });

  it('are read for a limited number of calls at a time; the others count as busy', async () => {
    const monitor = recorder();
    const gate = deferred<void>();
    const slow: typeof later = {
      ...later,
      features: async (rows) => {
        await gate.promise;
        return [{ names: ['x'], data: [...rows] }];
      },
    };
    const meter = createCallMeter(monitor, slow, { maximumPendingReads: 2 });
    for (const row of [1, 2, 3]) meter([row], () => [row]);
    await turns();
    expect(monitor.batches).toMatchObject([{ features: [], unread: 'busy' }]);
    gate.resolve();
    await turns();
    expect(monitor.batches.map(({ unread }) => unread)).toEqual(['busy', undefined, undefined]);
  });

  it('are requested synchronously only when the input must be checked', () => {
    const asked: boolean[] = [];
    const noting: typeof reader = {
      ...reader,
      features(rows, requiresSynchronousRead) {
        asked.push(requiresSynchronousRead);
        return [{ names: ['x'], data: rows }];
      },
    };
    for (const requiresValidInput of [true, false]) {
      createCallMeter(recorder({ requiresValidInput }), noting)([1], () => [2]);
    }
    expect(asked).toEqual([true, false]);
  });

  it('cannot be checked before the call, which is reported and does not stop the call', async () => {
    const monitor = recorder({ requiresValidInput: true });
    expect(createCallMeter(monitor, later)([1], () => [2])).toEqual([2]);
    await turns();
    expect(String(monitor.errors[0]?.error)).toContain('cannot be checked before the call');
    expect(monitor.batches).toHaveLength(1);
  });
});

describe('a call with a timeout or a signal', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('counts as timeout and stays in flight until the model is done', async () => {
    const monitor = recorder();
    const model = deferred<number[]>();
    const call = createCallMeter(monitor, reader, { timeoutMs: 50 })([1], () => model.promise);
    const ended = expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
    vi.advanceTimersByTime(50);
    await ended;
    expect(monitor.batches).toMatchObject([
      { durationSeconds: 0.05, error: { reason: 'timeout' } },
    ]);
    expect(monitor.inFlight).toBe(1);
    model.resolve([0]);
    await turns();
    expect(monitor.inFlight).toBe(0);
    expect(monitor.batches).toHaveLength(1);
  });

  it('returns the result of a model that is fast enough and leaves no timer behind', async () => {
    const monitor = recorder();
    const call = createCallMeter(monitor, reader, { timeoutMs: 50 })([1], async () => [3]);
    await expect(call).resolves.toEqual([3]);
    expect(vi.getTimerCount()).toBe(0);
    expect(monitor.batches).toMatchObject([{ error: undefined }]);
  });

  it('rejects when its signal aborts and ignores a later failure of the model', async () => {
    const controller = new AbortController();
    const monitor = recorder({ details: { signal: controller.signal } });
    const model = deferred<number[]>();
    const call = createCallMeter(monitor, reader)([1], () => model.promise);
    const reason = new DOMException('The client is gone.', 'AbortError');
    const ended = expect(call).rejects.toBe(reason);
    controller.abort(reason);
    await ended;
    expect(monitor.batches).toMatchObject([{ error: { reason: 'cancelled', cause: reason } }]);
    model.reject(new Error('too late to matter'));
    await turns();
    expect(monitor.inFlight).toBe(0);
    expect(monitor.batches).toHaveLength(1);
  });

  it('does not start the model when its signal has aborted before', () => {
    const reason = new DOMException('The client is gone.', 'AbortError');
    const monitor = recorder({ details: { signal: AbortSignal.abort(reason) } });
    const run = vi.fn(() => [0]);
    expect(() => createCallMeter(monitor, reader)([1], run)).toThrow(reason);
    expect(run).not.toHaveBeenCalled();
    expect(monitor.inFlight).toBe(0);
  });

  it('rejects with the error of the model when that comes first', async () => {
    const monitor = recorder();
    const error = new Error('no model');
    const call = createCallMeter(monitor, reader, { timeoutMs: 50 })([1], () =>
      Promise.reject<number[]>(error),
    );
    await expect(call).rejects.toBe(error);
    expect(monitor.batches).toMatchObject([{ error: { reason: 'runtime' } }]);
  });
});
