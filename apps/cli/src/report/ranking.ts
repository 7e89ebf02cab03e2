import type { DriftState, FeatureDrift } from '@modelmeter/core';

/** A feature with the name of its section in the page. */
export interface RankedFeature {
  readonly id: string;
  readonly feature: FeatureDrift;
}

/** What could not be judged stands before what is ok: it is no all-clear. */
const urgency: Readonly<Record<DriftState, number>> = {
  drift: 0,
  investigate: 1,
  insufficient_data: 2,
  ok: 3,
};

/**
 * The features in the order in which to read them: by state; where it is unknown those with
 * findings first; then by how far the score reaches towards the drift threshold.
 */
export function rankFeatures(features: readonly FeatureDrift[]): RankedFeature[] {
  return features
    .map((feature, index) => ({ id: `feature-${index + 1}`, feature }))
    .sort(
      ({ feature: a }, { feature: b }) =>
        urgency[a.state] - urgency[b.state] ||
        Number(isUnjudgedWithFindings(b)) - Number(isUnjudgedWithFindings(a)) ||
        reach(b) - reach(a),
    );
}

function isUnjudgedWithFindings({ state, findings }: FeatureDrift): boolean {
  return state === 'insufficient_data' && findings.length > 0;
}

function reach({ scores, statistic, thresholds }: FeatureDrift): number {
  const ratio = (scores[statistic] ?? Number.NaN) / thresholds.drift;
  return Number.isNaN(ratio) ? -1 : ratio;
}
