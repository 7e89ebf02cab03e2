import { builtInStatistics, type StatisticOn } from '@modelmeter/kernel';
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

/** A sound statistic on rows: the distance of the means of the finite values. */
const meanShift: StatisticOn<'rows'> = {
  name: 'mean_shift',
  appliesTo: ['numeric'],
  input: 'rows',
  compute(reference, current) {
    const mean = (values: ArrayLike<number>): number => {
      const finite = Array.from(values).filter((value) => Math.abs(value) < 1e200);
      return finite.length === 0
        ? 0
        : finite.reduce((sum, value) => sum + value / finite.length, 0);
    };
    return { score: Math.abs(mean(current) - mean(reference)) };
  },
};

function failedChecks(statistic: StatisticOn<'rows'>): string[] {
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

  it.each<[string, Partial<StatisticOn<'rows'>>, RegExp]>([
    ['a name with capitals', { name: 'Mean Shift' }, /"Mean Shift" is not lower case/],
    [
      'NaN for an empty sample',
      { compute: (a, b) => ({ score: Math.abs(sum(a) / a.length - sum(b) / b.length) }) },
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
    [
      'an order that matters',
      { compute: (a, b) => ({ score: Math.abs((a[0] ?? 0) - (b[0] ?? 0)) || 0 }) },
      /another order/,
    ],
    ['state', { compute: counting() }, /a second call gave another result/],
    [
      'a sorted input',
      {
        compute: (a, b) => {
          a.sort();
          return meanShift.compute(a, b);
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
      /rejected 1000 of 1000 pairs without drift/,
    ],
    [
      'a p-value that never rejects',
      { compute: (a, b) => ({ ...meanShift.compute(a, b), pValue: 1 }) },
      /found a shift of 0.6 deviations in 0 of 100/,
    ],
    ['a noise floor of 0', { noiseFloor: () => 0 }, /500 of 500 pairs without drift/],
    ['a noise floor that nothing passes', { noiseFloor: () => 99 }, /below the floor of 99/],
  ])('fails for %s', (_, broken, message) => {
    expect(failedChecks({ ...meanShift, ...broken }).join('\n')).toMatch(message);
  });
});

function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0);
}

function counting(): StatisticOn<'rows'>['compute'] {
  let calls = 0;
  return (a, b) => {
    calls += 1;
    const { score } = meanShift.compute(a, b);
    return { score: score === 0 ? 0 : score + calls };
  };
}
