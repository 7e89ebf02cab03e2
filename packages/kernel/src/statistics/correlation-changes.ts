import { correlationsOf, pairIndex } from '../profiles/embeddings/column-pairs.js';
import {
  type EmbeddingProfile,
  requireSameBasis,
} from '../profiles/embeddings/embedding-profile.js';

/** Two columns whose correlation changed. */
export interface CorrelationChange {
  readonly columns: readonly [string, string];
  /** The correlation in each sample, -1 to 1. */
  readonly reference: number;
  readonly current: number;
  /** P(a change of this size or more in any pair of columns) without drift is at most this. */
  readonly pValue: number;
}

/**
 * The pairs of columns whose correlation changed, the most certain first: with probability `level` at
 * most there is one without drift. Empty where the profiles have no pairs, fewer than two rows, or
 * only columns that are constant in one of them.
 *
 * Correlations are those of the standardised values of each sample, so that a shift or another scale
 * of a column alone changes none; a missing value counts as the median. The p-value is Bernstein's
 * inequality for the mean influence of a row, whose variance and largest size are those of the
 * reference, times the number of pairs (Bonferroni). O(columns²).
 *
 * Source: Boucheron, Lugosi and Massart 2013, Concentration Inequalities, section 2.8 (the
 * inequality); Cai, Liu and Xia 2013, Journal of the American Statistical Association 108 (the
 * largest standardised difference finds few changes among many).
 *
 * @throws KernelError PROFILE_MISMATCH when the profiles have different bases.
 */
export function correlationChanges(
  reference: EmbeddingProfile,
  current: EmbeddingProfile,
  level: number,
): CorrelationChange[] {
  requireSameBasis('correlationChanges(current)', reference, current);
  const { columns, dimension } = reference.basis;
  const { count: n, pairs: before } = reference;
  const { count: m, pairs: after } = current;
  const variation = columns?.pairs;
  if (variation === undefined || before === undefined || after === undefined) return [];
  if (n < 2 || m < 2) return [];
  const referenceValues = correlationsOf(before, dimension, n);
  const currentValues = correlationsOf(after, dimension, m);
  const changes: CorrelationChange[] = [];
  for (let a = 1; a < dimension; a += 1) {
    for (let b = 0; b < a; b += 1) {
      const pair = pairIndex(a, b);
      const change = Math.abs(currentValues[pair]! - referenceValues[pair]!);
      if (!(change > 0)) continue;
      const variance = variation.variances[pair]! * (1 / n + 1 / m);
      const most = variation.largest[pair]! / Math.min(n, m);
      const chance = 2 * Math.exp(-(change ** 2) / 2 / (variance + (most * change) / 3));
      const pValue = Math.min(1, chance * referenceValues.length);
      if (pValue >= level) continue;
      changes.push({
        columns: [columns!.names[b]!, columns!.names[a]!],
        reference: referenceValues[pair]!,
        current: currentValues[pair]!,
        pValue,
      });
    }
  }
  return changes.sort((a, b) => a.pValue - b.pValue || sizeOf(b) - sizeOf(a));
}

function sizeOf({ reference, current }: CorrelationChange): number {
  return Math.abs(current - reference);
}
