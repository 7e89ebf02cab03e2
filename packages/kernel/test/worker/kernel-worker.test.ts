import { afterAll, describe, expect, test } from 'vitest';
import { KernelError } from '../../src/errors.js';
import { createKernel } from '../../src/kernel/create-kernel.js';
import { ksTwoSamplePValue } from '../../src/statistics/ks-p-value.js';
import { meanDiscrepancy } from '../../src/statistics/mean-discrepancy.js';
import { createKernelWorker } from '../../src/worker/index.js';
import { codeOf, normals } from '../kernel/kernels.js';

const kernel = createKernel();
const worker = createKernelWorker();
afterAll(() => worker.close());

async function rejection(promise: Promise<unknown>): Promise<KernelError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(KernelError.isInstance(error)).toBe(true);
  return error as KernelError;
}

describe('createKernelWorker', () => {
  const a = normals(5000, 1);
  const b = Float32Array.from(normals(3000, 2));

  test('gives what the kernel gives, several calls at once too', async () => {
    const matrix = { columns: 3, maximumRows: 50, permutations: 19 };
    const [sorted, quantiles, ties, ks, p, discrepancy] = await Promise.all([
      worker.sort(a),
      worker.quantiles(b, [0, 0.5, 1]),
      worker.tieGroups(a, b),
      worker.ksTwoSample(a, b),
      worker.ksTwoSamplePValue(0.03, 5000, 3000),
      worker.meanDiscrepancy(a.subarray(0, 300), b.subarray(0, 300), matrix),
    ]);
    expect(sorted).toEqual(kernel.sort(a));
    expect(quantiles).toEqual(kernel.quantiles(b, [0, 0.5, 1]));
    expect(ties).toEqual(kernel.tieGroups(a, b));
    expect(ks).toEqual(kernel.ksTwoSample(a, b));
    expect(p).toBe(ksTwoSamplePValue(0.03, 5000, 3000));
    expect(discrepancy).toEqual(meanDiscrepancy(a.subarray(0, 300), b.subarray(0, 300), matrix));
    expect(worker.pending).toBe(0);
    expect(a.length).toBe(5000);
  });

  test('moves the memory when asked to', async () => {
    const own = a.slice();
    expect(await worker.sort(own, { transfer: true })).toEqual(kernel.sort(a));
    expect(own.length).toBe(0);
    const same = a.slice();
    expect(await worker.ksTwoSample(same, same, { transfer: true })).toMatchObject({
      statistic: 0,
    });
  });

  test('rejects with the error of the kernel, and works on', async () => {
    const error = await rejection(worker.quantiles(a, [2]));
    expect(error.code).toBe('INVALID_ARGUMENT');
    expect(error.message).toBe('quantiles(probabilities)[0]: got 2; pass numbers from 0 to 1');
    const wrong = await rejection(worker.sort([3, 1] as unknown as Float64Array));
    expect(wrong.code).toBe('INVALID_ARGUMENT');
    const unsendable = (() => 1) as unknown as Float64Array;
    expect((await rejection(worker.sort(unsendable))).code).toBe('INVALID_ARGUMENT');
    expect(await worker.sort(Float64Array.of(2, 1))).toEqual(Float64Array.of(1, 2));
  });

  test('leaves the event loop free', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    const large = normals(2_000_000, 3);
    const sorted = worker.sort(large, { transfer: true });
    await sorted;
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });

  test('refuses more calls than may wait', async () => {
    const small = createKernelWorker({ maximumPending: 2 });
    const first = small.sort(a);
    const second = small.sort(a);
    expect((await rejection(small.sort(a))).code).toBe('WORKER_BUSY');
    expect(await first).toEqual(await second);
    expect(await small.sort(a)).toEqual(kernel.sort(a));
    await small.close();
  });

  test('rejects what is pending when it is closed, and all that comes after', async () => {
    const closing = createKernelWorker({ implementation: 'typescript' });
    const pending = closing.sort(normals(200_000, 1));
    const rejected = rejection(pending);
    await closing.close();
    expect((await rejected).code).toBe('WORKER_CLOSED');
    expect((await rejection(closing.sort(a))).code).toBe('WORKER_CLOSED');
    await closing.close();
  });

  test('an impossible bound is refused', () => {
    expect(codeOf(() => createKernelWorker({ maximumPending: 0 }))).toBe('INVALID_ARGUMENT');
  });
});
