/** A calibration of probabilities on the scale of log odds: `intercept + slope x log odds`. */
export interface LogitShift {
  readonly intercept: number;
  readonly slope: number;
}

/** Probabilities are kept this far from 0 and 1, where the log odds end. */
const margin = 1e-4;
const mostSteps = 50;

/** The log odds of a probability, kept finite. */
export function logOdds(probability: number): number {
  const kept = Math.min(1 - margin, Math.max(margin, probability));
  return Math.log(kept / (1 - kept));
}

/** The probability with the given log odds. */
export function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** The probability after a shift. */
export function shifted({ intercept, slope }: LogitShift, probability: number): number {
  return probabilityOf(intercept + slope * logOdds(probability));
}

/**
 * The shift that rows with known targets have from their probabilities, by logistic regression with
 * a prior of one row for no shift. O(levels) a step, a few steps.
 * Source: Cox 1958, Two further applications of a model for binary regression.
 *
 * @param probabilities One for each level of the rows.
 */
export function fitLogitShift(
  probabilities: ArrayLike<number>,
  positives: ArrayLike<number>,
  negatives: ArrayLike<number>,
): LogitShift {
  let intercept = 0;
  let slope = 1;
  for (let step = 0; step < mostSteps; step += 1) {
    let [a, b] = [-intercept, 1 - slope];
    let [aa, ab, bb] = [1, 0, 1];
    for (let level = 0; level < probabilities.length; level += 1) {
      const rows = positives[level]! + negatives[level]!;
      if (rows === 0) continue;
      const x = logOdds(probabilities[level]!);
      const p = probabilityOf(intercept + slope * x);
      const residual = positives[level]! - rows * p;
      const weight = rows * p * (1 - p);
      a += residual;
      b += residual * x;
      aa += weight;
      ab += weight * x;
      bb += weight * x * x;
    }
    const determinant = aa * bb - ab * ab;
    const stepA = (bb * a - ab * b) / determinant;
    const stepB = (aa * b - ab * a) / determinant;
    // A full step may overshoot where nearly all probabilities are 0 or 1.
    const damping = Math.min(1, 2 / Math.max(Math.abs(stepA), Math.abs(stepB)));
    intercept += damping * stepA;
    slope += damping * stepB;
    if (Math.abs(stepA) + Math.abs(stepB) < 1e-10) break;
  }
  return { intercept, slope };
}
