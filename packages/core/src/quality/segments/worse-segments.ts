import { hypergeometricSurvival, normalSurvival } from '@modelmeter/kernel/distributions';
import { benjaminiHochberg } from '@modelmeter/kernel/statistics';
import type { Losses } from './losses.js';

/** A segment whose losses are compared with those of the other segments. */
export interface ComparedSegment {
  readonly segment: string;
  /** Mean loss of the segment minus that of the others: above 0 it is worse. */
  readonly excess: number;
  /** The chance of so large an excess, or a larger one, of a segment like the others. */
  readonly pValue: number;
  /** The p-value adjusted for the number of segments. */
  readonly adjustedPValue: number;
  /** Whether the segment is named as worse. */
  readonly isWorse: boolean;
}

/** False discoveries among the segments that are named, at most. */
const falseDiscoveryRate = 0.05;

/**
 * The segments that are worse than the others, the least likely by chance first.
 *
 * Each segment with at least `minimumSamples` targets is tested against all other rows, one-sided: by
 * Fisher's exact test where every loss is 0 or 1, else by the difference of means over its standard error
 * (Welch), which is an approximation for many rows. Of the segments that are named, at most
 * 5 % are like the others, for one evaluation; a segment that is looked at every hour gets its chance to
 * be named every time. O(segments log segments + losses).
 * Source: Fisher 1934; Welch 1947, Biometrika 34; Benjamini and Hochberg 1995, Journal of the Royal
 * Statistical Society B 57(1).
 */
export function findWorseSegments(
  segments: readonly (Losses & { readonly segment: string })[],
  minimumSamples: number,
): ComparedSegment[] {
  const total = { samples: 0, sum: 0, sumOfSquares: 0 };
  for (const { samples, sum, sumOfSquares } of segments) {
    total.samples += samples;
    total.sum += sum;
    total.sumOfSquares += sumOfSquares;
  }
  const isBinary = total.sum === total.sumOfSquares && Number.isInteger(total.sum);
  const compared = segments.flatMap((one) => {
    const rest = {
      samples: total.samples - one.samples,
      sum: total.sum - one.sum,
      sumOfSquares: total.sumOfSquares - one.sumOfSquares,
    };
    if (Math.min(one.samples, rest.samples) < minimumSamples) return [];
    const excess = one.sum / one.samples - rest.sum / rest.samples;
    const pValue = isBinary
      ? hypergeometricSurvival(one.sum - 1, total.samples, total.sum, one.samples)
      : welchPValue(one, rest, excess);
    return [{ segment: one.segment, excess, pValue }];
  });
  const adjusted = benjaminiHochberg(compared.map(({ pValue }) => pValue));
  return compared
    .map((one, index) => ({
      ...one,
      adjustedPValue: adjusted[index]!,
      isWorse: adjusted[index]! <= falseDiscoveryRate,
    }))
    .sort((a, b) => a.pValue - b.pValue || b.excess - a.excess);
}

/** 1 where neither side varies and the segment is not worse, 0 where it is. */
function welchPValue(one: Losses, rest: Losses, excess: number): number {
  const variance = squaredError(one) + squaredError(rest);
  if (variance === 0) return excess > 0 ? 0 : 1;
  return normalSurvival(excess / Math.sqrt(variance));
}

/** The squared standard error of the mean; 0 for a single row. */
function squaredError({ samples, sum, sumOfSquares }: Losses): number {
  if (samples < 2) return 0;
  const mean = sum / samples;
  return Math.max(0, sumOfSquares / samples - mean * mean) / (samples - 1);
}
