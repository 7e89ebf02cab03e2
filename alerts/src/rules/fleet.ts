import { jobSelector } from './expressions.js';
import { exportedBins, pooledBins } from './fleet-bins.js';
import { qualityOfFleet } from './fleet-quality.js';
import { driftScores } from './fleet-scores.js';
import type { RuleOptions } from './options.js';
import type { RuleFile } from './rule.js';

/**
 * Recording rules for drift and quality of a whole fleet, from the counters of its replicas. They
 * handle any number of replicas, restarts, and several references during a roll-out.
 *
 * Drift uses the bins, the pooling and the smoothing of `fleetBins` in `@modelmeter/core`, which
 * explains them.
 */
export function fleet(options: RuleOptions): RuleFile {
  const selector = jobSelector(options);
  return {
    name: 'fleet',
    groups: [
      { name: 'fleet_quality', rules: qualityOfFleet({ selector, range: options.qualityWindow }) },
      {
        name: 'fleet_bins',
        // The windows are long and their series many.
        interval: '1m',
        rules: exportedBins({ selector, range: options.driftWindow }),
      },
      {
        name: 'fleet_drift',
        // A chain of cheap rules. An engine that stores what a rule records only after the whole group
        // needs one interval per link until the first score.
        interval: '30s',
        rules: [...pooledBins(selector), ...driftScores(selector)],
      },
    ],
  };
}
