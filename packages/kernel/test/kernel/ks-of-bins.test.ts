import { describe, expect, test } from 'vitest';
import { createTypescriptKernel } from '../../src/kernel/typescript/typescript-kernel.js';
import { createScratch } from '../../src/kernel/wasm/scratch.js';
import { createWasmKernel } from '../../src/kernel/wasm/wasm-kernel.js';
import type { NumericArray } from '../../src/types.js';
import { normals } from './kernels.js';

/** Columns long enough to be counted into bins: the merge of the sorted twin is the oracle. */
const plain = createTypescriptKernel();
const scratch = createScratch();
const kernel = createWasmKernel(scratch);
const many = 40_000;

const families: readonly (readonly [string, (z: Float64Array) => NumericArray])[] = [
  ['normal', (z) => z],
  ['log-normal', (z) => z.map((v) => Math.exp(4 * v))],
  ['a large offset', (z) => z.map((v) => 1e9 + v)],
  ['float32', (z) => Float32Array.from(z)],
  ['whole numbers', (z) => z.map((v) => Math.round(3 * v))],
  ['tenths', (z) => z.map((v) => Math.round(10 * v) / 10)],
  ['thousandths', (z) => z.map((v) => Math.round(1000 * v) / 1000)],
  ['flags', (z) => z.map((v) => (v > 1 ? 1 : 0))],
  ['a constant', (z) => z.fill(3)],
  ['zeros of both signs', (z) => z.map((v) => (v > 0 ? v : v > -1 ? -0 : 0))],
  ['half missing', (z) => z.map((v) => (v > 0 ? v : Number.NaN))],
  ['infinities', (z) => z.map((v) => (v > 1 ? Infinity : v < -1 ? -Infinity : v))],
  ['one value far away', (z) => z.with(7, 1e300).with(9, -1e300)],
  ['subnormal', (z) => z.map((v) => Math.round(1e6 * v) * 5e-324)],
  ['two clusters', (z) => z.map((v, i) => (i % 2 ? v * 1e-9 : 1e6 + v))],
  ['ascending', (z) => z.toSorted()],
  ['missing alone', (z) => z.fill(Number.NaN)],
];

describe.each(families)('%s', (_, make) => {
  test.each([
    ['no shift', 0, 1],
    ['a small shift', 0.02, 1],
    ['a large shift', 2, 1],
    ['another scale', 0, 1.3],
    ['far apart', 1000, 1],
  ])('%s: the distance of the sorted samples, to the last bit', (_name, shift, scale) => {
    const a = make(normals(many, 5));
    const b = make(normals(many + 1234, 6).map((value) => value * scale + shift));
    expect(kernel.ksTwoSample(a, b)).toEqual(plain.ksTwoSample(a, b));
    expect(kernel.ksTwoSample(b, a)).toEqual(plain.ksTwoSample(b, a));
  });
});

test('samples of very different sizes, and of different families', () => {
  const long = normals(60_000, 8);
  for (const other of [Float64Array.of(0.1), normals(10, 3), Float64Array.of(), normals(900, 1)]) {
    expect(kernel.ksTwoSample(long, other)).toEqual(plain.ksTwoSample(long, other));
    expect(kernel.ksTwoSample(other, long)).toEqual(plain.ksTwoSample(other, long));
  }
  for (const [, make] of families) {
    const b = make(normals(20_000, 2));
    expect(kernel.ksTwoSample(long, b)).toEqual(plain.ksTwoSample(long, b));
  }
  expect(scratch.usedBytes).toBe(0);
});
