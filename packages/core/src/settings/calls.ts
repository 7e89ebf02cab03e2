import { z } from 'zod';
import { settingDefaults } from './defaults.js';
import type { Effective } from './effective.js';

/** How the calls of a model are metered. */
export interface CallsOptions {
  /**
   * How inputs are checked against their features. `off`: not at all. `count`: invalid values are
   * counted in `model_feature_invalid_total`. `reject`: the call fails with an INPUT_INVALID error
   * before the model runs. Default: `count`.
   */
  readonly validation?: 'off' | 'count' | 'reject' | undefined;
  /**
   * Share of the calls whose features are counted, above 0 to 1. Calls, times, errors and targets
   * are always counted in full. Default: 1.
   */
  readonly featureSamplingRate?: number | undefined;
  /**
   * First calls that only `model_prediction_warm_up_calls_total` counts, while caches fill and code
   * compiles. Default: 0.
   */
  readonly warmUpCalls?: number | undefined;
}

/** The effective form of `CallsOptions`. */
export type CallsConfig = Effective<CallsOptions>;

/** The fields of `CallsOptions`, for schemas that have them at their top. */
export const callsShape = {
  validation: z.enum(['off', 'count', 'reject']).default(settingDefaults.validation),
  featureSamplingRate: z.number().gt(0).max(1).default(settingDefaults.featureSamplingRate),
  warmUpCalls: z.int().min(0).max(1_000_000).default(settingDefaults.warmUpCalls),
};
