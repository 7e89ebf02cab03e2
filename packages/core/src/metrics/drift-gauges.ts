import type { MetricName } from '../catalogue.js';
import type { DriftReport } from '../report.js';
import type { FindingKind } from '../vocabulary.js';
import { driftStates, effectBounds } from '../vocabulary.js';
import type { FeatureLabels } from './label-sets.js';
import type { GaugeSeries } from './series.js';
import { byLabel, lazily } from './series-by-label.js';
import type { SeriesStore } from './tracked-store.js';

/** The statistics whose score has a dedicated metric. */
const scoreGauges = {
  psi: 'model_feature_drift_psi',
  ks_statistic: 'model_feature_drift_ks_statistic',
  chi2_statistic: 'model_feature_drift_chi2_statistic',
  js_distance: 'model_feature_drift_js_distance',
} as const satisfies Record<string, MetricName>;

/** Publishes the result of a drift run for one feature. */
export type FeatureDriftGauges = (found: DriftReport['features'][number]) => void;

/**
 * The gauges of one feature; those of scores, effects, tests and findings are created when a run has
 * them. A run that could not compare the samples leaves them without a value, not with an old one.
 */
export function createFeatureDriftGauges(
  store: SeriesStore,
  labels: FeatureLabels,
): FeatureDriftGauges {
  const scores = lazily((statistic: string) =>
    statistic in scoreGauges
      ? store.gauge(scoreGauges[statistic as keyof typeof scoreGauges], labels)
      : store.gauge('model_feature_drift_score', { ...labels, statistic }),
  );
  const effects = lazily((statistic: string) =>
    byLabel(effectBounds, (bound) =>
      store.gauge('model_feature_drift_effect', { ...labels, statistic, bound }),
    ),
  );
  const resolution = lazily(() => store.gauge('model_feature_drift_ks_resolution', labels));
  const floor = store.gauge('model_feature_drift_psi_noise_floor', labels);
  const pValues = lazily((test: string) =>
    store.gauge('model_feature_drift_p_value', { ...labels, test }),
  );
  const findings = lazily((finding: FindingKind) =>
    store.gauge('model_feature_finding_ratio', { ...labels, finding }),
  );
  const adjusted = store.gauge('model_feature_drift_adjusted_p_value', labels);
  const significant = store.gauge('model_feature_drift_significant', labels);
  const windowSamples = store.gauge('model_feature_drift_window_samples', labels);
  const consecutive = store.gauge('model_feature_drift_consecutive_runs', labels);
  const since = store.gauge('model_feature_drift_since_timestamp_seconds', labels);
  const states = byLabel(driftStates, (state) =>
    store.gauge('model_feature_drift_state', { ...labels, state }),
  );

  return (found) => {
    const whenCompared = (gauge: GaugeSeries, value: number | undefined): void =>
      gauge.set(found.compared ? value : undefined);
    for (const statistic of Object.keys(found.scores)) scores.of(statistic);
    for (const [statistic, gauge] of scores.made) whenCompared(gauge, found.scores[statistic]);
    for (const statistic of Object.keys(found.effects)) effects.of(statistic);
    for (const [statistic, gauges] of effects.made) {
      const effect = found.effects[statistic];
      for (const bound of effectBounds) whenCompared(gauges[bound], effect?.[bound]);
    }
    // A categorical feature has no KS distance.
    if (found.ksResolution !== undefined) whenCompared(resolution.of(''), found.ksResolution);
    whenCompared(floor, found.noiseFloor.psi);
    whenCompared(pValues.of(found.test), found.pValue);
    whenCompared(adjusted, found.adjustedPValue);
    whenCompared(significant, found.significant ? 1 : 0);
    windowSamples.set(found.currentRows);
    consecutive.set(found.consecutiveRuns);
    since.set(found.driftSinceMs === undefined ? undefined : found.driftSinceMs / 1000);
    for (const state of driftStates) states[state].set(found.state === state ? 1 : 0);
    for (const gauge of findings.made.values()) gauge.set(0);
    for (const { kind, ratio } of found.findings) findings.of(kind).set(ratio);
  };
}
