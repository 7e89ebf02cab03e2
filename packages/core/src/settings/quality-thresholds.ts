import { z } from 'zod';

/** A score that is worse the smaller it is. */
export interface LowestScore {
  /** An alert fires when the score is below it. */
  readonly below: number;
}

/** An error, which is worse the larger it is. */
export interface HighestError {
  /** An alert fires when the error is above it. */
  readonly above: number;
}

/**
 * Thresholds of quality scores; those that the task of a model does not have are ignored. Precision,
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

const share = z.strictObject({ below: z.number().gt(0).lt(1) }).optional();
const error = z.strictObject({ above: z.number().positive() }).optional();

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
    businessValue: z.strictObject({ below: z.number() }).optional(),
  });
