import { type Counts, requireCountPair } from '../checks/counts.js';
import { requireAlpha, requireIntegerIn } from '../checks/number-arguments.js';
import { createRandom } from '../numeric/random.js';
import { binMoments } from '../profiles/bin-moments.js';
import type { NumericProfile } from '../profiles/profile.js';
import { sampleMultinomial } from './sample-multinomial.js';
import type { StatisticOn } from './statistic.js';

export interface ResampledNoiseFloorOptions {
  /** Share of samples without drift that score above the floor; default 0.05. */
  readonly alpha?: number;
  /** Pairs of samples drawn, 20 to 100 000; default 200. */
  readonly draws?: number;
  /** Whole number from 0 to 2^32 - 1: the same seed gives the same floor; default 1. */
  readonly seed?: number;
}

/**
 * The 1 - alpha quantile of a statistic's score without drift, by simulation.
 *
 * Draws pairs of samples of the two sizes from the shares of both together, the best estimate of
 * one common distribution, scores each pair, and gives the ⌈(1 - alpha)(draws + 1)⌉-th smallest
 * score: a score above it is that of a test at level alpha. Infinity when a sample is empty, or
 * `draws` are too few for the level. Sizes are rounded to whole rows. For a numeric profile the
 * bins are drawn, and its count and moments are those of the bins (`binMoments`); extremes stay.
 * O(draws x bins), whatever the number of rows. Source: Efron and Tibshirani 1993, An Introduction
 * to the Bootstrap, section 16.2.
 *
 * @throws KernelError INVALID_ARGUMENT when an option is out of its range.
 * @throws KernelError INVALID_COUNTS when the samples were not counted over the same bins.
 */
export function resampledNoiseFloor(
  statistic: StatisticOn<'bins'>,
  reference: Counts,
  current: Counts,
  options?: ResampledNoiseFloorOptions,
): number;
export function resampledNoiseFloor(
  statistic: StatisticOn<'profile'>,
  reference: NumericProfile,
  current: NumericProfile,
  options?: ResampledNoiseFloorOptions,
): number;
export function resampledNoiseFloor(
  statistic: StatisticOn<'bins'> | StatisticOn<'profile'>,
  reference: Counts | NumericProfile,
  current: Counts | NumericProfile,
  options: ResampledNoiseFloorOptions = {},
): number {
  const { alpha = 0.05, draws = 200, seed = 1 } = options;
  requireAlpha('resampledNoiseFloor(options.alpha)', alpha);
  requireIntegerIn('resampledNoiseFloor(options.draws)', draws, 20, 100_000);
  requireIntegerIn('resampledNoiseFloor(options.seed)', seed, 0, 0xffffffff);

  const score =
    statistic.input === 'bins'
      ? (a: Float64Array, b: Float64Array): number => statistic.compute(a, b).score
      : (a: Float64Array, b: Float64Array): number =>
          statistic.compute(
            withBins(reference as NumericProfile, a, drawnReference),
            withBins(current as NumericProfile, b, drawnCurrent),
          ).score;
  const first = binsOf(reference);
  const second = binsOf(current);
  const { n, m } = requireCountPair('resampledNoiseFloor', first, second);
  const rank = Math.ceil((1 - alpha) * (draws + 1));
  if (n === 0 || m === 0 || rank > draws) return Infinity;

  const both = Float64Array.from(first, (count, bin) => count + second[bin]!);
  const random = createRandom(seed);
  const drawnReference = Math.max(1, Math.round(n));
  const drawnCurrent = Math.max(1, Math.round(m));
  const a = new Float64Array(both.length);
  const b = new Float64Array(both.length);
  const scores = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw += 1) {
    sampleMultinomial(random, both, drawnReference, a);
    sampleMultinomial(random, both, drawnCurrent, b);
    scores[draw] = score(a, b);
  }
  return scores.sort()[rank - 1]!;
}

function withBins(profile: NumericProfile, counts: Float64Array, count: number): NumericProfile {
  return { ...profile, count, infinite: 0, counts, ...binMoments(profile.grid, counts) };
}

function binsOf(sample: Counts | NumericProfile): Counts {
  return 'counts' in sample ? sample.counts : sample;
}
