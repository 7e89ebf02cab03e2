import { meanScoreNames, scoreNames, signedMeanScoreNames } from './quality-scores.js';
import {
  binaryOutcomes,
  callStatuses,
  changeParts,
  classOutcomes,
  classScores,
  closedConnectionReasons,
  comparisonDecisions,
  delayPercentiles,
  driftStates,
  effectBounds,
  errorReasons,
  estimatedScores,
  estimateWithdrawals,
  expiryReasons,
  findingKinds,
  gpuErrorReasons,
  groupRates,
  invalidOutputReasons,
  invalidReasons,
  monitorStages,
  objectiveResults,
  objectives,
  pairResults,
  payloadResults,
  scoreBounds,
  targetStatuses,
  thresholdDirections,
  thresholdLevels,
  unreadReasons,
  webhookResults,
} from './vocabulary.js';

/**
 * Every metric that Modelmeter exports, declared once. The metric store accepts no other name, type
 * or label; dashboards, alert rules and docs are checked against this table.
 */

/** The type of a metric, in the terms of Prometheus. */
export type MetricType = 'counter' | 'gauge' | 'histogram';

/** How the values of several processes are combined, in the terms of prom-client's cluster mode. */
export type MetricAggregator = 'sum' | 'max' | 'min' | 'average' | 'first' | 'omit';

/** A metric family without its values. */
export interface MetricDeclaration {
  readonly type: MetricType;
  readonly help: string;
  readonly labels: readonly string[];
  /** The values of labels that have a closed set of values; the store refuses others. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  readonly aggregator: MetricAggregator;
  /** Upper bounds of a histogram whose buckets are the same for every series. */
  readonly buckets?: readonly number[];
  /**
   * Set for a histogram of values that may be negative: in OpenMetrics it has no sum, and therefore
   * no count. Its observations are those of the bucket `le="+Inf"`.
   */
  readonly sum?: false;
}

const model = ['model_name', 'model_version'] as const;
const feature = [...model, 'feature', 'reference_id'] as const;
const segment = [...model, 'segment_by', 'segment'] as const;
const challenger = [...model, 'champion_version'] as const;
const gpu = ['gpu', 'uuid', 'name'] as const;

/** Bucket bounds in seconds; the latency objective of a model is added to them. */
export const latencyBuckets: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Bucket bounds in rows. */
export const batchSizeBuckets: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** Bucket bounds in seconds: one minute to thirty days. */
export const targetDelayBuckets: readonly number[] = [
  60, 300, 900, 3600, 7200, 21_600, 43_200, 86_400, 604_800, 2_592_000,
];

/** Bucket bounds in seconds of one drift run. */
export const driftRunBuckets: readonly number[] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

export const catalogue = {
  model_prediction_seconds: {
    type: 'histogram',
    help: 'Time of one prediction call in seconds, failed calls included.',
    labels: model,
    aggregator: 'sum',
  },
  model_predictions_total: {
    type: 'counter',
    help: 'Prediction calls by status; one per call, whatever its batch size.',
    labels: [...model, 'status'],
    values: { status: callStatuses },
    aggregator: 'sum',
  },
  model_prediction_errors_total: {
    type: 'counter',
    help: 'Failed prediction calls by reason.',
    labels: [...model, 'reason'],
    values: { reason: errorReasons },
    aggregator: 'sum',
  },
  model_prediction_samples_total: {
    type: 'counter',
    help: 'Rows predicted by successful calls; divided by the calls it is the mean batch size.',
    labels: model,
    aggregator: 'sum',
  },
  model_prediction_batch_size: {
    type: 'histogram',
    help: 'Rows of a successful call.',
    labels: model,
    aggregator: 'sum',
    buckets: batchSizeBuckets,
  },
  model_predictions_in_flight: {
    type: 'gauge',
    help: 'Prediction calls in progress.',
    labels: model,
    aggregator: 'sum',
  },
  model_prediction_warm_up_calls_total: {
    type: 'counter',
    help: 'Warm-up calls, excluded from all other metrics.',
    labels: model,
    aggregator: 'sum',
  },
  model_prediction_unread_calls_total: {
    type: 'counter',
    help: 'Calls whose features were not counted: skipped by the sampling rate (sampling), or because too many reads were pending (busy).',
    labels: [...model, 'reason'],
    values: { reason: unreadReasons },
    aggregator: 'sum',
  },
  model_last_prediction_timestamp_seconds: {
    type: 'gauge',
    help: 'Unix time of the last prediction call.',
    labels: model,
    aggregator: 'max',
  },
  model_info: {
    type: 'gauge',
    help: 'Constant 1; its labels identify the loaded model, its runtime and its reference.',
    labels: [...model, 'runtime', 'reference_id'],
    aggregator: 'max',
  },
  model_ready: {
    type: 'gauge',
    help: '1 when the model is loaded and accepts predictions, else 0.',
    labels: model,
    aggregator: 'min',
  },

  model_feature_value: {
    type: 'histogram',
    help: 'Values of a numeric feature, counted in the quantile bins of its reference.',
    labels: feature,
    aggregator: 'sum',
    sum: false,
  },
  model_feature_category_total: {
    type: 'counter',
    help: 'Values of a categorical feature: the largest reference categories, __other__, __unseen__, __missing__.',
    labels: [...feature, 'category'],
    aggregator: 'sum',
  },
  model_feature_missing_total: {
    type: 'counter',
    help: 'Rows in which a feature was missing (absent, null or NaN).',
    labels: feature,
    aggregator: 'sum',
  },
  model_feature_invalid_total: {
    type: 'counter',
    help: 'Values that do not fit their feature: type (counted as missing), missing (though required), range, category.',
    labels: [...model, 'feature', 'reason'],
    values: { reason: invalidReasons },
    aggregator: 'sum',
  },
  model_output_invalid_values_total: {
    type: 'counter',
    help: 'Values of the declared output that are not usable: not_finite (NaN or infinite), range (a probability outside 0 to 1).',
    labels: [...model, 'reason'],
    values: { reason: invalidOutputReasons },
    aggregator: 'sum',
  },
  model_feature_reference_ratio: {
    type: 'gauge',
    help: 'Share of the reference of a numeric feature above lower and up to upper.',
    labels: [...feature, 'lower', 'upper'],
    aggregator: 'max',
  },
  model_feature_reference_cumulative_ratio: {
    type: 'gauge',
    help: 'Share of the reference of a numeric feature up to upper.',
    labels: [...feature, 'upper'],
    aggregator: 'max',
  },
  model_feature_reference_missing_ratio: {
    type: 'gauge',
    help: 'Share of the reference in which a feature is missing.',
    labels: feature,
    aggregator: 'max',
  },
  model_feature_reference_category_ratio: {
    type: 'gauge',
    help: 'Share of the reference of a categorical feature in a category.',
    labels: [...feature, 'category'],
    aggregator: 'max',
  },
  model_feature_reference_samples: {
    type: 'gauge',
    help: 'Rows of the reference behind a feature, missing ones included.',
    labels: feature,
    aggregator: 'max',
  },
  model_feature_cycle_seconds: {
    type: 'gauge',
    help: 'Declared cycle of a feature in seconds; absent where none is declared.',
    labels: feature,
    aggregator: 'max',
  },

  model_feature_drift_psi: {
    type: 'gauge',
    help: 'Population stability index of the drift window against the reference.',
    labels: feature,
    aggregator: 'max',
  },
  model_feature_drift_effect: {
    type: 'gauge',
    help: 'Size of the shift without what chance adds to it, by statistic that decides: its estimate, and the ends of its 95 % interval.',
    labels: [...feature, 'statistic', 'bound'],
    values: { bound: effectBounds },
    aggregator: 'max',
  },
  model_feature_drift_psi_noise_floor: {
    type: 'gauge',
    help: 'Population stability index that chance alone reaches in 5 % of windows of this size without drift.',
    labels: feature,
    aggregator: 'max',
  },
  model_feature_drift_ks_statistic: {
    type: 'gauge',
    help: 'Kolmogorov-Smirnov distance of a numeric feature on the grid of its reference, or of a fleet on its bins.',
    labels: feature,
    aggregator: 'max',
  },
  model_feature_drift_ks_resolution: {
    type: 'gauge',
    help: 'Largest amount by which the Kolmogorov-Smirnov distance may be too small; 0 where it is exact.',
    labels: feature,
    aggregator: 'max',
  },
  model_feature_drift_chi2_statistic: {
    type: 'gauge',
    help: 'Chi-square statistic of the two-sample contingency table, rare bins pooled.',
    labels: feature,
    aggregator: 'max',
  },
  model_feature_drift_js_distance: {
    type: 'gauge',
    help: 'Jensen-Shannon distance with natural logarithms.',
    labels: feature,
    aggregator: 'max',
  },
  model_feature_drift_score: {
    type: 'gauge',
    help: 'Score of a drift statistic that has no dedicated metric, by statistic.',
    labels: [...feature, 'statistic'],
    aggregator: 'max',
  },
  model_feature_drift_p_value: {
    type: 'gauge',
    help: 'p-value of the test that decides significance, by test.',
    labels: [...feature, 'test'],
    aggregator: 'min',
  },
  model_feature_drift_adjusted_p_value: {
    type: 'gauge',
    help: 'The p-value adjusted for the number of features of the run.',
    labels: feature,
    aggregator: 'min',
  },
  model_feature_drift_significant: {
    type: 'gauge',
    help: '1 when the shift is significant at the configured level, else 0.',
    labels: feature,
    aggregator: 'max',
  },
  model_feature_drift_state: {
    type: 'gauge',
    help: '1 for the state found by the last drift run, 0 for the others: ok, investigate, drift, insufficient_data.',
    labels: [...feature, 'state'],
    values: { state: driftStates },
    aggregator: 'max',
  },
  model_feature_drift_consecutive_runs: {
    type: 'gauge',
    help: 'Consecutive drift runs, up to the last one, whose shift was significant and reached the drift threshold.',
    labels: feature,
    aggregator: 'max',
  },
  model_feature_drift_since_timestamp_seconds: {
    type: 'gauge',
    help: 'Unix time of the first drift run that found the shift of a feature in state drift. A shift that pauses for at most a week goes on. Absent in other states.',
    labels: feature,
    aggregator: 'max',
  },
  model_feature_drift_threshold: {
    type: 'gauge',
    help: 'Configured threshold of a drift score of a feature, by statistic and by the state that it leads to.',
    labels: [...feature, 'statistic', 'level'],
    values: { level: thresholdLevels },
    aggregator: 'max',
  },
  model_feature_drift_window_samples: {
    type: 'gauge',
    help: 'Rows in the drift window of a feature, missing ones included.',
    labels: feature,
    aggregator: 'max',
  },
  model_feature_finding_ratio: {
    type: 'gauge',
    help: 'Share of rows affected by a data-quality finding of the last drift run; 0 once it is gone.',
    labels: [...feature, 'finding'],
    values: { finding: findingKinds },
    aggregator: 'max',
  },
  model_segment_drift_state: {
    type: 'gauge',
    help: '1 for the state of the worst feature among the rows of a segment, 0 for the others.',
    labels: [...model, 'segment', 'state'],
    values: { state: driftStates },
    aggregator: 'max',
  },
  model_segment_drifted_features: {
    type: 'gauge',
    help: 'Features in state drift among the rows of a segment after the last run.',
    labels: [...model, 'segment'],
    aggregator: 'max',
  },
  model_drifted_features: {
    type: 'gauge',
    help: 'Features in state drift after the last run.',
    labels: model,
    aggregator: 'max',
  },
  model_drift_runs_total: {
    type: 'counter',
    help: 'Drift runs by status.',
    labels: [...model, 'status'],
    values: { status: callStatuses },
    aggregator: 'sum',
  },
  model_drift_run_seconds: {
    type: 'histogram',
    help: 'Time of one drift run in seconds.',
    labels: model,
    aggregator: 'sum',
    buckets: driftRunBuckets,
  },
  model_drift_last_success_timestamp_seconds: {
    type: 'gauge',
    help: 'Unix time of the last drift run that succeeded; absent before the first.',
    labels: model,
    aggregator: 'max',
  },
  model_drift_next_run_timestamp_seconds: {
    type: 'gauge',
    help: 'Unix time at which the schedule starts the next drift run.',
    labels: model,
    aggregator: 'max',
  },

  model_accuracy_score: {
    type: 'gauge',
    help: 'Share of correct predictions among the targets of the quality window.',
    labels: model,
    aggregator: 'average',
  },
  model_precision_score: {
    type: 'gauge',
    help: 'Precision of the positive class (binary) or the mean over classes in the quality window.',
    labels: model,
    aggregator: 'average',
  },
  model_recall_score: {
    type: 'gauge',
    help: 'Recall of the positive class (binary) or the mean over classes in the quality window.',
    labels: model,
    aggregator: 'average',
  },
  model_f1_score: {
    type: 'gauge',
    help: 'F1 of the positive class (binary) or the mean over classes in the quality window.',
    labels: model,
    aggregator: 'average',
  },
  model_mean_absolute_error: {
    type: 'gauge',
    help: 'Mean absolute error of a regression in the quality window.',
    labels: model,
    aggregator: 'average',
  },
  model_root_mean_squared_error: {
    type: 'gauge',
    help: 'Root mean squared error of a regression in the quality window.',
    labels: model,
    aggregator: 'average',
  },
  model_quality_score: {
    type: 'gauge',
    help: 'Score of the quality window that has no metric of its own, by score.',
    labels: [...model, 'score'],
    values: { score: scoreNames },
    aggregator: 'average',
  },
  model_quality_score_bound: {
    type: 'gauge',
    help: 'Ends of the 95 % interval of a score of the quality window, by score.',
    labels: [...model, 'score', 'bound'],
    values: { score: scoreNames, bound: scoreBounds },
    aggregator: 'average',
  },
  model_class_quality_score: {
    type: 'gauge',
    help: 'Precision, recall and F1 of each class (multiclass) or label (multilabel) in the quality window.',
    labels: [...model, 'class', 'score'],
    values: { score: classScores },
    aggregator: 'average',
  },
  model_quality_estimate: {
    type: 'gauge',
    help: 'Quality of the predictions of the quality window, estimated from the reference where their targets have not arrived.',
    labels: [...model, 'score'],
    values: { score: estimatedScores },
    aggregator: 'average',
  },
  model_quality_estimate_bound: {
    type: 'gauge',
    help: 'Ends of the 95 % band of an estimated score.',
    labels: [...model, 'score', 'bound'],
    values: { score: estimatedScores, bound: scoreBounds },
    aggregator: 'average',
  },
  model_quality_estimate_withdrawn: {
    type: 'gauge',
    help: '1 while estimates of the quality are withdrawn for a reason, 0 while they hold.',
    labels: [...model, 'reason'],
    values: { reason: estimateWithdrawals },
    aggregator: 'max',
  },
  model_quality_window_samples: {
    type: 'gauge',
    help: 'Targets in the quality window.',
    labels: model,
    aggregator: 'sum',
  },
  model_quality_window_seconds: {
    type: 'gauge',
    help: 'Configured length of the quality window in seconds.',
    labels: model,
    aggregator: 'max',
  },
  model_quality_minimum_samples: {
    type: 'gauge',
    help: 'Targets below which no quality score is exported.',
    labels: model,
    aggregator: 'max',
  },
  model_outcomes_total: {
    type: 'counter',
    help: 'Outcomes of a binary classifier as targets arrive: tp, fp, tn, fn.',
    labels: [...model, 'outcome'],
    values: { outcome: binaryOutcomes },
    aggregator: 'sum',
  },
  model_class_outcomes_total: {
    type: 'counter',
    help: 'Outcomes per class of a multiclass classifier as targets arrive: tp, fp, fn.',
    labels: [...model, 'class', 'outcome'],
    values: { outcome: classOutcomes },
    aggregator: 'sum',
  },
  model_label_outcomes_total: {
    type: 'counter',
    help: 'Outcomes per label of a multilabel classifier as targets arrive: tp, fp, fn.',
    labels: [...model, 'class', 'outcome'],
    values: { outcome: classOutcomes },
    aggregator: 'sum',
  },
  model_score_samples_total: {
    type: 'counter',
    help: 'Targets that count for a score which is a mean over targets, by score.',
    labels: [...model, 'score'],
    values: { score: meanScoreNames },
    aggregator: 'sum',
  },
  model_score_sum_total: {
    type: 'counter',
    help: 'Sum of the values of a score that are above 0; minus model_score_negative_sum_total and divided by the samples it is the score.',
    labels: [...model, 'score'],
    values: { score: meanScoreNames },
    aggregator: 'sum',
  },
  model_score_negative_sum_total: {
    type: 'counter',
    help: 'Sum of the values of a score that are below 0, without their sign; only for scores that can be negative.',
    labels: [...model, 'score'],
    values: { score: signedMeanScoreNames },
    aggregator: 'sum',
  },
  model_score_squares_total: {
    type: 'counter',
    help: 'Sum of the squares of the values of a score, from which its standard error follows.',
    labels: [...model, 'score'],
    values: { score: meanScoreNames },
    aggregator: 'sum',
  },
  model_absolute_error_total: {
    type: 'counter',
    help: 'Sum of the absolute errors of a regression as targets arrive.',
    labels: model,
    aggregator: 'sum',
  },
  model_squared_error_total: {
    type: 'counter',
    help: 'Sum of the squared errors of a regression as targets arrive.',
    labels: model,
    aggregator: 'sum',
  },
  model_targets_total: {
    type: 'counter',
    help: 'Targets by result: matched, unmatched (no such prediction), duplicate, invalid, corrected (replaced an earlier one).',
    labels: [...model, 'status'],
    values: { status: targetStatuses },
    aggregator: 'sum',
  },
  model_target_delay_seconds: {
    type: 'histogram',
    help: 'Time from a prediction to its target in seconds.',
    labels: model,
    aggregator: 'sum',
    buckets: targetDelayBuckets,
  },
  model_target_coverage_ratio: {
    type: 'gauge',
    help: 'Share of the predictions made in the quality window whose target has arrived.',
    labels: model,
    aggregator: 'average',
  },
  model_targets_pending: {
    type: 'gauge',
    help: 'Predictions waiting for their target.',
    labels: model,
    aggregator: 'sum',
  },
  model_targets_expired_total: {
    type: 'counter',
    help: 'Predictions forgotten before their target arrived: time_to_live, capacity (newer predictions needed its space).',
    labels: [...model, 'reason'],
    values: { reason: expiryReasons },
    aggregator: 'sum',
  },
  model_targets_held: {
    type: 'gauge',
    help: 'Targets that came before their prediction and wait for it; those that it never comes for are counted as unmatched.',
    labels: model,
    aggregator: 'sum',
  },
  model_targets_overdue: {
    type: 'gauge',
    help: 'Targets that should have arrived since the last one did, by the expected delay and the usual coverage.',
    labels: model,
    aggregator: 'sum',
  },
  model_target_expected_delay_seconds: {
    type: 'gauge',
    help: 'Delay within which nearly every target arrives: configured, or the 99th percentile of those that arrived.',
    labels: model,
    aggregator: 'max',
  },
  model_target_delay_percentile_seconds: {
    type: 'gauge',
    help: 'Time from a prediction until its target is received, by percentile of the targets of the last time-to-live.',
    labels: [...model, 'percentile'],
    values: { percentile: delayPercentiles },
    aggregator: 'max',
  },
  model_prediction_duplicates_total: {
    type: 'counter',
    help: 'Rows whose prediction id was known already; they are not counted again in features, coverage and scores.',
    labels: model,
    aggregator: 'sum',
  },
  model_segment_quality_score: {
    type: 'gauge',
    help: 'Score by which segments are compared, among the targets of a segment in the segment window.',
    labels: [...segment, 'score'],
    aggregator: 'average',
  },
  model_segment_quality_samples: {
    type: 'gauge',
    help: 'Targets of a segment in the segment window.',
    labels: segment,
    aggregator: 'sum',
  },
  model_segment_quality_worse: {
    type: 'gauge',
    help: '1 when the predictions of a segment are worse than those of the others beyond chance (false discovery rate 5 %), 0 when they are not; absent with too few targets.',
    labels: segment,
    aggregator: 'max',
  },
  model_segment_targets_total: {
    type: 'counter',
    help: 'Targets of a segment as they arrive.',
    labels: segment,
    aggregator: 'sum',
  },
  model_segment_score_total: {
    type: 'counter',
    help: 'Sum of the score by which segments are compared, over the targets of a segment as they arrive.',
    labels: [...segment, 'score'],
    aggregator: 'sum',
  },
  model_quality_change: {
    type: 'gauge',
    help: 'Change of the compared score from one segment window to the next: by the mix of segments (mix) and inside them (within); they add up to the change.',
    labels: [...model, 'segment_by', 'part'],
    values: { part: changeParts },
    aggregator: 'average',
  },
  model_fairness_difference: {
    type: 'gauge',
    help: 'Highest minus lowest rate of a binary classifier among groups: share predicted positive (selection), and that of positive and of negative targets.',
    labels: [...model, 'segment_by', 'rate'],
    values: { rate: groupRates },
    aggregator: 'max',
  },
  model_fairness_ratio: {
    type: 'gauge',
    help: 'Lowest over highest rate of a binary classifier among groups, by rate.',
    labels: [...model, 'segment_by', 'rate'],
    values: { rate: groupRates },
    aggregator: 'min',
  },
  model_cohort_quality_score: {
    type: 'gauge',
    help: 'Scores, by name, of the newest predictions whose targets have arrived as usual.',
    labels: [...model, 'score'],
    aggregator: 'average',
  },
  model_cohort_samples: {
    type: 'gauge',
    help: 'Targets behind the scores of the cohort.',
    labels: model,
    aggregator: 'sum',
  },
  model_cohort_coverage_ratio: {
    type: 'gauge',
    help: 'Share of the predictions of the cohort whose target has arrived.',
    labels: model,
    aggregator: 'average',
  },
  model_cohort_timestamp_seconds: {
    type: 'gauge',
    help: 'Unix time up to which the predictions of the cohort were made: the time that its scores are as of.',
    labels: model,
    aggregator: 'min',
  },

  model_challenger_difference: {
    type: 'gauge',
    help: 'By how much the compared score of this version is better than that of its champion, over predictions that both made: right predictions, or absolute errors up to the largest one.',
    labels: challenger,
    aggregator: 'average',
  },
  model_challenger_difference_bound: {
    type: 'gauge',
    help: 'Ends of the interval of the difference, which holds at every look with probability 1 minus the error rate.',
    labels: [...challenger, 'bound'],
    values: { bound: scoreBounds },
    aggregator: 'average',
  },
  model_challenger_margin: {
    type: 'gauge',
    help: 'Configured margin by which this version must be better than its champion.',
    labels: challenger,
    aggregator: 'max',
  },
  model_challenger_decision: {
    type: 'gauge',
    help: '1 for what was decided of this version and its champion in this process, 0 for the others: better by more than the margin, not better, or undecided.',
    labels: [...challenger, 'decision'],
    values: { decision: comparisonDecisions },
    aggregator: 'max',
  },
  model_challenger_targets_total: {
    type: 'counter',
    help: 'Targets of this version by whether its prediction was better than that of its champion, as good (equal) or worse, or the champion had made none (unpaired).',
    labels: [...challenger, 'result'],
    values: { result: pairResults },
    aggregator: 'sum',
  },

  model_quality_threshold: {
    type: 'gauge',
    help: 'Threshold of a quality score; an alert fires when the score is below or above it, by direction, by more than chance explains.',
    labels: [...model, 'score', 'direction'],
    values: { score: scoreNames, direction: thresholdDirections },
    aggregator: 'max',
  },
  model_slo_accuracy_threshold_ratio: {
    type: 'gauge',
    help: 'Configured accuracy below which the accuracy alert fires.',
    labels: model,
    aggregator: 'max',
  },
  model_slo_latency_threshold_seconds: {
    type: 'gauge',
    help: 'Configured objective of the 99th percentile of prediction latency in seconds.',
    labels: model,
    aggregator: 'max',
  },
  model_slo_error_rate_threshold_ratio: {
    type: 'gauge',
    help: 'Configured share of failed prediction calls above which the error alert fires.',
    labels: model,
    aggregator: 'max',
  },
  model_slo_objective_ratio: {
    type: 'gauge',
    help: 'Configured share of good events by objective; the rest is its error budget.',
    labels: [...model, 'slo'],
    values: { slo: objectives },
    aggregator: 'max',
  },
  model_slo_events_total: {
    type: 'counter',
    help: 'Events by objective and result (good, bad): calls (latency, latency_p95, latency_p50, errors; those that failed for a reason of the caller are neither, other failed ones bad), targets (quality, freshness), drift runs (drift_free).',
    labels: [...model, 'slo', 'result'],
    values: { slo: objectives, result: objectiveResults },
    aggregator: 'sum',
  },

  model_monitor_errors_total: {
    type: 'counter',
    help: 'Failures of the monitoring by stage; they never reach the caller.',
    labels: [...model, 'stage'],
    values: { stage: monitorStages },
    aggregator: 'sum',
  },
  model_monitor_label_overflow_total: {
    type: 'counter',
    help: 'Values folded into __other__ because a label had reached its limit.',
    labels: [...model, 'label'],
    aggregator: 'sum',
  },
  model_monitor_series: {
    type: 'gauge',
    help: 'Series held by the metric store.',
    labels: [],
    aggregator: 'sum',
  },
  model_monitor_series_limit: {
    type: 'gauge',
    help: 'Series that the metric store may hold.',
    labels: [],
    aggregator: 'sum',
  },
  model_monitor_dropped_series_total: {
    type: 'counter',
    help: 'Series refused because the metric store was full.',
    labels: [],
    aggregator: 'sum',
  },
  model_monitor_rejected_requests_total: {
    type: 'counter',
    help: 'HTTP requests answered with a 4xx or 503 problem, by route and error code.',
    labels: ['route', 'code'],
    aggregator: 'sum',
  },
  model_monitor_dropped_log_lines_total: {
    type: 'counter',
    help: 'Lines of the log that were dropped, since its reader or its disk did not take them.',
    labels: [],
    aggregator: 'sum',
  },
  model_monitor_closed_connections_total: {
    type: 'counter',
    help: 'Connections that the exporter closed without an answer of a route: limit (too many were open), timeout (the request did not arrive in time), malformed (not HTTP).',
    labels: ['reason'],
    values: { reason: closedConnectionReasons },
    aggregator: 'sum',
  },
  model_monitor_config_last_reload_successful: {
    type: 'gauge',
    help: '1 when the last reload of the configuration succeeded, 0 when it failed and the previous one stays in use.',
    labels: [],
    aggregator: 'min',
  },
  model_monitor_config_last_reload_success_timestamp_seconds: {
    type: 'gauge',
    help: 'Unix time at which the configuration in use was loaded.',
    labels: [],
    aggregator: 'min',
  },
  model_monitor_webhook_events_total: {
    type: 'counter',
    help: 'Events of models by webhook and result: delivered, expired (not delivered in time), refused (too many wait, or the disk does not take them).',
    labels: ['webhook', 'result'],
    values: { result: webhookResults },
    aggregator: 'sum',
  },
  model_monitor_webhook_failures_total: {
    type: 'counter',
    help: 'Requests to a webhook that failed; the event is sent again.',
    labels: ['webhook'],
    aggregator: 'sum',
  },
  model_monitor_webhook_pending: {
    type: 'gauge',
    help: 'Events that wait for a webhook.',
    labels: ['webhook'],
    aggregator: 'sum',
  },
  model_monitor_state_healthy: {
    type: 'gauge',
    help: '1 while what is counted is kept on disk, 0 while the folder of the state cannot be used; absent without state.path.',
    labels: [],
    aggregator: 'min',
  },
  model_monitor_state_last_commit_timestamp_seconds: {
    type: 'gauge',
    help: 'Time at which the state was last written to disk.',
    labels: [],
    aggregator: 'min',
  },
  model_monitor_state_unkept_inputs_total: {
    type: 'counter',
    help: 'Calls and bodies with targets that came while the state could not be written; they are counted in memory, and kept with the next snapshot.',
    labels: [],
    aggregator: 'sum',
  },
  model_monitor_payloads_total: {
    type: 'counter',
    help: 'Requests and answers of inference loggers by result: joined, unmatched (the other half did not come in time, or the memory for waiting halves was full), duplicate.',
    labels: ['result'],
    values: { result: payloadResults },
    aggregator: 'sum',
  },
  model_monitor_gpu_errors_total: {
    type: 'counter',
    help: 'Runs of nvidia-smi without readings: missing, timeout, exit (non-zero status), output (not readable).',
    labels: ['reason'],
    values: { reason: gpuErrorReasons },
    aggregator: 'sum',
  },
  model_monitor_build_info: {
    type: 'gauge',
    help: 'Constant 1; its labels identify the running version of Modelmeter and its kernel.',
    labels: ['version', 'kernel'],
    aggregator: 'max',
  },

  system_memory_usage_bytes: {
    type: 'gauge',
    help: 'Memory in bytes of the host, or of the container if it has a limit: used, or available (free and reclaimable).',
    labels: ['state'],
    values: { state: ['used', 'free'] },
    aggregator: 'max',
  },
  gpu_utilization_ratio: {
    type: 'gauge',
    help: 'Share of the last sampling period in which a GPU was busy.',
    labels: gpu,
    aggregator: 'max',
  },
  gpu_memory_used_bytes: {
    type: 'gauge',
    help: 'Used memory of a GPU in bytes.',
    labels: gpu,
    aggregator: 'max',
  },
  gpu_memory_total_bytes: {
    type: 'gauge',
    help: 'Memory of a GPU in bytes.',
    labels: gpu,
    aggregator: 'max',
  },
  gpu_temperature_celsius: {
    type: 'gauge',
    help: 'Temperature of a GPU in degrees Celsius.',
    labels: gpu,
    aggregator: 'max',
  },
  gpu_power_watts: {
    type: 'gauge',
    help: 'Power drawn by a GPU in watts.',
    labels: gpu,
    aggregator: 'max',
  },
} as const satisfies Record<string, MetricDeclaration>;

type Catalogue = typeof catalogue;

/** The names of the declared metrics, or of those of one type: `MetricName<'counter'>`. */
export type MetricName<Type extends MetricType = MetricType> = {
  [Name in keyof Catalogue]: Catalogue[Name]['type'] extends Type ? Name : never;
}[keyof Catalogue];

type ClosedValues<Name extends MetricName> = Catalogue[Name] extends {
  readonly values: infer Values;
}
  ? Values
  : object;

/** The labels of a metric; a label with a closed set of values takes only those. */
export type MetricLabelsOf<Name extends MetricName> = {
  readonly [Label in Catalogue[Name]['labels'][number]]: Label extends keyof ClosedValues<Name>
    ? ClosedValues<Name>[Label] extends readonly (infer Value extends string)[]
      ? Value
      : never
    : string;
};

export {
  type MeanScoreName,
  meanScoreNames,
  qualityScores,
  type ScoreDeclaration,
  type ScoreName,
  scoreNames,
  scoresOfTask,
} from './quality-scores.js';
export { driftStates, errorReasons, findingKinds } from './vocabulary.js';
