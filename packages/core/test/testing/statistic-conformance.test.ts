import { builtInStatistics, type Statistic, type StatisticOn } from '@modelmeter/kernel/statistics';
import { describe, expect, it } from 'vitest';
import { statisticConformance } from '../../src/testing/index.js';

describe.each(builtInStatistics.map((statistic) => [statistic.name, statistic] as const))(
  'the built-in statistic %s',
  (_, statistic) => {
    for (const check of statisticConformance) it(check.name, () => check.run(statistic));
  },
);

it('the built-in statistics have different names', () => {
  const names = builtInStatistics.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

/** A sound statistic on bins: the distance of the mean bin numbers. */
const meanShift: StatisticOn<'bins'> = {
  name: 'mean_shift',
  appliesTo: ['numeric'],
  input: 'bins',
  compute: (reference, current) => ({ score: Math.abs(meanBin(current) - meanBin(reference)) }),
};

function meanBin(counts: ArrayLike<number>): number {
  const rows = sum(counts);
  return rows === 0 ? 0 : Array.from(counts).reduce((mean, n, bin) => mean + (bin * n) / rows, 0);
}

function sum(counts: ArrayLike<number>): number {
  return Array.from(counts).reduce((total, rows) => total + rows, 0);
}

function failedChecks(statistic: Statistic): string[] {
  return statisticConformance.flatMap((check) => {
    try {
      check.run(statistic);
      return [];
    } catch (error) {
      return [`${check.name}: ${(error as Error).message}`];
    }
  });
}

describe('statisticConformance', () => {
  it('passes for a correct statistic', () => {
    expect(failedChecks(meanShift)).toEqual([]);
  });

  it('fails with an order that matters', () => {
    const firstBin: StatisticOn<'bins'> = {
      name: 'first_bin',
      appliesTo: ['numeric'],
      input: 'bins',
      compute: (a, b) => ({ score: Math.abs(a[0]! - b[0]!) }),
    };
    expect(failedChecks(firstBin).join('\n')).toMatch(/another order/);
  });

  it.each<[string, Partial<StatisticOn<'bins'>>, RegExp]>([
    ['a name with capitals', { name: 'Mean Shift' }, /"Mean Shift" is not lower case/],
    [
      'NaN for an empty sample',
      { compute: (a, b) => ({ score: Math.abs(a[0]! / sum(a) - b[0]! / sum(b)) }) },
      /an empty sample .* scores NaN/,
    ],
    [
      'a p-value above 1',
      { compute: (a, b) => ({ ...meanShift.compute(a, b), pValue: 2 }) },
      /has p 2/,
    ],
    [
      'a score that ignores the samples',
      { compute: () => ({ score: 1 }) },
      /against itself scores 1/,
    ],
    ['state', { compute: counting() }, /a second call gave another result/],
    [
      'a changed input',
      {
        compute: (a, b) => {
          const result = meanShift.compute(a, b);
          (a as Float64Array).fill(0);
          return result;
        },
      },
      /changed its input/,
    ],
    [
      'a p-value that always rejects',
      {
        compute: (a, b) => {
          const { score } = meanShift.compute(a, b);
          return { score, pValue: score === 0 ? 1 : 0 };
        },
      },
      /rejected 99\d of 1000 pairs without drift/,
    ],
    [
      'a p-value that never rejects',
      { compute: (a, b) => ({ ...meanShift.compute(a, b), pValue: 1 }) },
      /found a shift of 0.6 deviations in 0 of 100/,
    ],
    ['a noise floor of 0', { noiseFloor: () => 0 }, /(499|500) of 500 pairs without drift/],
    ['a noise floor that nothing passes', { noiseFloor: () => 99 }, /below the floor of 99/],
  ])('fails for %s', { timeout: 240_000 }, (_, broken, message) => {
    expect(failedChecks({ ...meanShift, ...broken }).join('\n')).toMatch(message);
  });
});

function counting(): StatisticOn<'bins'>['compute'] {
  let calls = 0;
  return (a, b) => {
    calls += 1;
    const { score } = meanShift.compute(a, b);
    return { score: score === 0 ? 0 : score + calls };
  };
}
