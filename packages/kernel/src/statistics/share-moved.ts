import { type Counts, requireCountPair } from '../checks/counts.js';
import { normalQuantile } from '../distributions/normal.js';
import { type Effect, effectWithin, outsideEach, unknownEffect } from './effect.js';

/**
 * The largest move of one bin between two populations, estimated from samples of them, with a 95 %
 * confidence interval; see `lInfinity` for the move itself.
 *
 * The largest of several noisy moves is on average larger than the largest true move, so each move
 * is reduced by a part of its standard error before the largest is taken: by the half-way quantile of
 * the largest of as many standard normals as there are moves that may be the largest one. The lower
 * bound takes the 97.5 % quantile in the same way, the upper one adds it for one move. Standard
 * errors add a row to each outcome of a bin, so that a share of 0 or 1 is not certain. An empty
 * sample or a single bin gives 0, from 0 to Infinity. O(bins).
 * Source: Chernozhukov, Lee and Rosen 2013, Econometrica 81(2); Agresti and Caffo 2000, The
 * American Statistician 54(4).
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 */
export function shareMovedEffect(reference: Counts, current: Counts): Effect {
  const { n, m } = requireCountPair('shareMovedEffect', reference, current);
  if (n === 0 || m === 0) return unknownEffect;
  const moves: Move[] = [];
  for (let bin = 0; bin < reference.length; bin += 1) {
    if (reference[bin]! + current[bin]! > 0)
      moves.push(moveOf(reference[bin]!, n, current[bin]!, m));
  }
  // Of two bins, one moves as far as the other.
  if (moves.length === 2) moves.pop();
  const candidates = candidatesOf(moves);
  const least = Math.max(
    0,
    ...moves.map(
      ({ size, error }) => size - quantileOfLargest(1 - outsideEach, candidates) * error,
    ),
  );
  const estimate = Math.max(
    0,
    ...moves.map(({ found, error }) => found - quantileOfLargest(0.5, candidates) * error),
  );
  const z = normalQuantile(1 - outsideEach);
  const most = Math.max(...moves.map(({ size, error }) => size + z * error));
  return effectWithin(estimate, least, Math.min(1, most));
}

/** Probability that the largest true move is not among the candidates. */
const selectionError = 0.25;

interface Move {
  /** Absolute difference of the shares as found. */
  readonly found: number;
  /** The same with a row added to each outcome, and its standard error. */
  readonly size: number;
  readonly error: number;
}

function moveOf(rows: number, n: number, currentRows: number, m: number): Move {
  const p = (rows + 1) / (n + 2);
  const q = (currentRows + 1) / (m + 2);
  return {
    found: Math.abs(rows / n - currentRows / m),
    size: Math.abs(p - q),
    error: Math.sqrt((p * (1 - p)) / (n + 2) + (q * (1 - q)) / (m + 2)),
  };
}

/**
 * How many signed moves may be the largest one: those that come within the noise of the largest.
 * A move that may be 0 counts twice, once for each direction.
 */
function candidatesOf(moves: readonly Move[]): number {
  const width = normalQuantile(1 - selectionError / (2 * moves.length));
  const least = Math.max(...moves.map(({ size, error }) => size - width * error));
  let candidates = 0;
  for (const { size, error } of moves) {
    if (size + width * error >= least) candidates += 1;
    if (-size + width * error >= least) candidates += 1;
  }
  return candidates;
}

/** The quantile of the largest of so many independent standard normals. */
function quantileOfLargest(probability: number, count: number): number {
  return normalQuantile(probability ** (1 / count));
}
