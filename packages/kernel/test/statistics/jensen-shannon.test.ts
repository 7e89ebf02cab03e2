import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  jensenShannonDistance,
  jensenShannonDivergence,
} from '../../src/statistics/jensen-shannon.js';
import { expectRelative } from '../expect-close.js';
import counts from '../fixtures/counts.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';
import { countPairs } from './count-pairs.js';

describe('jensenShannonDistance', () => {
  test.each(counts.cases)(
    'it is the distance in 60 digits: $reference against $current',
    ({ reference, current, jensenShannonNats, jensenShannonBits }) => {
      expectRelative(jensenShannonDistance(reference, current), jensenShannonNats, 1e-11);
      const bits = jensenShannonDistance(reference, current, { base: 2 });
      expectRelative(bits, jensenShannonBits, 1e-11);
    },
  );

  test('published vectors come out', () => {
    const six = jensenShannonDistance([16, 18, 16, 14, 12, 12], [16, 16, 16, 16, 16, 8]);
    expectRelative(six, 0.0680481962, 1e-9);
    const letters = jensenShannonDistance([1, 1, 1, 1, 0], [1, 1, 1, 0, 1], { base: 2 });
    expect(letters).toBeCloseTo(0.5, 14);
  });
});

describe('jensenShannonDivergence', () => {
  test('it is the square of the distance, in [0, ln 2], and the same the other way round', () => {
    fc.assert(
      fc.property(countPairs(), ([reference, current]) => {
        const divergence = jensenShannonDivergence(reference, current);
        expect(divergence).toBeGreaterThanOrEqual(0);
        expect(divergence).toBeLessThanOrEqual(Math.LN2);
        expect(jensenShannonDivergence(current, reference)).toBe(divergence);
        expect(jensenShannonDistance(reference, current)).toBe(Math.sqrt(divergence));
        expect(jensenShannonDivergence(reference, reference)).toBe(0);
      }),
    );
  });

  test('disjoint samples are one bit apart', () => {
    expect(jensenShannonDivergence([5, 0], [0, 9], { base: 2 })).toBe(1);
    expect(jensenShannonDivergence([5, 0], [0, 9])).toBe(Math.LN2);
  });

  test('one row in four billion keeps its digits', () => {
    // For close shares it is (p - q)² / (8 p) summed, here twice (2^-33)² / 4.
    const n = 2 ** 32;
    const divergence = jensenShannonDivergence([n, n], [n + 1, n - 1]);
    expectRelative(divergence, 2 ** -67, 1e-9);
  });

  test('an empty sample and a single bin say nothing', () => {
    expect(jensenShannonDivergence([0, 0], [3, 4])).toBe(0);
    expect(jensenShannonDivergence([3, 4], [0, 0])).toBe(0);
    expect(jensenShannonDivergence([7], [900])).toBe(0);
  });

  test.each([1, 0, -2, Number.NaN, Infinity])('a base of %d is refused', (base) => {
    expect(codeOf(() => jensenShannonDistance([1], [1], { base }))).toBe('INVALID_ARGUMENT');
  });
});
