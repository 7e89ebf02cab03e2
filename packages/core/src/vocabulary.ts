/**
 * The closed sets of values in metric labels, reports and the API. The catalogue reads its label
 * values from here, so the type of a label matches its values.
 */

/** Why a prediction call failed. */
export const errorReasons = [
  'invalid_input',
  'timeout',
  'rejected',
  'cancelled',
  'runtime',
  'other',
] as const;
export type ErrorReason = (typeof errorReasons)[number];

/** Why the features of a call were not counted. */
export const unreadReasons = ['sampling', 'busy'] as const;
export type UnreadReason = (typeof unreadReasons)[number];

/** Why a value does not fit its feature. */
export const invalidReasons = ['type', 'missing', 'range', 'category'] as const;
export type InvalidReason = (typeof invalidReasons)[number];

/** Why an output value is not usable: NaN or infinite, or a probability outside [0, 1]. */
export const invalidOutputReasons = ['not_finite', 'range'] as const;
export type InvalidOutputReason = (typeof invalidOutputReasons)[number];

/**
 * `drift`: a significant shift whose effect reaches the drift threshold. `investigate`: a significant
 * shift whose interval reaches the investigate threshold, or a finding that matters. `ok`: the
 * interval lies below the investigate threshold. `insufficient_data`: the shift is not significant
 * and its interval reaches the threshold, or nothing could be compared.
 */
export const driftStates = ['ok', 'investigate', 'drift', 'insufficient_data'] as const;
export type DriftState = (typeof driftStates)[number];

/** The thresholds of a drift score, named after the state that they lead to. */
export const thresholdLevels = ['investigate', 'drift'] as const;

/** The estimate of the size of a shift, and the ends of its 95 % interval. */
export const effectBounds = ['estimate', 'low', 'high'] as const;

/** A problem with the values of a feature, whether they drift or not. */
export const findingKinds = [
  'column_missing',
  'constant',
  'correlation_changed',
  'missing_increased',
  'out_of_range',
  'spike',
  'stuck',
  'swapped_columns',
  'trend',
  'type_changed',
  'unseen_categories',
  'vanished_categories',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** The part of the monitoring in which a failure occurred. */
export const monitorStages = [
  'observe',
  'features',
  'outputs',
  'hooks',
  'targets',
  'drift',
  'collect',
] as const;
export type MonitorStage = (typeof monitorStages)[number];

/** The result of joining a target with its prediction; `corrected` replaced an earlier target. */
export const targetStatuses = [
  'matched',
  'unmatched',
  'duplicate',
  'invalid',
  'corrected',
] as const;
export type TargetStatus = (typeof targetStatuses)[number];

/**
 * Why a prediction is no longer pending although its target never arrived: its time-to-live ended, or
 * newer predictions needed its space.
 */
export const expiryReasons = ['time_to_live', 'capacity'] as const;
export type ExpiryReason = (typeof expiryReasons)[number];

/** The percentiles of the delay of targets that are exported. */
export const delayPercentiles = ['50', '90', '99'] as const;

/** The parts of a change of quality: the mix of segments, and the change inside them. */
export const changeParts = ['mix', 'within'] as const;

/** The rates of a binary classifier that are compared between groups. */
export const groupRates = ['selection', 'true_positive', 'false_positive'] as const;

/** Whether a challenger is better than its champion by more than a margin. */
export const comparisonDecisions = ['better', 'not_better', 'undecided'] as const;
export type ComparisonDecision = (typeof comparisonDecisions)[number];

/**
 * What came of a target of a challenger: its prediction was better than that of the champion, as good,
 * or worse, or the champion made none.
 */
export const pairResults = ['better', 'equal', 'worse', 'unpaired'] as const;
export type PairResult = (typeof pairResults)[number];

/** What a model predicts, which decides how its quality is computed. */
export const tasks = ['binary', 'multiclass', 'multilabel', 'regression', 'ranking'] as const;
export type Task = (typeof tasks)[number];

/** For how many looks at a growing sample the interval of a score holds: for one, or for any. */
export const intervalKinds = ['fixed', 'anytime'] as const;
export type IntervalKind = (typeof intervalKinds)[number];

/** The ends of the 95 % interval of a score. */
export const scoreBounds = ['low', 'high'] as const;

/** The scores that each class or label has. */
export const classScores = ['precision', 'recall', 'f1'] as const;
export type ClassScoreName = (typeof classScores)[number];

/** Outcomes of a binary classifier; those of one class of a multiclass model have no `tn`. */
export const binaryOutcomes = ['tp', 'fp', 'tn', 'fn'] as const;
export type BinaryOutcome = (typeof binaryOutcomes)[number];
export const classOutcomes = ['tp', 'fp', 'fn'] as const;

/** The side of a threshold on which a score is worse. */
export const thresholdDirections = ['below', 'above'] as const;
export type ThresholdDirection = (typeof thresholdDirections)[number];

/**
 * Service level objectives whose events are counted. `latency` is that of the 99th percentile,
 * `freshness` that of the targets.
 */
export const objectives = [
  'latency',
  'errors',
  'latency_p95',
  'latency_p50',
  'quality',
  'drift_free',
  'freshness',
] as const;
export type Objective = (typeof objectives)[number];
export const objectiveResults = ['good', 'bad'] as const;

/** What became of an event for a webhook: `expired` was too old, `refused` could not be kept. */
export const webhookResults = ['delivered', 'expired', 'refused'] as const;

/** What became of a payload of an inference logger: `unmatched` lacks its other half. */
export const payloadResults = ['joined', 'unmatched', 'duplicate'] as const;

/** Why a connection was closed: too many were open, or its request was late or not HTTP. */
export const closedConnectionReasons = ['limit', 'timeout', 'malformed'] as const;

/** The status of a prediction call or a drift run. */
export const callStatuses = ['success', 'error'] as const;

/** Why a run of nvidia-smi returned no readings. */
export const gpuErrorReasons = ['missing', 'timeout', 'exit', 'output'] as const;

/** The scores that can be estimated before targets arrive. */
export const estimatedScores = [
  'accuracy',
  'precision',
  'recall',
  'f1',
  'specificity',
  'roc_auc',
  'average_precision',
  'mean_absolute_error',
  'root_mean_squared_error',
] as const;
export type EstimatedScore = (typeof estimatedScores)[number];

/**
 * Why an estimate does not hold: the reference has no predictions, or values of a feature, like those
 * of the window, or the targets that arrived contradict what the reference expects of their predictions.
 */
export const estimateWithdrawals = ['outside_support', 'calibration_drift'] as const;
export type EstimateWithdrawal = (typeof estimateWithdrawals)[number];
