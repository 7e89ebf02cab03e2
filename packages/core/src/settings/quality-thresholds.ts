import { z } from 'zod';

/**
 * A score that is worse the smaller it is: an alert fires when it is below `below`, or, with a reference
 * that knows the score, when it is more than `drop` below the one of the reference.
 */
export interface LowestScore {
  readonly below?: number | undefined;
  readonly drop?: number | undefined;
}

/**
 * An error, which is worse the larger it is: an alert fires when it is above `above`, or, with a
 * reference that knows the error, when it is more than `rise` above the one of the reference.
 */
export interface HighestError {
  readonly above?: number | undefined;
  readonly rise?: number | undefined;
}

/**
 * Thresholds of quality scores, absolute or relative to the reference; where both are set, the
 * absolute one is used while the reference does not know the score. Those that the task of a model
 * does not have are ignored. Precision,
 * recall, F1 and specificity are those of a binary classifier.
 */
export interface QualityThresholds {
  readonly precision?: LowestScore | undefined;
  readonly recall?: LowestScore | undefined;
  readonly f1?: LowestScore | undefined;
  readonly specificity?: LowestScore | undefined;
  readonly logLoss?: HighestError | undefined;
  readonly brierScore?: HighestError | undefined;
  readonly subsetAccuracy?: LowestScore | undefined;
  readonly hammingLoss?: HighestError | undefined;
  readonly meanAbsoluteError?: HighestError | undefined;
  readonly meanSquaredError?: HighestError | undefined;
  readonly meanAbsolutePercentageError?: HighestError | undefined;
  readonly ndcg?: LowestScore | undefined;
  readonly hitRate?: LowestScore | undefined;
  readonly meanReciprocalRank?: LowestScore | undefined;
  readonly businessValue?: LowestScore | undefined;
}

function isSet(threshold: object): boolean {
  return Object.values(threshold).some((value) => value !== undefined);
}

const ratio = z.number().gt(0).lt(1);
const share = z
  .strictObject({ below: ratio.optional(), drop: ratio.optional() })
  .refine(isSet, 'needs below, drop, or both')
  .optional();
const error = z
  .strictObject({ above: z.number().positive().optional(), rise: z.number().positive().optional() })
  .refine(isSet, 'needs above, rise, or both')
  .optional();

export const qualityThresholdsSchema: z.ZodType<QualityThresholds, QualityThresholds> =
  z.strictObject({
    precision: share,
    recall: share,
    f1: share,
    specificity: share,
    logLoss: error,
    brierScore: error,
    subsetAccuracy: share,
    hammingLoss: error,
    meanAbsoluteError: error,
    meanSquaredError: error,
    meanAbsolutePercentageError: error,
    ndcg: share,
    hitRate: share,
    meanReciprocalRank: share,
    businessValue: z
      .strictObject({ below: z.number().optional(), drop: z.number().positive().optional() })
      .refine(isSet, 'needs below, drop, or both')
      .optional(),
  });
