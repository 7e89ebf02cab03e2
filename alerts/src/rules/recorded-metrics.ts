import { type DispersionRecords, dispersionRecords } from './dispersion.js';
import { callWindows } from './evidence-windows.js';
import { recorded, recordedByOutcome, recordedByScore } from './quality-evidence.js';
import { recordedSteps } from './steps.js';

const model = ['model_name', 'model_version'] as const;
const feature = [...model, 'feature', 'reference_id'] as const;
/**
 * The bin of a numeric feature has its upper edge, that of a categorical one its category;
 * `__missing__` and `__rest__` are categories of both.
 */
const bin = [...feature, 'upper', 'category'] as const;

/** Windows of the burn rates, shortest first. */
export const burnRateRanges = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;

export type BurnRateRange = (typeof burnRateRanges)[number];

/** The recorded ratio of bad calls in a window, by objective. */
export function badCallRatio(range: BurnRateRange): string {
  return `model_slo:bad_calls:ratio_increase${range}`;
}

/** The recorded number of bad calls in a window, by objective. */
export function badCalls(range: BurnRateRange): string {
  return `model_slo:bad_calls:increase${range}`;
}

/** The recorded evidence that the ratio of bad calls is above a limit, by objective. */
export function badCallEvidence(above: 'threshold' | 'budget', range: BurnRateRange): string {
  return `model_slo:bad_calls:nats_above_${above}${range}`;
}

/** The detector of too many bad calls, by objective. */
export const badCallDetector = 'model_slo:bad_calls:e_detector';

/** The dispersion of bad calls, by objective. */
export const callDispersion: DispersionRecords = dispersionRecords('model_slo:bad_calls');

/** The recorded ratio of bad calls of a week, by objective. */
export const badCallMean = 'model_slo:bad_calls:ratio_increase1w';

/** The recorded limits of the ratio of bad calls, by objective. */
export const badCallLimits = {
  threshold: 'model_slo:bad_calls:threshold',
  budget: 'model_slo:bad_calls:budget',
} as const;

/** The recorded number of calls in a window that are good or bad, by objective. */
export function countedCalls(range: BurnRateRange): string {
  return `model_slo:calls:increase${range}`;
}

/**
 * Every series that only the rules record, with its labels in addition to those of the scrape.
 * Names are
 * `level:metric:operations` with the window: a length such as `5m`, or the drift window or the quality
 * window of the rule options, so that dashboards need not know how long these are.
 */
export const recordedMetrics: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(recordedSteps.map(({ record, labels }) => [record, labels] as const)),
  ...Object.fromEntries(
    [
      ...burnRateRanges.flatMap((range) => [
        badCalls(range),
        countedCalls(range),
        badCallRatio(range),
      ]),
      ...callWindows.map((range) => badCallEvidence('threshold', range)),
      ...Object.values(callDispersion),
      badCallMean,
      ...(['1h', '6h', '1d', '3d'] as const).map((range) => badCallEvidence('budget', range)),
      ...Object.values(badCallLimits),
    ].map((record) => [record, [...model, 'slo']] as const),
  ),
  [badCallDetector]: [...model, 'slo', 'odds'],
  [recorded.detector]: [...model, 'score', 'odds'],
  ...Object.fromEntries(
    recordedByOutcome.map((record) => [record, [...model, 'outcome']] as const),
  ),
  ...Object.fromEntries(recordedByScore.map((record) => [record, [...model, 'score']] as const)),
  'model:model_targets:increase_quality_window': model,
  'model:model_accuracy_score:increase_quality_window': model,
  'model:model_precision_score:increase_quality_window': model,
  'model:model_recall_score:increase_quality_window': model,
  'model:model_f1_score:increase_quality_window': model,
  'model:model_mean_absolute_error:increase_quality_window': model,
  'model:model_root_mean_squared_error:increase_quality_window': model,
  'feature_bin:model_feature_reference_samples:max': bin,
  'feature:model_feature_reference_samples:max': feature,
  'feature_upper:model_feature_samples:increase_drift_window': [...feature, 'upper'],
  'feature_bin:model_feature_samples:increase_drift_window': bin,
  'feature:model_feature_samples:increase_drift_window': feature,
  'feature:model_feature_bin_samples:minimum_drift_window': feature,
  'feature_bin:model_feature_bin_samples:large_drift_window': bin,
  'feature_bin:model_feature_reference_samples:fleet_drift_window': bin,
  'feature_bin:model_feature_samples:fleet_increase_drift_window': bin,
  'feature_bin:model_feature_bin_samples:joined_drift_window': bin,
  'feature_bin:model_feature_reference_samples:pooled_drift_window': bin,
  'feature_bin:model_feature_samples:pooled_increase_drift_window': bin,
  'feature:model_feature_drift_chi2_degrees_of_freedom:increase_drift_window': feature,
  'feature:model_feature_drift_chi2_statistic:increase_drift_window': feature,
  'feature:model_feature_drift_chi2_statistic:chance_drift_window': feature,
  'feature_bin:model_feature_reference_ratio:smoothed_drift_window': bin,
  'feature_bin:model_feature_ratio:smoothed_increase_drift_window': bin,
  'feature:model_feature_drift_psi:increase_drift_window': feature,
  'feature:model_feature_drift_psi_effect:increase_drift_window': feature,
  'feature:model_feature_drift_share_moved:increase_drift_window': feature,
  'feature_bin:model_feature_share_difference:relative_increase_drift_window': bin,
  'feature:model_feature_drift_js_distance:increase_drift_window': feature,
  'feature:model_feature_drift_ks_statistic:increase_drift_window': feature,
  'feature:model_feature_drift_ks_resolution:increase_drift_window': feature,
};
