/** An increasing function of a score: straight lines between its points, constant outside of them. */
export interface Calibration {
  /** Scores of the points, ascending. */
  readonly scores: readonly number[];
  /** The probability of the positive class at each point, not descending. */
  readonly probabilities: readonly number[];
}

/** Takes a score as the probability that it is. */
export const noCalibration: Calibration = { scores: [0, 1], probabilities: [0, 1] };

/**
 * Isotonic regression of targets on scores by pooling adjacent violators: of all functions that do
 * not descend, the one with the least squared error. O(rows log rows).
 *
 * Rows of one score count as one point at their mean. Of a run of points with one value the first and
 * the last are kept. Equal to `IsotonicRegression(out_of_bounds='clip')` of scikit-learn.
 * Source: Barlow, Bartholomew, Bremner and Brunk 1972, 1.2.
 *
 * @param scores Finite numbers.
 * @param targets 0 or 1 for each row; or the number of positives at each score, with `rows`.
 * @param rows The number of rows at each score, fractions allowed; without it, 1.
 * @returns `noCalibration` when there are no rows.
 */
export function fitIsotonic(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  rows?: ArrayLike<number>,
): Calibration {
  const order = Uint32Array.from(scores, (_, index) => index).sort(
    (a, b) => scores[a]! - scores[b]!,
  );
  const points: Block[] = [];
  for (const index of order) {
    const score = scores[index]!;
    const count = rows?.[index] ?? 1;
    if (count <= 0) continue;
    const last = points.at(-1);
    if (last?.last === score) {
      last.sum += targets[index]!;
      last.rows += count;
    } else points.push({ first: score, last: score, sum: targets[index]!, rows: count });
  }
  return points.length === 0 ? noCalibration : pointsOf(poolViolators(points));
}

/** The probability of the positive class at a score that is not NaN. O(log points). */
export function probabilityAt({ scores, probabilities }: Calibration, score: number): number {
  let low = 0;
  let high = scores.length - 1;
  if (score <= scores[low]!) return probabilities[low]!;
  if (score >= scores[high]!) return probabilities[high]!;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (scores[middle]! <= score) low = middle;
    else high = middle;
  }
  const share = (score - scores[low]!) / (scores[high]! - scores[low]!);
  return probabilities[low]! + share * (probabilities[high]! - probabilities[low]!);
}

/** Rows of neighbouring scores with one value. */
interface Block {
  readonly first: number;
  readonly last: number;
  sum: number;
  rows: number;
}

function poolViolators(points: readonly Block[]): Block[] {
  const pooled: Block[] = [];
  for (const point of points) {
    let block = point;
    for (;;) {
      const before = pooled.at(-1);
      if (before === undefined || before.sum * block.rows < block.sum * before.rows) break;
      pooled.pop();
      block = {
        first: before.first,
        last: block.last,
        sum: before.sum + block.sum,
        rows: before.rows + block.rows,
      };
    }
    pooled.push(block);
  }
  return pooled;
}

function pointsOf(blocks: readonly Block[]): Calibration {
  const scores: number[] = [];
  const probabilities: number[] = [];
  for (const { first, last, sum, rows } of blocks) {
    for (const score of first === last ? [first] : [first, last]) {
      scores.push(score);
      probabilities.push(sum / rows);
    }
  }
  return { scores, probabilities };
}
