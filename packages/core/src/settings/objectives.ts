import { z } from 'zod';
import { type ErrorReason, errorReasons } from '../vocabulary.js';
import { settingDefaults } from './defaults.js';
import { type Duration, duration } from './duration.js';
import type { Effective } from './effective.js';
import { type QualityThresholds, qualityThresholdsSchema } from './quality-thresholds.js';

/** The objectives of a model; alerts compare its metrics with them. */
export interface ObjectivesOptions {
  /** Accuracy below which `ModelAccuracyDrop` fires, between 0 and 1. Default: 0.85. */
  readonly accuracyThreshold?: number | undefined;
  /**
   * Largest fall of the accuracy below that of the reference, such as 0.05. With a reference that
   * knows its own accuracy, it replaces `accuracyThreshold`. Default: none.
   */
  readonly accuracyDrop?: number | undefined;
  /**
   * Thresholds of further scores, such as `{ f1: { below: 0.8 } }`, or relative to the reference:
   * `{ f1: { drop: 0.05 }, meanAbsoluteError: { rise: 2 } }`. Default: none.
   */
  readonly quality?: QualityThresholds | undefined;
  /** Milliseconds that a successful call may take. Default: 200. */
  readonly latencyP99Ms?: number | undefined;
  /** Share of failed calls above which `ModelErrorRate` alerts fire, between 0 and 1. Default: 0.01. */
  readonly errorRateThreshold?: number | undefined;
  /**
   * Share of the calls that must succeed, between 0 and 1; the rest is the error budget that burn
   * rates spend. Default: 0.99.
   */
  readonly successObjective?: number | undefined;
  /** Share of the successful calls that must take at most `latencyP99Ms`. Default: 0.99. */
  readonly latencyObjective?: number | undefined;
  /** Milliseconds that 95 % of the successful calls may take. Default: no such objective. */
  readonly latencyP95Ms?: number | undefined;
  /** Milliseconds that half of the successful calls may take. Default: no such objective. */
  readonly latencyP50Ms?: number | undefined;
  /**
   * Share of the predictions with a target that must be right: the class of a classifier, all of several
   * labels, a right item among the first of a ranking, the value of a regression within
   * `qualityErrorTolerance`. Default: no such objective.
   */
  readonly qualityObjective?: number | undefined;
  /** Largest absolute error of a value that is right. */
  readonly qualityErrorTolerance?: number | undefined;
  /**
   * Share of the drift runs that must find no feature in drift; those that can decide nothing do not
   * count. Default: no such objective.
   */
  readonly driftFreeObjective?: number | undefined;
  /**
   * Share of the targets that must arrive within `expectedTargetDelay` of their prediction, which it
   * needs. Predictions that are forgotten without a target count against it. Default: no such objective.
   */
  readonly freshnessObjective?: number | undefined;
  /**
   * How long nearly every target takes to arrive; after that a target is overdue. Default: the 99th
   * percentile of the delays, once there are 100.
   */
  readonly expectedTargetDelay?: Duration | undefined;
  /**
   * Reasons of failed calls that show nothing of the model. Such calls are neither good nor bad for
   * the objectives, and the alerts about errors do not count them.
   */
  readonly callerErrors?: readonly ErrorReason[] | undefined;
}

/** The effective form of `ObjectivesOptions`. */
export type ObjectivesConfig = Effective<
  Omit<ObjectivesOptions, 'expectedTargetDelay'>,
  | 'accuracyDrop'
  | 'quality'
  | 'latencyP95Ms'
  | 'latencyP50Ms'
  | 'qualityObjective'
  | 'qualityErrorTolerance'
  | 'driftFreeObjective'
  | 'freshnessObjective'
> & { readonly expectedTargetDelay?: number | undefined };

const ratio = z.number().gt(0).lt(1);

/** The fields of `ObjectivesOptions`, for schemas that have them at their top. */
export const objectivesShape = {
  accuracyThreshold: ratio.default(settingDefaults.accuracyThreshold),
  accuracyDrop: ratio.optional(),
  quality: qualityThresholdsSchema.optional(),
  latencyP99Ms: z.number().positive().default(settingDefaults.latencyP99Milliseconds),
  errorRateThreshold: ratio.default(settingDefaults.errorRateThreshold),
  successObjective: ratio.default(settingDefaults.successObjective),
  latencyObjective: ratio.default(settingDefaults.latencyObjective),
  latencyP95Ms: z.number().positive().optional(),
  latencyP50Ms: z.number().positive().optional(),
  qualityObjective: ratio.optional(),
  qualityErrorTolerance: z.number().positive().optional(),
  driftFreeObjective: ratio.optional(),
  freshnessObjective: ratio.optional(),
  expectedTargetDelay: duration.optional(),
  callerErrors: z.array(z.enum(errorReasons)).default([...settingDefaults.callerErrors]),
};
