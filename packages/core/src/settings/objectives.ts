import { z } from 'zod';
import { settingDefaults } from './defaults.js';
import type { Effective } from './effective.js';

/** The objectives of a model; alerts compare its metrics with them. */
export interface ObjectivesOptions {
  /** Accuracy below which `ModelAccuracyDrop` fires, between 0 and 1. Default: 0.85. */
  readonly accuracyThreshold?: number | undefined;
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
}

/** The effective form of `ObjectivesOptions`. */
export type ObjectivesConfig = Effective<ObjectivesOptions>;

const ratio = z.number().gt(0).lt(1);

/** The fields of `ObjectivesOptions`, for schemas that have them at their top. */
export const objectivesShape = {
  accuracyThreshold: ratio.default(settingDefaults.accuracyThreshold),
  latencyP99Ms: z.number().positive().default(settingDefaults.latencyP99Milliseconds),
  errorRateThreshold: ratio.default(settingDefaults.errorRateThreshold),
  successObjective: ratio.default(settingDefaults.successObjective),
  latencyObjective: ratio.default(settingDefaults.latencyObjective),
};
