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
   * How the intervals of the scores are computed: `fixed` for one look at a sample, or `anytime` for
   * any number of looks while it grows, which is wider. Default: `fixed`.
   */
  readonly interval?: IntervalKind | undefined;
}

/** The effective form of `QualityOptions`. */
export type QualityConfig = Effective<QualityOptions, never, 'window' | 'targetTimeToLive'>;

export const qualitySchema: z.ZodType<QualityConfig, QualityOptions> = z.strictObject({
  window: duration.prefault(settingDefaults.qualityWindow),
  minimumSamples: z.int().min(1).default(settingDefaults.qualityMinimumSamples),
  targetTimeToLive: duration.prefault(settingDefaults.targetTimeToLive),
  maximumPendingTargets: z
    .int()
    .min(1)
    .max(50_000_000)
    .default(settingDefaults.targetMaximumPending),
  interval: z.enum(intervalKinds).default(settingDefaults.qualityInterval),
});
