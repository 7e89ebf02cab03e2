import type { ScoredOutput, ScoredTarget, Scoring } from './scoring.js';

/**
 * Replaces one target by another in some sums; without sums it has no effect. O(width). The rounding
 * error of a sum is that of the largest value that was added to it.
 */
export function createReplacement(
  scoring: Pick<Scoring, 'width' | 'add'>,
): (
  sums: Float64Array | undefined,
  output: ScoredOutput,
  earlier: ScoredTarget,
  target: ScoredTarget,
) => void {
  const counted = new Float64Array(scoring.width);
  return (sums, output, earlier, target) => {
    if (sums === undefined) return;
    counted.fill(0);
    scoring.add(counted, output, earlier);
    for (let index = 0; index < counted.length; index += 1) sums[index]! -= counted[index]!;
    scoring.add(sums, output, target);
  };
}
