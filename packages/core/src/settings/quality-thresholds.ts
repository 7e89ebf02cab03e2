import { z } from 'zod';

/** A score that is worse the smaller it is. */
export interface LowestScore {
  /** Score below which an alert fires, between 0 and 1. */
  readonly below: number;
}

/** An error, which is worse the larger it is. */
export interface HighestError {
  /** Error above which an alert fires, above 0. */
  readonly above: number;
}

/** Thresholds of quality scores; those that the task of a model does not have are ignored. */
export interface QualityThresholds {
  readonly precision?: LowestScore | undefined;
  readonly recall?: LowestScore | undefined;
  readonly f1?: LowestScore | undefined;
  readonly meanAbsoluteError?: HighestError | undefined;
}

const lowest = z.strictObject({ below: z.number().gt(0).lt(1) }).optional();
const highest = z.strictObject({ above: z.number().positive() }).optional();

export const qualityThresholdsSchema: z.ZodType<QualityThresholds, QualityThresholds> =
  z.strictObject({
    precision: lowest,
    recall: lowest,
    f1: lowest,
    meanAbsoluteError: highest,
  });
