import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { poolRareBins } from '../../src/statistics/pool-rare-bins.js';
import { codeOf } from '../kernel/kernels.js';
import { countPairs } from './count-pairs.js';

const sum = (counts: ArrayLike<number>): number =>
  Array.from(counts).reduce((total, count) => total + count, 0);

describe('poolRareBins', () => {
  test('bins that expect five rows in the smaller sample stay as they are', () => {
    const pooled = poolRareBins([50, 30, 20], [60, 25, 15]);
    expect(pooled.reference).toEqual(Float64Array.of(50, 30, 20));
    expect(pooled.current).toEqual(Float64Array.of(60, 25, 15));
    expect(pooled.bins).toBe(3);
    expect(pooled.pooledInto).toEqual(Int32Array.of(0, 1, 2));
  });

  test('rare bins form groups behind the bins that stay, from the rarest up', () => {
    // Expected in the smaller sample: 40, 2, 1, 3, 50, 4 of 100.
    const pooled = poolRareBins([40, 2, 1, 3, 50, 4], [40, 2, 1, 3, 50, 4]);
    expect(pooled.pooledInto).toEqual(Int32Array.of(0, 2, 2, 2, 1, 2));
    expect(pooled.reference).toEqual(Float64Array.of(40, 50, 10));
    expect(pooled.bins).toBe(3);
  });

  test('a group that stays too small joins the rarest bin that needed no pooling', () => {
    const pooled = poolRareBins([60, 30, 10, 0], [50, 35, 12, 3]);
    expect(pooled.pooledInto).toEqual(Int32Array.of(0, 1, 2, 2));
    expect(pooled.current).toEqual(Float64Array.of(50, 35, 15));
  });

  test('many rare bins of like size keep many groups', () => {
    const bins = new Array<number>(200).fill(2);
    expect(poolRareBins(bins, bins).bins).toBe(66);
  });

  test('bins that neither sample has change no count of the others', () => {
    const pooled = poolRareBins([0, 50, 0, 50], [0, 40, 0, 60]);
    expect(pooled.reference).toEqual(Float64Array.of(50, 50));
    expect(pooled.current).toEqual(Float64Array.of(40, 60));
  });

  test('too few rows and empty samples leave one bin', () => {
    for (const [reference, current] of [
      [
        [1, 1, 1],
        [1, 1, 1],
      ],
      [
        [0, 0, 0],
        [50, 50, 50],
      ],
      [
        [50, 50, 50],
        [0, 0, 0],
      ],
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
    ]) {
      const pooled = poolRareBins(reference!, current!);
      expect(pooled.bins).toBe(1);
      expect(pooled.pooledInto).toEqual(Int32Array.of(0, 0, 0));
      expect(pooled.reference).toEqual(Float64Array.of(sum(reference!)));
      expect(pooled.current).toEqual(Float64Array.of(sum(current!)));
    }
  });

  test('no row is lost, every bin reaches the minimum, and the samples may change places', () => {
    const minimum = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(countPairs(), minimum, ([reference, current], minimumExpected) => {
        const pooled = poolRareBins(reference, current, minimumExpected);
        const n = sum(reference);
        const m = sum(current);
        expect(sum(pooled.reference)).toBe(n);
        expect(sum(pooled.current)).toBe(m);
        expect(new Set(pooled.pooledInto).size).toBe(pooled.bins);
        expect(pooled.reference.length).toBe(pooled.bins);
        for (let bin = 0; bin < pooled.bins && pooled.bins > 1; bin += 1) {
          const both = pooled.reference[bin]! + pooled.current[bin]!;
          const expected = (both / (n + m)) * Math.min(n, m);
          expect(expected).toBeGreaterThanOrEqual(minimumExpected * (1 - 1e-12));
        }
        const swapped = poolRareBins(current, reference, minimumExpected);
        expect(swapped.pooledInto).toEqual(pooled.pooledInto);
        expect(swapped.reference).toEqual(pooled.current);
      }),
    );
  });

  test.each([-1, Number.NaN, Infinity])('a minimum of %d is refused', (minimum) => {
    expect(codeOf(() => poolRareBins([1], [1], minimum))).toBe('INVALID_ARGUMENT');
  });
});
