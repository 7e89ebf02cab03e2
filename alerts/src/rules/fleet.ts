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
        name: 'fleet_drift',
        // The windows are long, their series are many, and the scores change slowly.
        interval: '2m',
        rules: [
          ...exportedBins({ selector, range: options.driftWindow }),
          ...pooledBins(selector),
          ...driftScores(selector),
        ],
      },
    ],
  };
}
