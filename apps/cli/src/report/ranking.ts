import type { DriftState, FeatureDrift } from '@modelmeter/core';
import { reachOf } from './size.js';

/** A feature with the id of its section in the page. */
export interface RankedFeature {
  readonly id: string;
  readonly feature: FeatureDrift;
}

/** Undecided features come before those that are ok: they may have drifted. */
const urgency: Readonly<Record<DriftState, number>> = {
  drift: 0,
  investigate: 1,
  insufficient_data: 2,
  ok: 3,
};

/**
 * The features in reading order: by state, then undecided features with findings, then by how far
 * the size that decided reaches towards its drift threshold.
 */
export function rankFeatures(features: readonly FeatureDrift[]): RankedFeature[] {
  return features
    .map((feature, index) => ({ id: `feature-${index + 1}`, feature }))
    .sort(
      ({ feature: a }, { feature: b }) =>
        urgency[a.state] - urgency[b.state] ||
        Number(isUndecidedWithFindings(b)) - Number(isUndecidedWithFindings(a)) ||
        reachOf(b) - reachOf(a),
    );
}

function isUndecidedWithFindings({ state, findings }: FeatureDrift): boolean {
  return state === 'insufficient_data' && findings.length > 0;
}
