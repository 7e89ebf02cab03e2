import { evaluateDrift } from '@modelmeter/core/drift';
import type { Random } from '@modelmeter/kernel';
import type { CategoricalProfile } from '@modelmeter/kernel/profiles';
import { builtInStatistics, type StatisticOn } from '@modelmeter/kernel/statistics';
import type { Bound } from '../bounds.js';
import { percent, type Row, score } from '../row.js';
import type { RulesFactory } from '../rules.js';
import { normal, randomFor } from '../sampling.js';
import type { Sizes } from './split-sizes.js';

/** Intervals promise to hold the true size in this share of the cases, or more. */
const leastCoverage = 0.94;

const categories = ['a', 'b', 'c', 'd', 'e'] as const;
/** Probability that a row repeats the one before it, where rows are correlated. */
const repetition = 0.9;
/** So many repeating rows say as much about a share as one independent row. */
const rowsPerBlock = Math.round((1 + repetition) / (1 - repetition));
/** Above this a binomial count is drawn as a normal number. */
const mostDrawnRows = 10_000;
/** The score of so many rows is that of the population. */
const populationRows = 2 ** 40;

/** Equal shares against shares that rise by a factor e^tilt from one category to the next. */
const tilts = [0, 0.1, 0.2, 0.4, 0.8] as const;

/** Statistics whose intervals are checked: two by formula, one by simulation. */
const statistics = ['psi', 'share_moved', 'js_distance'] as const;
type StatisticName = (typeof statistics)[number];

interface CoverageCase extends Sizes {
  readonly correlated: boolean;
}

/** The sizes of the samples. */
export const coverageCases: readonly CoverageCase[] = [
  ...[100, 1000, 10_000, 1_000_000].map((rows) => ({ n: rows, m: rows, correlated: false })),
  { n: 100_000, m: 100, correlated: false },
  { n: 100_000, m: 1000, correlated: false },
  { n: 4000, m: 4000, correlated: true },
];

/** How often intervals held the true size, by tilt of the shares. */
interface Coverage {
  readonly held: number;
  readonly trials: number;
  readonly meanWidth: number;
}

/**
 * How often the intervals of the decision hold the size of a known shift, and how wide they are.
 * The simulated interval is slow and gets a tenth of the trials.
 */
export function coverageRows(
  trials: number,
  seed: number,
  rulesFactory: RulesFactory,
  bound: Bound,
  cases: readonly CoverageCase[] = coverageCases,
): Row[] {
  return statistics.flatMap((statistic) =>
    cases.map((one) => {
      const count = statistic === 'js_distance' ? Math.ceil(trials / 10) : trials;
      const coverages = tilts.map((tilt) =>
        coverageOf(statistic, one, tilt, count, seed, rulesFactory),
      );
      const missedMost = bound.most(1 - leastCoverage, count);
      return {
        check: `${statistic}, n ${one.n}, m ${one.m}${one.correlated ? `, correlated rows, rows_per_block ${rowsPerBlock}` : ''}`,
        measured: coverages
          .map(({ held, meanWidth }) => `${percent(held / count)} of ${score(meanWidth)}`)
          .join(', '),
        goal: `≥ ${percent(leastCoverage)} - ${bound.allowance}`,
        met: coverages.every(({ held }) => count - held <= missedMost),
      };
    }),
  );
}

/** How to read the lines of `coverageRows`. */
export const coverageNotes: readonly string[] = [
  'Share of the 95 % intervals that hold the true size, and their mean width, for five shifts:',
  `equal shares of ${categories.length} categories against shares that rise by e^0, e^0.1, e^0.2, e^0.4, e^0.8 from one to the next.`,
];

function coverageOf(
  statistic: StatisticName,
  { n, m, correlated }: CoverageCase,
  tilt: number,
  trials: number,
  seed: number,
  rulesFactory: RulesFactory,
): Coverage {
  const rules = rulesFactory([{ name: 'x', type: 'categorical' }], {
    ...(statistic === 'js_distance' ? { statistic } : {}),
    ...(correlated ? { rowsPerBlock } : {}),
  });
  const random = randomFor(seed, `coverage ${statistic} ${n} ${m} ${tilt}`);
  const before = sharesWith(0);
  const after = sharesWith(tilt);
  const truth = sizeBetween(statistic, before, after);
  let held = 0;
  let width = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const [found] = evaluateDrift(
      [
        {
          feature: { name: 'x', type: 'categorical' },
          reference: drawProfile(random, before, n, correlated),
          current: drawProfile(random, after, m, correlated),
        },
      ],
      rules,
    );
    const { low, high } = found!.effects[statistic]!;
    if (low <= truth + 1e-9 && truth <= high + 1e-9) held += 1;
    width += high - low;
  }
  return { held, trials, meanWidth: width / trials };
}

function sharesWith(tilt: number): Float64Array {
  const weights = Float64Array.from(categories, (_, index) => Math.exp(tilt * index));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function sizeBetween(name: StatisticName, before: Float64Array, after: Float64Array): number {
  const statistic = builtInStatistics.find((one) => one.name === name) as StatisticOn<'bins'>;
  const rowsOf = (shares: Float64Array): Float64Array =>
    shares.map((share) => share * populationRows);
  return statistic.compute(rowsOf(before), rowsOf(after)).score;
}

function drawProfile(
  random: Random,
  shares: Float64Array,
  rows: number,
  correlated: boolean,
): CategoricalProfile {
  const counts = correlated
    ? drawRepeating(random, shares, rows)
    : rows > mostDrawnRows
      ? drawMany(random, shares, rows)
      : drawRepeating(random, shares, rows, 0);
  return { type: 'categorical', categories, counts, other: 0, count: rows, missing: 0 };
}

/** Rows per category, each row the one before it with the probability of a repetition. */
function drawRepeating(
  random: Random,
  shares: Float64Array,
  rows: number,
  probability: number = repetition,
): Float64Array {
  const counts = new Float64Array(shares.length);
  let category = drawCategory(random, shares);
  for (let row = 0; row < rows; row += 1) {
    if (row > 0 && random.next() >= probability) category = drawCategory(random, shares);
    counts[category]! += 1;
  }
  return counts;
}

function drawCategory(random: Random, shares: Float64Array): number {
  let left = random.next();
  for (const [category, share] of shares.entries()) {
    left -= share;
    if (left < 0) return category;
  }
  return shares.length - 1;
}

/** Multinomial counts of many rows, one binomial after the other in its normal form. */
function drawMany(random: Random, shares: Float64Array, rows: number): Float64Array {
  let leftRows = rows;
  let leftShare = 1;
  return shares.map((share, category) => {
    const part = category === shares.length - 1 ? 1 : Math.min(1, share / leftShare);
    const spread = Math.sqrt(leftRows * part * (1 - part));
    const drawn = Math.round(leftRows * part + spread * normal(random));
    const count = Math.min(leftRows, Math.max(0, drawn));
    leftRows -= count;
    leftShare -= share;
    return count;
  });
}
