import { type Counts, requireCountPair } from '../checks/counts.js';
import { requireIntegerIn } from '../checks/number-arguments.js';
import { createRandom } from '../numeric/random.js';
import { binMoments } from '../profiles/bin-moments.js';
import type { NumericProfile } from '../profiles/profile.js';
import { type Effect, effectWithin, outsideEach, unknownEffect } from './effect.js';
import { sampleMultinomial } from './sample-multinomial.js';
import type { StatisticOn } from './statistic.js';

export interface ResampledEffectOptions {
  /** Pairs of samples drawn for each size of the shift, 40 to 100 000; default 100. */
  readonly draws?: number;
  /** Whole number from 0 to 2^32 - 1: the same seed gives the same effect; default 1. */
  readonly seed?: number;
}

/**
 * Sizes of the shift that are tried until one gives larger scores only: 0 is no shift, 1 the shift
 * between the samples themselves, larger ones go beyond it.
 */
const triedSizes = [0, 0.5, 0.8, 1, 1.25, 1.6, 2.2, 3.5, 7, 15, 40, 200] as const;
/** Rows of the samples whose score is that of a population: enough to have no noise. */
const populationRows = 2 ** 40;

/**
 * The score of a statistic between the two populations, estimated from samples of them, with a 95 %
 * confidence interval, by simulation.
 *
 * The populations lie on the line from the shares of both samples together to the shares of each
 * sample, and beyond. For some points of it, pairs of samples of the two sizes are drawn and scored.
 * The interval holds the scores of the points for which the score found is neither among the largest
 * nor among the smallest 2.5 %; the estimate is that of the point with the score found as its
 * median. So the estimate is 0 where the score is what chance alone gives. Between the points it is
 * interpolated. An empty sample gives 0, from 0 to Infinity.
 *
 * Sizes are rounded to whole rows. For a numeric profile the bins are drawn, and its count and
 * moments are those of the bins (`binMoments`); extremes stay. O(draws x bins), whatever the number
 * of rows. Source: Carpenter 1999, Journal of the Royal Statistical Society B 61(1).
 *
 * @throws KernelError INVALID_ARGUMENT when an option is out of its range.
 * @throws KernelError INVALID_COUNTS when the samples were not counted over the same bins.
 */
export function resampledEffect(
  statistic: StatisticOn<'bins'>,
  reference: Counts,
  current: Counts,
  options?: ResampledEffectOptions,
): Effect;
export function resampledEffect(
  statistic: StatisticOn<'profile'>,
  reference: NumericProfile,
  current: NumericProfile,
  options?: ResampledEffectOptions,
): Effect;
export function resampledEffect(
  statistic: StatisticOn<'bins'> | StatisticOn<'profile'>,
  reference: Counts | NumericProfile,
  current: Counts | NumericProfile,
  options: ResampledEffectOptions = {},
): Effect {
  const { draws = 100, seed = 1 } = options;
  requireIntegerIn('resampledEffect(options.draws)', draws, 40, 100_000);
  requireIntegerIn('resampledEffect(options.seed)', seed, 0, 0xffffffff);
  const first = binsOf(reference);
  const second = binsOf(current);
  const { n, m } = requireCountPair('resampledEffect', first, second);
  if (n === 0 || m === 0) return unknownEffect;

  const score =
    statistic.input === 'bins'
      ? (a: Float64Array, b: Float64Array): number => statistic.compute(a, b).score
      : (a: Float64Array, b: Float64Array): number =>
          statistic.compute(
            withBins(reference as NumericProfile, a),
            withBins(current as NumericProfile, b),
          ).score;
  const found = score(Float64Array.from(first), Float64Array.from(second));
  const rows = { n: Math.max(1, Math.round(n)), m: Math.max(1, Math.round(m)) };
  const points: Point[] = [];
  for (const size of triedSizes) {
    const p = sharesAt(size, first, n, second, m);
    const q = sharesAt(size, second, m, first, n);
    const point = pointOf(p, q);
    points.push(point);
    if (point.lower > found) break;
  }
  return effectOf(points, found);

  function pointOf(p: Float64Array, q: Float64Array): Point {
    const random = createRandom(seed);
    const a = new Float64Array(p.length);
    const b = new Float64Array(p.length);
    const scores = new Float64Array(draws);
    for (let draw = 0; draw < draws; draw += 1) {
      sampleMultinomial(random, p, rows.n, a);
      sampleMultinomial(random, q, rows.m, b);
      scores[draw] = score(a, b);
    }
    scores.sort();
    const quantile = (probability: number): number =>
      scores[Math.min(draws - 1, Math.floor(probability * draws))]!;
    return {
      effect: score(scaled(p, populationRows), scaled(q, populationRows)),
      lower: quantile(outsideEach),
      median: quantile(0.5),
      upper: quantile(1 - outsideEach),
    };
  }
}

/** The score of two populations, and quantiles of the scores of samples drawn from them. */
interface Point {
  readonly effect: number;
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

function effectOf(points: readonly Point[], found: number): Effect {
  const last = points.at(-1)!;
  const at = (bound: 'lower' | 'median' | 'upper'): number | undefined =>
    crossing(
      points.map((point) => [point[bound], point.effect]),
      found,
    );
  const low = at('upper') ?? last.effect;
  // A score that chance rarely stays below gives no direction to go on in: there chance bounds the
  // effect.
  const none = points[0]!;
  const high =
    none.lower >= found ? none.upper : (at('lower') ?? Math.max(last.effect, last.upper));
  return effectWithin(at('median') ?? last.effect, Math.min(low, high), high);
}

/** The shares of one sample at a size of the shift; negative shares become 0. */
function sharesAt(
  size: number,
  own: Counts,
  rows: number,
  other: Counts,
  otherRows: number,
): Float64Array {
  const both = rows + otherRows;
  return Float64Array.from(own, (count, bin) => {
    const pooled = (count + other[bin]!) / both;
    return Math.max(0, pooled + size * (count / rows - pooled));
  });
}

/**
 * The effect at which a bound of the scores passes the score found, interpolated; 0 if it is above
 * it from the start, undefined if it stays below.
 */
function crossing(
  points: readonly (readonly [bound: number, effect: number])[],
  found: number,
): number | undefined {
  let [bound, effect] = points[0]!;
  if (bound >= found) return 0;
  for (const [nextBound, nextEffect] of points.slice(1)) {
    if (nextBound >= found) {
      return effect + ((nextEffect - effect) * (found - bound)) / (nextBound - bound);
    }
    [bound, effect] = [nextBound, nextEffect];
  }
  return undefined;
}

function withBins(profile: NumericProfile, counts: Float64Array): NumericProfile {
  let count = 0;
  for (const rows of counts) count += rows;
  return { ...profile, count, infinite: 0, counts, ...binMoments(profile.grid, counts) };
}

function scaled(shares: Float64Array, rows: number): Float64Array {
  return shares.map((share) => share * rows);
}

function binsOf(sample: Counts | NumericProfile): Counts {
  return 'counts' in sample ? sample.counts : sample;
}
