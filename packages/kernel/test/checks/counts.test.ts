import { describe, expect, test } from 'vitest';
import type { Counts } from '../../src/checks/counts.js';
import { chiSquareContingency } from '../../src/statistics/chi-square-contingency.js';
import { jensenShannonDistance } from '../../src/statistics/jensen-shannon.js';
import { ksFromBins } from '../../src/statistics/ks-from-bins.js';
import { poolRareBins } from '../../src/statistics/pool-rare-bins.js';
import { populationStabilityIndex } from '../../src/statistics/psi.js';
import { codeOf } from '../kernel/kernels.js';

const statistics: Record<string, (reference: Counts, current: Counts) => unknown> = {
  chiSquareContingency,
  jensenShannonDivergence: jensenShannonDistance,
  ksFromBins,
  poolRareBins,
  populationStabilityIndex,
};

describe.each(Object.entries(statistics))('the counts of %s', (name, statistic) => {
  const good = [1, 2, 3];

  test.each([
    ['negative', [1, -1, 3], '(current)[1]: got -1'],
    ['NaN', [1, 2, Number.NaN], '(current)[2]: got NaN'],
    ['infinite', [Infinity, 2, 3], '(current)[0]: got Infinity'],
    ['missing', new Array<number>(3), '(current)[0]: got undefined'],
    ['none', [], '(current): got Array of length 0'],
    ['too few', [1, 2], '(current).length: got 2'],
    ['more than a double counts', [2 ** 53, 1, 1], 'sum of '],
  ])('%s: refused with the place and the value', (_, current, message) => {
    expect(codeOf(() => statistic(good, current))).toBe('INVALID_COUNTS');
    expect(() => statistic(good, current)).toThrow(message);
    expect(() => statistic(good, current)).toThrow(name);
  });

  test('a value that is not an array of numbers is refused', () => {
    const hostile: readonly unknown[] = [null, undefined, 'abc', { length: 3 }, new Set([1])];
    for (const counts of hostile) {
      // @ts-expect-error an unknown value is not a Counts
      expect(codeOf(() => statistic(counts, good))).toBe('INVALID_COUNTS');
    }
    // @ts-expect-error text is not a count
    expect(codeOf(() => statistic(['1', '2', '3'], good))).toBe('INVALID_COUNTS');
  });
});
