import { logOdds, probabilityOf } from './logit-shift.js';

/** How soon targets arrive: the share that had arrived at each age of the prediction, by outcome. */
export interface ArrivalCurves {
  /** Ages, ascending, in any unit. */
  readonly ages: readonly number[];
  /** Share of the positives that have arrived by each age. */
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

/** Predictions of one time by level of their score, and the targets that have arrived. */
export interface Cohort {
  /** Age of the predictions, in the unit of the curves. */
  readonly age: number;
  readonly predictions: ArrayLike<number>;
  readonly positives: ArrayLike<number>;
  readonly negatives: ArrayLike<number>;
}

const widestOffset = 6;
const steps = 50;

/**
 * The arrival curves of predictions whose targets have all arrived. O(delays log delays).
 *
 * @param delays Times from prediction to target, by outcome.
 * @param ages Ages at which the curves are kept, ascending.
 */
export function fitArrivalCurves(
  delays: { readonly positives: ArrayLike<number>; readonly negatives: ArrayLike<number> },
  ages: readonly number[],
): ArrivalCurves {
  const curve = (values: ArrayLike<number>): number[] => {
    const sorted = Float64Array.from(values).sort();
    let arrived = 0;
    return ages.map((age) => {
      while (arrived < sorted.length && sorted[arrived]! <= age) arrived += 1;
      return sorted.length === 0 ? 0 : arrived / sorted.length;
    });
  };
  return { ages, positives: curve(delays.positives), negatives: curve(delays.negatives) };
}

/** Shares of the targets that arrive by an age: those of the last age of the curves that is not later. */
export function arrivedBy(
  { ages, positives, negatives }: ArrivalCurves,
  age: number,
): { readonly positives: number; readonly negatives: number } {
  let low = 0;
  let high = ages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ages[middle]! <= age) low = middle + 1;
    else high = middle;
  }
  return low === 0
    ? { positives: 0, negatives: 0 }
    : { positives: positives[low - 1]!, negatives: negatives[low - 1]! };
}

/**
 * The probability of a positive whose target has not arrived: where positives arrive sooner than
 * negatives, waiting makes a negative more likely, and the other way around. `probability` where all
 * targets should have arrived.
 */
export function pendingProbability(
  probability: number,
  arrived: { readonly positives: number; readonly negatives: number },
): number {
  const positive = probability * (1 - arrived.positives);
  const pending = positive + (1 - probability) * (1 - arrived.negatives);
  return pending <= 0 ? probability : positive / pending;
}

/**
 * The offset of the log odds that makes the targets that have arrived, and those that have not,
 * most likely; 0 without predictions. O(cohorts x levels), 50 times.
 *
 * @param probabilities P(positive) at each level on the reference.
 * @param spread Standard deviation of the offsets of chunks of the reference: a prior that keeps the
 * offset of a few targets near 0. Infinity for none.
 */
export function fitOffset(
  probabilities: ArrayLike<number>,
  cohorts: readonly Cohort[],
  curves: ArrivalCurves,
  spread: number,
): number {
  const odds = Float64Array.from(probabilities, logOdds);
  const slopeAt = (offset: number): number => {
    const shifted = odds.map((one) => probabilityOf(one + offset));
    let slope = -offset / spread ** 2;
    for (const { age, predictions, positives, negatives } of cohorts) {
      const arrived = arrivedBy(curves, age);
      for (let level = 0; level < predictions.length; level += 1) {
        const known = positives[level]! + negatives[level]!;
        const p = shifted[level]!;
        slope += positives[level]! - known * p;
        const waiting = predictions[level]! - known;
        // Targets that should all have arrived will not: they say nothing.
        const pending = 1 - p * arrived.positives - (1 - p) * arrived.negatives;
        if (waiting <= 0 || pending < 1e-3) continue;
        slope -= (waiting * (arrived.positives - arrived.negatives) * p * (1 - p)) / pending;
      }
    }
    return slope;
  };
  if (slopeAt(0) === 0) return 0;
  let [low, high] = [-widestOffset, widestOffset];
  for (let step = 0; step < steps; step += 1) {
    const middle = (low + high) / 2;
    if (slopeAt(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
