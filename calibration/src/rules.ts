import { createDriftPolicy, type DriftPolicy } from '@modelmeter/core/drift';
import {
  type DriftOptions,
  driftSchema,
  type FeatureConfig,
  parseSettings,
} from '@modelmeter/core/settings';
import type { Statistic } from '@modelmeter/kernel/statistics';

export type DriftSettings = DriftOptions;

/**
 * Makes the rules under test. Every check takes them from here, so that the checks can be tried on
 * a broken decision too.
 */
export type RulesFactory = (
  features: readonly FeatureConfig[],
  settings?: DriftSettings,
  own?: readonly Statistic[],
) => DriftPolicy;

/** The rules as they are shipped. Only the score that decides is computed, to save time. */
export const shippedRules: RulesFactory = (features, settings = {}, own = []) =>
  createDriftPolicy(parseSettings(driftSchema, { statistics: [], ...settings }), features, {
    statistics: own,
  });
