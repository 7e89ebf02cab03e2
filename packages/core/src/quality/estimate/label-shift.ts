const mostSteps = 10_000;
const tolerance = 1e-10;

/** The share of positives among predictions, and the probability of a positive at each level. */
export interface LabelShift {
  readonly prevalence: number;
  readonly probabilities: Float64Array;
}

/**
 * The share of positives among predictions without targets, if only that share has changed since the
 * reference: the scores of positives, and those of negatives, are distributed as they were. By
 * expectation maximisation, which finds the most likely share. O(levels) a step.
 *
 * Source: Saerens, Latinne and Decaestecker 2002; Garg, Wu, Balakrishnan and Lipton 2020 (MLLS).
 *
 * @param predictions Predictions at each level of the score.
 * @param probabilities P(positive) at each level on the reference; must be calibrated.
 * @param prevalence Share of positives on the reference, between 0 and 1 exclusive.
 * @returns `prevalence` of the reference when there are no predictions.
 */
export function estimateLabelShift(
  predictions: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  prevalence: number,
): LabelShift {
  let rows = 0;
  for (let level = 0; level < predictions.length; level += 1) rows += predictions[level]!;
  const shiftedTo = (share: number): Float64Array => {
    const positive = share / prevalence;
    const negative = (1 - share) / (1 - prevalence);
    return Float64Array.from(probabilities, (probability) => {
      const part = positive * probability;
      return part / (part + negative * (1 - probability) || 1);
    });
  };
  let share = prevalence;
  for (let step = 0; step < mostSteps && rows > 0; step += 1) {
    let expected = 0;
    for (const [level, probability] of shiftedTo(share).entries()) {
      expected += predictions[level]! * probability;
    }
    const next = expected / rows;
    const change = Math.abs(next - share);
    share = next;
    if (change < tolerance) break;
  }
  return { prevalence: share, probabilities: shiftedTo(share) };
}
