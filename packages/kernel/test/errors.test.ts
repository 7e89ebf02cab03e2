import { describe, expect, test } from 'vitest';
import { KernelError, type KernelErrorCode, kernelErrorCodes } from '../src/errors.js';
import { createGridCounter, createKernel } from '../src/index.js';
import { createScratch } from '../src/kernel/wasm/scratch.js';
import { createWasmKernel } from '../src/kernel/wasm/wasm-kernel.js';
import { instantiate } from '../src/kernel/wasm/wasm-module.js';
import {
  categoricalProfile,
  mergeProfiles,
  numericProfile,
  profileFromJson,
} from '../src/profiles/index.js';
import { populationStabilityIndex } from '../src/statistics/index.js';
import { createKernelWorker } from '../src/worker/index.js';

describe('KernelError', () => {
  test.each([
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [null, 'null'],
    [undefined, 'undefined'],
    [12n, '12n'],
    ['text', '"text"'],
    ['x'.repeat(100), `"${'x'.repeat(60)}…"`],
    [new Float32Array(3), 'Float32Array of length 3'],
    [[1, 2], 'Array of length 2'],
    [new DataView(new ArrayBuffer(5)), 'DataView of length 5'],
    [Object.create(null, { a: { value: 1, enumerable: true } }), 'an object with the fields ["a"]'],
    [() => 1, 'a function'],
  ])('says the place, the value %s and the next step', (value, text) => {
    const error = new KernelError('INVALID_ARGUMENT', {
      place: 'f(x)',
      value,
      nextStep: 'pass a number',
    });
    expect(error.message).toBe(`f(x): got ${text}; pass a number`);
    expect(error).toMatchObject({ name: 'KernelError', code: 'INVALID_ARGUMENT', place: 'f(x)' });
    expect(error.value).toBe(value);
  });

  test('keeps its cause', () => {
    const cause = new Error('below');
    const detail = { place: 'f(x)', value: 1, nextStep: 'pass 2', cause };
    expect(new KernelError('OUT_OF_MEMORY', detail).cause).toBe(cause);
  });

  test('is known by name and code, whichever copy of the package made it', () => {
    const detail = { place: 'f(x)', value: 1, nextStep: 'pass 2' };
    const foreign = Object.assign(new Error('f(x)'), { name: 'KernelError', code: 'INVALID_GRID' });
    expect(KernelError.isInstance(new KernelError('INVALID_GRID', detail))).toBe(true);
    expect(KernelError.isInstance(foreign)).toBe(true);
    expect(KernelError.isInstance(Object.assign(new Error('x'), { code: 'INVALID_GRID' }))).toBe(
      false,
    );
    expect(KernelError.isInstance('INVALID_GRID')).toBe(false);
  });
});

describe('each error code', () => {
  const worker = createKernelWorker({ maximumPending: 1 });
  const values = new Float64Array(1000);
  const provoked: Record<KernelErrorCode, () => unknown> = {
    INVALID_ARGUMENT: () => createKernel().sort([1] as unknown as Float64Array),
    INVALID_GRID: () => createGridCounter([Float64Array.of(2, 1)]),
    INVALID_COUNTS: () => populationStabilityIndex([-1], [1]),
    PROFILE_FORMAT: () => profileFromJson({}, 'file'),
    PROFILE_MISMATCH: () =>
      mergeProfiles(categoricalProfile(['a']), numericProfile(values) as never),
    OUT_OF_MEMORY: () =>
      createWasmKernel(createScratch({ maximumBytes: 300_000 })).sort(new Float64Array(20_000)),
    WASM_UNAVAILABLE: () => instantiate(2 ** 17),
    WORKER_BUSY: () => Promise.all([worker.sort(values), worker.sort(values)]),
    WORKER_CLOSED: async () => {
      await worker.close();
      await worker.sort(values);
    },
  };

  test.each(Object.entries(provoked))(
    '%s is thrown by a call that it describes',
    async (code, call) => {
      const error: unknown = await Promise.resolve()
        .then(call)
        .catch((thrown: unknown) => thrown);
      expect(KernelError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ code });
    },
  );

  test('has a sentence that says what happened', () => {
    expect(Object.keys(kernelErrorCodes).sort()).toEqual(Object.keys(provoked).sort());
    for (const sentence of Object.values(kernelErrorCodes)) expect(sentence).toMatch(/^[A-Z].+\.$/);
  });
});
