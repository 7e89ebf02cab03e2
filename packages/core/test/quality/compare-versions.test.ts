import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  addDifference,
  compareVersions,
  createDifferences,
  differencesOfOutcomes,
} from '../../src/quality/compare-versions.js';

interface ComparisonCase {
  readonly name: string;
  readonly differences: readonly number[];
  readonly margin: number;
  readonly errorRate: number;
  readonly low: number;
  readonly high: number;
  readonly pValue: number;
}

const { cases } = JSON.parse(
  readFileSync(new URL('../fixtures/comparison.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly ComparisonCase[] };

function summed(values: Iterable<number>): Float64Array {
  const differences = createDifferences();
  for (const value of values) addDifference(differences, value);
  return differences;
}

describe('compareVersions', () => {
  it.each(cases)('has the interval and the p-value of the oracle: $name', (expected) => {
    const { margin, errorRate } = expected;
    const found = compareVersions(summed(expected.differences), { margin, errorRate });
    expect(found.pairs).toBe(expected.differences.length);
    expect(Math.abs(found.low - expected.low)).toBeLessThan(1e-12);
    expect(Math.abs(found.high - expected.high)).toBeLessThan(1e-12);
    expect(Math.abs(found.pValue / expected.pValue - 1)).toBeLessThan(1e-9);
  });

  it('knows nothing without pairs', () => {
    expect(compareVersions(createDifferences())).toEqual({
      pairs: 0,
      difference: undefined,
      low: -1,
      high: 1,
      pValue: 1,
      decision: 'undecided',
    });
  });

  it('says better, not better and undecided for clear pairs', () => {
    const outcomes = { bothRight: 700, bothWrong: 100 };
    const decided = (onlyChampionRight: number, onlyChallengerRight: number): string =>
      compareVersions(
        differencesOfOutcomes({ ...outcomes, onlyChampionRight, onlyChallengerRight }),
        { margin: 0.02 },
      ).decision;
    expect(decided(40, 160)).toBe('better');
    expect(decided(100, 100)).toBe('undecided');
    expect(decided(160, 40)).toBe('not_better');
  });

  it('does not depend on the order of pairs or on the replica that saw them', () => {
    const values = Array.from({ length: 300 }, (_, index) => ((index * 7) % 65) / 32 - 1);
    const halves = [summed(values.slice(150).reverse()), summed(values.slice(0, 150))];
    const merged = halves[0]!.map((pairs, index) => pairs + halves[1]![index]!);
    expect(compareVersions(merged)).toEqual(compareVersions(summed(values)));
  });

  it('mirrors when the versions are swapped', () => {
    const outcomes = { bothRight: 5, bothWrong: 5, onlyChampionRight: 30, onlyChallengerRight: 90 };
    const { low, high } = compareVersions(differencesOfOutcomes(outcomes));
    const swapped = compareVersions(
      differencesOfOutcomes({ ...outcomes, onlyChampionRight: 90, onlyChallengerRight: 30 }),
    );
    expect(swapped.low).toBeCloseTo(-high, 12);
    expect(swapped.high).toBeCloseTo(-low, 12);
  });

  it('keeps the mean of values between two points of the grid, and claims less than they show', () => {
    const values = Array.from({ length: 200 }, (_, index) => 0.1 + 0.3 * Math.sin(index));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const { difference, low, high } = compareVersions(summed(values));
    expect(difference).toBeCloseTo(mean, 12);
    const exactWealth = (atMean: number): number =>
      Array.from({ length: 34 }, (_, index) => (0.99 * 2 ** (-index / 2)) / (1 + atMean)).reduce(
        (sum, stake) =>
          sum + values.reduce((wealth, value) => wealth * (1 + stake * (value - atMean)), 1) / 34,
        0,
      );
    expect(exactWealth(low)).toBeGreaterThanOrEqual(2 / 0.05);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
  });

  it('holds the difference of ten billion pairs to four digits', () => {
    const { difference, low, high, decision } = compareVersions(
      differencesOfOutcomes({
        bothRight: 9e9,
        bothWrong: 0.8e9,
        onlyChampionRight: 0.09e9,
        onlyChallengerRight: 0.11e9,
      }),
      { margin: 0.001 },
    );
    expect(difference).toBeCloseTo(0.002, 12);
    expect(high - low).toBeLessThan(0.0001);
    expect(decision).toBe('better');
  });

  it('reaches the ends of its range for one-sided pairs', () => {
    expect(compareVersions(summed(Array(50).fill(1)))).toMatchObject({
      high: 1,
      decision: 'better',
    });
    expect(compareVersions(summed(Array(50).fill(-1)))).toMatchObject({
      low: -1,
      decision: 'not_better',
    });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1.01, -1.01])(
    'refuses a difference of %s',
    (value) => {
      expect(() => addDifference(createDifferences(), value)).toThrow(RangeError);
    },
  );

  it.each([{ margin: 1 }, { margin: Number.NaN }, { errorRate: 0 }, { errorRate: 1 }])(
    'refuses %j',
    (options) => {
      expect(() => compareVersions(createDifferences(), options)).toThrow(RangeError);
    },
  );
});
