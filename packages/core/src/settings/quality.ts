import { z } from 'zod';
import { type IntervalKind, intervalKinds } from '../vocabulary.js';
import { settingDefaults } from './defaults.js';
import { type Duration, duration } from './duration.js';
import type { Effective } from './effective.js';

/** How the quality of a model is computed from its targets. */
export interface QualityOptions {
  /** Length of the rolling window of the scores. Default: `1h`. */
  readonly window?: Duration | undefined;
  /** Targets that a window must have before its scores are shown. Default: 100. */
  readonly minimumSamples?: number | undefined;
  /** How long a prediction waits for its target. Default: `7d`. */
  readonly targetTimeToLive?: Duration | undefined;
  /** Predictions that may wait for their target; the oldest leave first. Default: 1 000 000. */
  readonly maximumPendingTargets?: number | undefined;
  /**
   * How long a target waits for its prediction, where targets may come first. Left out, a target
   * without a prediction is `unmatched` at once.
   */
  readonly holdTargets?: Duration | undefined;
  /**
   * Which of several targets of a prediction counts: the `first`, or the `last`, which then replaces
   * the earlier ones. Default: `first`.
   */
  readonly corrections?: 'first' | 'last' | undefined;
  /**
   * Share of the usual coverage that a cohort of predictions must have before it is shown, above 0
   * and at most 1. Default: 0.9.
   */
  readonly cohortCoverage?: number | undefined;
  /**
   * Categorical features, or names of values that come with predictions as `segments`; quality is
   * computed for the rows of each of their values as well. At most 5. Default: `segment` of
   * `driftDetection`.
   */
  readonly segments?: readonly string[] | undefined;
  /** Values of each of `segments` that are kept apart; the others are `__other__`. Default: 20. */
  readonly maximumSegments?: number | undefined;
  /** Length of the window in which segments are compared, and of the one before it. Default: `24h`. */
  readonly segmentWindow?: Duration | undefined;
  /** Targets that a segment must have before it is compared with the others. Default: 30. */
  readonly segmentMinimumSamples?: number | undefined;
  /**
   * How the intervals of the scores are computed: `fixed` for one look at a sample, or `anytime` for
   * any number of looks while it grows, which is wider. Default: `fixed`.
   */
  readonly interval?: IntervalKind | undefined;
}

/** The effective form of `QualityOptions`. */
export type QualityConfig = Effective<
  Omit<QualityOptions, 'holdTargets'>,
  'segments',
  'window' | 'targetTimeToLive' | 'segmentWindow'
> & {
  readonly holdTargets?: number | undefined;
};

export const qualitySchema: z.ZodType<QualityConfig, QualityOptions> = z.strictObject({
  window: duration.prefault(settingDefaults.qualityWindow),
  minimumSamples: z.int().min(1).default(settingDefaults.qualityMinimumSamples),
  targetTimeToLive: duration.prefault(settingDefaults.targetTimeToLive),
  maximumPendingTargets: z
    .int()
    .min(1)
    .max(50_000_000)
    .default(settingDefaults.targetMaximumPending),
  holdTargets: duration.optional(),
  corrections: z.enum(['first', 'last']).default(settingDefaults.corrections),
  cohortCoverage: z.number().gt(0).max(1).default(settingDefaults.cohortCoverage),
  segments: z.array(z.string().min(1, 'must not be empty')).max(5).optional(),
  maximumSegments: z.int().min(1).max(1000).default(settingDefaults.maximumQualitySegments),
  segmentWindow: duration.prefault(settingDefaults.segmentWindow),
  segmentMinimumSamples: z.int().min(1).default(settingDefaults.segmentMinimumSamples),
  interval: z.enum(intervalKinds).default(settingDefaults.qualityInterval),
});
