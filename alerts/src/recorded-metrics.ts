const model = ['model_name', 'model_version'] as const;
const feature = [...model, 'feature', 'reference_id'] as const;
/** A bin has its upper edge, a category its name; `__missing__` and `__rest__` are categories. */
const cell = [...feature, 'upper', 'category'] as const;

/** Windows of the burn rates, the longest last. */
export const burnRateRanges = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;

export type BurnRateRange = (typeof burnRateRanges)[number];

/** The recorded share of bad calls in a window, by objective. */
export function badCallRatio(range: BurnRateRange): string {
  return `model_slo:bad_calls:ratio_increase${range}`;
}

/**
 * Every series that the rules record and that nobody exports, with its labels beside those of the
 * scrape. Names are
 * `level:metric:operation`; increases are over the windows that the rules were made with.
 */
export const recordedMetrics: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    burnRateRanges.map((range) => [badCallRatio(range), [...model, 'slo']] as const),
  ),
  'model:model_accuracy_score:recent': model,
  'model:model_accuracy_score:before': model,
  'model:model_targets:recent': model,
  'model:model_targets:before': model,
  'model:model_targets:increase': model,
  'model:model_accuracy_score:increase': model,
  'model:model_precision_score:increase': model,
  'model:model_recall_score:increase': model,
  'model:model_f1_score:increase': model,
  'model:model_mean_absolute_error:increase': model,
  'model:model_root_mean_squared_error:increase': model,
  'feature_cell:model_feature_reference_samples:max': cell,
  'feature:model_feature_reference_samples:max': feature,
  'feature_upper:model_feature_samples:increase': [...feature, 'upper'],
  'feature_cell:model_feature_samples:increase': cell,
  'feature:model_feature_samples:increase': feature,
  'feature:model_feature_cell_samples:minimum': feature,
  'feature_cell:model_feature_cell_samples:large': cell,
  'feature_cell:model_feature_reference_samples:fleet': cell,
  'feature_cell:model_feature_samples:fleet': cell,
  'feature_cell:model_feature_cell_samples:joined': cell,
  'feature_cell:model_feature_reference_samples:pooled': cell,
  'feature_cell:model_feature_samples:pooled': cell,
  'feature:model_feature_drift_psi:increase': feature,
  'feature:model_feature_drift_psi_noise_floor:increase': feature,
  'feature:model_feature_drift_chi2_statistic:increase': feature,
  'feature:model_feature_drift_chi2_degrees_of_freedom:increase': feature,
  'feature_cell:model_feature_share_difference:relative': cell,
  'feature:model_feature_drift_js_distance:increase': feature,
  'feature:model_feature_drift_ks_statistic:increase': feature,
  'feature:model_feature_drift_ks_resolution:increase': feature,
};
