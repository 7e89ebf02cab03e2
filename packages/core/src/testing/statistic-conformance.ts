import { isDeepStrictEqual } from 'node:util';
import { createRandom, type Random } from '@modelmeter/kernel';
import { binCounts, numericProfile, quantileBins } from '@modelmeter/kernel/profiles';
import type { Statistic, StatisticResult } from '@modelmeter/kernel/statistics';
import { assert } from './assert.js';

/** One requirement for drift statistics; `run` throws an Error that says which part is not met. */
export interface StatisticCheck {
  readonly name: string;
  run(statistic: Statistic): void;
}

/**
 * The requirements for every drift statistic. Run each in the tests of your own statistic:
 * `for (const check of statisticConformance) it(check.name, () => check.run(mine))`.
 *
 * The samples are seeded, so a check always has the same result.
 */
export const statisticConformance: readonly StatisticCheck[] = [
  {
    name: 'has a name that is valid in metrics and settings',
    run({ name }) {
      assert(
        /^[a-z][a-z0-9_]{0,62}$/.test(name),
        `${JSON.stringify(name)} is not lower case with underscores`,
      );
    },
  },
  {
    name: 'returns a finite score of 0 or more and a p-value in [0, 1] for any two samples',
    run(statistic) {
      for (const [a, first] of hostileSamples) {
        for (const [b, second] of hostileSamples) {
          requireResult(compare(statistic, first, second), `${a} against ${b}`);
        }
      }
    },
  },
  {
    name: 'finds no shift between a sample and itself',
    run(statistic) {
      for (const [name, values] of [
        ...hostileSamples,
        ['a normal sample', normalSample(500)],
      ] as const) {
        const { score, pValue } = compare(statistic, values, values);
        assert(score <= 1e-9, `${name} against itself scores ${score}`);
        assert(pValue === undefined || pValue > 0.05, `${name} against itself has p ${pValue}`);
      }
    },
  },
  {
    name: 'does not depend on the order of rows or bins, keeps no state and does not change its input',
    run(statistic) {
      const reference = normalSample(400, 0, 1);
      const current = normalSample(300, 0.5, 2);
      const first = compare(statistic, reference, current);
      const again = compare(statistic, reference, current);
      const shuffled = compare(
        statistic,
        reference.slice().reverse(),
        current.slice().reverse(),
        true,
      );
      assert(sameResult(first, again, 0), 'a second call gave another result');
      assert(
        sameResult(first, shuffled, 1e-9),
        'another order of rows and bins gave another result',
      );
    },
  },
  {
    name: 'gives a larger shift a higher score',
    run(statistic) {
      const scores = [0, 0.5, 1].map(
        (shift) => compare(statistic, normalSample(2000, 0, 1), normalSample(2000, shift, 2)).score,
      );
      assert(
        scores[0]! < scores[1]! && scores[1]! < scores[2]!,
        `shifts of 0, 0.5 and 1 deviations score ${scores.join(', ')}`,
      );
    },
  },
  {
    name: 'rejects no more often than its level without drift, and nearly always with drift, if it is a test',
    run(statistic) {
      if (compare(statistic, normalSample(100, 0, 1), normalSample(100, 0, 2)).pValue === undefined)
        return;
      const pairs = 1000;
      const rejections = { null: 0, shifted: 0 };
      for (let pair = 0; pair < pairs; pair += 1) {
        const reference = normalSample(400, 0, 2 * pair + 1);
        const rejects = (shift: number): boolean =>
          compare(statistic, reference, normalSample(300, shift, 2 * pair + 2)).pValue! <= 0.05;
        if (rejects(0)) rejections.null += 1;
        if (pair < 100 && rejects(0.6)) rejections.shifted += 1;
      }
      const allowed = 0.05 * pairs + 3 * Math.sqrt(0.05 * 0.95 * pairs);
      assert(
        rejections.null <= allowed,
        `at a level of 5 % it rejected ${rejections.null} of ${pairs} pairs without drift; chance explains at most ${Math.floor(allowed)}`,
      );
      assert(
        rejections.shifted >= 95,
        `it found a shift of 0.6 deviations in ${rejections.shifted} of 100 pairs`,
      );
    },
  },
  {
    name: 'scores below its noise floor without drift and above it with drift, if it has one',
    run(statistic) {
      if (statistic.noiseFloor === undefined) return;
      const pairs = 500;
      let above = 0;
      for (let pair = 0; pair < pairs; pair += 1) {
        const reference = normalSample(1000, 0, 2 * pair + 1);
        const current = normalSample(500, 0, 2 * pair + 2);
        if (compare(statistic, reference, current).score > floorOf(statistic, reference, current))
          above += 1;
      }
      const allowed = 0.05 * pairs + 3 * Math.sqrt(0.05 * 0.95 * pairs);
      assert(
        above <= allowed,
        `${above} of ${pairs} pairs without drift scored above the 5 % noise floor; chance explains at most ${Math.floor(allowed)}`,
      );
      const reference = normalSample(1000, 0, 1);
      const current = normalSample(500, 1, 2);
      const { score } = compare(statistic, reference, current);
      const floor = floorOf(statistic, reference, current);
      assert(score > floor, `a shift of 1 deviation scored ${score}, below the floor of ${floor}`);
    },
  },
];

const hostileSamples: readonly (readonly [string, Float64Array])[] = [
  ['an empty sample', new Float64Array(0)],
  ['one row', Float64Array.of(3)],
  ['one missing row', Float64Array.of(Number.NaN)],
  ['missing rows alone', new Float64Array(50).fill(Number.NaN)],
  ['a constant', new Float64Array(50).fill(7)],
  ['another constant', new Float64Array(80).fill(-7)],
  ['two values', Float64Array.from({ length: 60 }, (_, row) => row % 2)],
  ['infinities', Float64Array.of(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 1, 2)],
  ['subnormal values', Float64Array.from({ length: 40 }, (_, row) => row * Number.MIN_VALUE)],
  ['the largest doubles', Float64Array.of(-Number.MAX_VALUE, Number.MAX_VALUE, 0)],
  ['an outlier', Float64Array.from({ length: 90 }, (_, row) => (row === 0 ? 1e300 : row))],
  [
    'a skewed sample with gaps',
    Float64Array.from({ length: 90 }, (_, row) => (row % 9 === 0 ? Number.NaN : Math.exp(row / 9))),
  ],
];

/** Computes a statistic of two samples in the input form that it declares. */
function compare(
  statistic: Statistic,
  reference: Float64Array,
  current: Float64Array,
  reverseBins = false,
): StatisticResult {
  return apply(statistic, reference, current, reverseBins, (of, a, b) => {
    const before = structuredClone([a, b]);
    const result = of.compute(a, b);
    assert(isDeepStrictEqual(before, [a, b]), 'the statistic changed its input');
    return result;
  });
}

function floorOf(statistic: Statistic, reference: Float64Array, current: Float64Array): number {
  return apply(statistic, reference, current, false, (of, a, b) => of.noiseFloor!(a, b, 0.05));
}

/** A statistic and its samples as one type, so that the two kinds of input need no cast. */
type Use<Result> = <Sample>(
  of: {
    compute(reference: Sample, current: Sample): StatisticResult;
    noiseFloor?(reference: Sample, current: Sample, alpha: number): number;
  },
  reference: Sample,
  current: Sample,
) => Result;

function apply<Result>(
  statistic: Statistic,
  reference: Float64Array,
  current: Float64Array,
  reverseBins: boolean,
  use: Use<Result>,
): Result {
  const referenceProfile = numericProfile(reference);
  const currentProfile = numericProfile(current, { grid: referenceProfile.grid });
  if (statistic.input === 'profile') return use(statistic, referenceProfile, currentProfile);
  const edges = quantileBins(referenceProfile);
  const bins = ({ grid, counts, missing }: typeof referenceProfile): Float64Array => {
    const rows = Float64Array.of(...binCounts(grid, counts, edges), missing);
    return reverseBins ? rows.reverse() : rows;
  };
  return use(statistic, bins(referenceProfile), bins(currentProfile));
}

function requireResult({ score, pValue }: StatisticResult, pair: string): void {
  assert(Number.isFinite(score) && score >= 0, `${pair} scores ${score}`);
  assert(pValue === undefined || (pValue >= 0 && pValue <= 1), `${pair} has p ${pValue}`);
}

function sameResult(a: StatisticResult, b: StatisticResult, tolerance: number): boolean {
  return near(a.score, b.score, tolerance) && near(a.pValue ?? 1, b.pValue ?? 1, tolerance);
}

function near(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}

/** Normal values by Box and Muller. */
function normalSample(rows: number, shift: number = 0, seed: number = 1): Float64Array {
  const random: Random = createRandom(seed);
  return Float64Array.from(
    { length: rows },
    () =>
      shift + Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next()),
  );
}
