import { z } from 'zod';
import { settingDefaults } from './defaults.js';
import type { Effective } from './effective.js';

/** The version of a model that another one, the challenger, is compared with. */
export interface ChampionOptions {
  /** The version, of the same model. Both versions predict under the same prediction ids. */
  readonly version: string;
  /**
   * By how much the challenger must be better to be `better`: as a share of right predictions, or of
   * `largestError`, above -1 and below 1. Default: 0.
   */
  readonly margin?: number | undefined;
  /** Largest probability of a wrong decision, however often one looks. Default: 0.05. */
  readonly errorRate?: number | undefined;
  /** Absolute error of a regression above which errors count alike; a regression needs it. */
  readonly largestError?: number | undefined;
}

/** The effective form of `ChampionOptions`. */
export type ChampionConfig = Effective<ChampionOptions, 'largestError'>;

export const championSchema: z.ZodType<ChampionConfig, ChampionOptions> = z.strictObject({
  version: z.string('must be text; write it in quotes, such as "1"').min(1, 'must not be empty'),
  margin: z.number().gt(-1).lt(1).default(settingDefaults.championMargin),
  errorRate: z.number().gt(0).lt(1).default(settingDefaults.championErrorRate),
  largestError: z.number().positive().optional(),
});
