import { describe, expect, test } from 'vitest';
import { createKernel } from '../src/kernel/create-kernel.js';
import { numericProfile } from '../src/profiles/numeric-profile.js';
import { binCounts, quantileBins } from '../src/profiles/quantile-bins.js';
import { chiSquareContingency } from '../src/statistics/chi-square-contingency.js';
import { ksTwoSamplePValue } from '../src/statistics/ks-p-value.js';
import { poolRareBins } from '../src/statistics/pool-rare-bins.js';
import { populationStabilityIndex, psiNoiseFloor } from '../src/statistics/psi.js';
import { createRandom, normals } from './kernel/kernels.js';

const splits = 2000;
const level = 0.05;

/** The share that chance explains: the level and four standard errors of `splits` trials. */
const most = level + 4 * Math.sqrt((level * (1 - level)) / splits);
const least = level - 4 * Math.sqrt((level * (1 - level)) / splits);

/** Draws categories by weight: Walker 1977, ACM TOMS 3(3), one look-up a row. */
function createDraw(
  weights: readonly number[],
  random: () => number,
): (rows: number) => Float64Array {
  const bins = weights.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const rest = weights.map((weight) => (weight / total) * bins);
  const alias = weights.map((_, category) => category);
  const small = alias.filter((category) => rest[category]! < 1);
  const large = alias.filter((category) => rest[category]! >= 1);
  while (small.length > 0 && large.length > 0) {
    const category = small.pop()!;
    const giver = large.at(-1)!;
    alias[category] = giver;
    rest[giver]! -= 1 - rest[category]!;
    if (rest[giver]! < 1) small.push(large.pop()!);
  }
  return (rows) => {
    const counts = new Float64Array(bins);
    for (let row = 0; row < rows; row += 1) {
      const place = random() * bins;
      const category = Math.floor(place);
      counts[place - category < rest[category]! ? category : alias[category]!]! += 1;
    }
    return counts;
  };
}

const zipf = Array.from({ length: 40 }, (_, rank) => 1 / (rank + 1));
const even = new Array<number>(168).fill(1);
const everySecondRarer = even.map((_, category) => (category % 2 === 0 ? 0.6 : 1.4));

function rejections(before: readonly number[], after: readonly number[], n: number, m: number) {
  const random = createRandom(20_260_101);
  const drawBefore = createDraw(before, random);
  const drawAfter = createDraw(after, random);
  let significant = 0;
  let aboveFloor = 0;
  for (let split = 0; split < splits; split += 1) {
    const pooled = poolRareBins(drawBefore(n), drawAfter(m));
    const { pValue } = chiSquareContingency(pooled.reference, pooled.current);
    const index = populationStabilityIndex(pooled.reference, pooled.current);
    if (pValue <= level) significant += 1;
    if (index > psiNoiseFloor(n, m, pooled.bins, level)) aboveFloor += 1;
  }
  return { significant: significant / splits, aboveFloor: aboveFloor / splits };
}

describe('calibration', () => {
  test.each([
    ['40 categories with Zipf shares', zipf, 5000, 100],
    ['40 categories with Zipf shares', zipf, 1000, 1000],
    ['168 even categories with three rows each', even, 5000, 500],
  ])(
    '%s without drift: chi-square rejects one in twenty, the noise floor holds',
    (_, shares, n, m) => {
      const rates = rejections(shares, shares, n, m);
      expect(rates.significant).toBeGreaterThan(least);
      expect(rates.significant).toBeLessThan(most);
      expect(rates.aboveFloor).toBeLessThan(most);
    },
  );

  test('168 categories with three rows each, every second one rarer: the drift is seen', () => {
    const rates = rejections(even, everySecondRarer, 5000, 500);
    expect(rates.significant).toBeGreaterThan(0.6);
  });

  test('decile bins of a normal reference without drift: one in twenty again', () => {
    const kernel = createKernel();
    let significant = 0;
    let aboveFloor = 0;
    for (let split = 0; split < splits; split += 1) {
      const reference = numericProfile(normals(1000, 2 * split + 1), { kernel });
      const edges = quantileBins(reference);
      const current = kernel.countEdges(normals(400, 2 * split + 2), edges).counts;
      const counts = binCounts(reference.grid, reference.counts, edges);
      const pooled = poolRareBins(counts, current);
      const index = populationStabilityIndex(pooled.reference, pooled.current);
      if (chiSquareContingency(pooled.reference, pooled.current).pValue <= level) significant += 1;
      if (index > psiNoiseFloor(1000, 400, pooled.bins)) aboveFloor += 1;
    }
    expect(significant / splits).toBeGreaterThan(least);
    expect(significant / splits).toBeLessThan(most);
    expect(aboveFloor / splits).toBeLessThan(most);
  });

  test.each([
    [200, 100, 0, least, most],
    [200, 100, 0.5, 0.9, 1],
  ])('KS on %d and %d rows shifted by %d σ rejects as it should', (n, m, shift, low, high) => {
    const kernel = createKernel();
    let rejected = 0;
    for (let split = 0; split < splits; split += 1) {
      const a = normals(n, 3 * split + 1);
      const b = normals(m, 3 * split + 2).map((value) => value + shift);
      const { statistic } = kernel.ksTwoSample(a, b);
      if (ksTwoSamplePValue(statistic, n, m) <= level) rejected += 1;
    }
    expect(rejected / splits).toBeGreaterThan(low);
    expect(rejected / splits).toBeLessThanOrEqual(high);
  });
});
