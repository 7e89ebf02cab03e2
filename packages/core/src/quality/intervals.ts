import { chiSquareQuantile, logBeta } from '@modelmeter/kernel/distributions';
import type { IntervalKind } from '../vocabulary.js';
import type { ScoreInterval } from './scoring.js';

/** The share of intervals that may miss the score. */
const alpha = 0.05;
/** Targets at which an anytime-valid interval is narrowest relative to one of a fixed sample. */
const targetsInFocus = 500;

const logTwice = -2 * Math.log(alpha);
/**
 * Variance of the mixture that is narrowest at `targetsInFocus`. Source: Waudby-Smith, Arbour,
 * Sinha, Kennedy and Ramdas 2024, Time-uniform central limit theory, appendix on tuning.
 */
const mixtureVariance = (logTwice + Math.log(logTwice) + 1) / targetsInFocus;

/** 95 % intervals of scores; all lie within the range of the score. */
export interface Intervals {
  /** Half-widths of a normal estimate of `n` targets in standard errors; a radius in several dimensions. */
  critical(n: number, dimensions?: number): number;
  /**
   * The interval of a mean of `n` values between 0 and 1, of which `variance` is that of one value;
   * left out for values that are 0 or 1. Undefined without values.
   */
  share(mean: number, n: number, variance?: number): ScoreInterval | undefined;
  /**
   * The interval of a score between 0 and 1 that is not a mean, of which `variance` is its own; where
   * that is 0, as at a score of 1, `fewest` values stand behind it.
   */
  ratio(estimate: number, variance: number, fewest: number, n: number): ScoreInterval | undefined;
  /** The interval of a mean without limits; undefined for fewer than two values. */
  mean(mean: number, n: number, variance: number): ScoreInterval | undefined;
}

/**
 * Intervals for one look (`fixed`), or for any number of looks while a sample grows (`anytime`).
 *
 * `fixed`: the score interval of Wilson 1927, for values that are not 0 or 1 at the sample size
 * that a share of the same variance has (Korn and Graubard 1998); normal for means without limits.
 *
 * `anytime`: with a probability of 95 % all intervals from the first target of a sample on hold.
 * Means of values between 0 and 1: a beta-binomial mixture, valid at every size (Robbins 1970;
 * Howard, Ramdas, McAuliffe and Sekhon 2021, Time-uniform, nonparametric, nonasymptotic confidence
 * sequences); others: the asymptotic confidence sequence of Waudby-Smith et al. 2024. Windows that
 * drop old targets are samples of their own.
 */
export function createIntervals(kind: IntervalKind): Intervals {
  const critical = kind === 'fixed' ? fixedCritical : anytimeCritical;
  return {
    critical,
    share(mean, n, variance) {
      if (!(n > 0)) return undefined;
      if (kind === 'anytime') return betaBinomialInterval(mean, n);
      const size = effectiveSize(mean, variance === undefined ? undefined : variance / n, n);
      return wilson(mean, size, critical(n));
    },
    ratio(estimate, variance, fewest, n) {
      if (!(n > 0)) return undefined;
      return wilson(estimate, effectiveSize(estimate, variance, fewest), critical(n));
    },
    mean(mean, n, variance) {
      if (!(n > 1)) return undefined;
      const half = critical(n) * Math.sqrt(variance / n);
      return { low: mean - half, high: mean + half };
    },
  };
}

function fixedCritical(_: number, dimensions = 1): number {
  return Math.sqrt(chiSquareQuantile(1 - alpha, dimensions));
}

/** Boundary of a normal mixture; in several dimensions of the length of the vector. */
function anytimeCritical(n: number, dimensions = 1): number {
  const growth = n * mixtureVariance + 1;
  return Math.sqrt((growth / (growth - 1)) * (logTwice + dimensions * Math.log(growth)));
}

/** The number of values 0 or 1 whose mean has that variance. */
function effectiveSize(mean: number, variance: number | undefined, fallback: number): number {
  const spread = mean * (1 - mean);
  return variance === undefined || !(variance > 0) || !(spread > 0) ? fallback : spread / variance;
}

/** Source: Wilson 1927; Brown, Cai and DasGupta 2001, equation 4. */
function wilson(share: number, n: number, z: number): ScoreInterval {
  const shrink = 1 + (z * z) / n;
  const centre = (share + (z * z) / (2 * n)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return {
    low: Math.max(0, Math.min(share, centre - half)),
    high: Math.min(1, Math.max(share, centre + half)),
  };
}

/** Prior weight, in values, of the mixture around each tested mean; of the variance above. */
const priorWeight = 1 / mixtureVariance;
const bisections = 40;

/**
 * The means that a bet against them has not refuted: its wealth, a beta-binomial mixture around the
 * tested mean, stays below 1 / alpha. O(1).
 */
function betaBinomialInterval(mean: number, n: number): ScoreInterval {
  const sum = mean * n;
  const isRefuted = (tested: number): boolean => {
    const a = priorWeight * tested;
    const b = priorWeight * (1 - tested);
    const wealth =
      logBeta(a + sum, b + n - sum) -
      logBeta(a, b) -
      sum * Math.log(tested) -
      (n - sum) * Math.log1p(-tested);
    return wealth >= -Math.log(alpha);
  };
  const edge = (outside: number): number => {
    let refuted = outside;
    let kept = mean;
    for (let step = 0; step < bisections; step += 1) {
      const middle = (refuted + kept) / 2;
      if (isRefuted(middle)) refuted = middle;
      else kept = middle;
    }
    return refuted;
  };
  return { low: mean > 0 ? edge(0) : 0, high: mean < 1 ? edge(1) : 1 };
}
