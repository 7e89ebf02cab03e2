import { psiSmoothing } from '@modelmeter/kernel/statistics';
import { byReference, onReference } from './expressions.js';
import type { RecordingRule } from './rule.js';

/** The 95 % quantile of the normal distribution. */
const normalQuantile95 = 1.6448536269514722;

const binLabels = 'job, model_name, model_version, feature, reference_id, upper';
const degreesOfFreedom = 'feature:model_feature_drift_chi2_degrees_of_freedom:increase';

/** Drift scores of every feature, from the bins recorded before. */
export function driftScores(selector: string): RecordingRule[] {
  const series = seriesOf(selector);
  return [
    ...pooledScores(selector, series),
    ...jensenShannon(selector, series),
    ...kolmogorovSmirnov(selector),
  ];
}

/** The recorded series that the scores are computed from. */
interface Series {
  /** Rows of the reference, and of the window. */
  readonly n: string;
  readonly m: string;
  /** Rows per bin after pooling, for statistics that need a minimum of expected rows. */
  readonly pooledReference: string;
  readonly pooledCurrent: string;
}

function seriesOf(selector: string): Series {
  return {
    n: `feature:model_feature_reference_samples:max{${selector}}`,
    m: `feature:model_feature_samples:increase{${selector}}`,
    pooledReference: `feature_bin:model_feature_reference_samples:pooled{${selector}}`,
    pooledCurrent: `feature_bin:model_feature_samples:pooled{${selector}}`,
  };
}

/** The rows of each bin divided by the rows of the feature. */
function share(rows: string, all: string): string {
  return `(${rows} / ${onReference} group_left () ${all})`;
}

/**
 * PSI, chi-square, and the PSI that samples of the same size reach by chance. Its quantile uses the
 * approximation of the chi-square distribution of Wilson and Hilferty (1931).
 */
function pooledScores(
  selector: string,
  { n, m, pooledReference, pooledCurrent }: Series,
): RecordingRule[] {
  const degrees = `${degreesOfFreedom}{${selector}}`;
  const smoothed = (rows: string, all: string): string => `(
    (${rows} + ${psiSmoothing})
  / ${onReference} group_left ()
    (${all} + ${onReference} ${psiSmoothing} * (${degrees} + 1))
  )`;
  return [
    {
      record: degreesOfFreedom,
      expression: `count ${byReference} (${pooledReference}) - 1`,
    },
    {
      record: 'feature:model_feature_drift_psi:increase',
      expression: `sum ${byReference} (
  (
  ${smoothed(pooledReference, n)}
  -
  ${smoothed(pooledCurrent, m)}
  )
*
  ln(
  ${smoothed(pooledReference, n)}
  /
  ${smoothed(pooledCurrent, m)}
  )
)`,
    },
    {
      record: 'feature:model_feature_drift_chi2_statistic:increase',
      expression: `${n} * ${onReference} ${m}
* ${onReference}
sum ${byReference} (
  (${share(pooledReference, n)} - ${share(pooledCurrent, m)}) ^ 2
/
  (${pooledReference} + ${pooledCurrent})
)`,
    },
    {
      record: 'feature:model_feature_drift_psi_noise_floor:increase',
      // A single bin cannot vary by chance, however few its rows: assume at least two bins.
      expression: `(1 / ${n} + ${onReference} 1 / ${m})
* ${onReference}
clamp_min(${degrees}, 1)
* ${onReference}
(1 - 2 / (9 * clamp_min(${degrees}, 1)) + ${normalQuantile95} * sqrt(2 / (9 * clamp_min(${degrees}, 1)))) ^ 3`,
    },
  ];
}

function jensenShannon(selector: string, { n, m }: Series): RecordingRule[] {
  const reference = share(`feature_bin:model_feature_reference_samples:fleet{${selector}}`, n);
  const current = share(`feature_bin:model_feature_samples:fleet{${selector}}`, m);
  const difference = `feature_bin:model_feature_share_difference:relative{${selector}}`;
  return [
    {
      record: 'feature_bin:model_feature_share_difference:relative',
      expression: `(${reference} - ${current})
/
((${reference} + ${current}) > 0)`,
    },
    {
      record: 'feature:model_feature_drift_js_distance:increase',
      // (1 + d) ln(1 + d) + (1 - d) ln(1 - d), as a series where the two terms would cancel.
      expression: `sqrt(
  sum ${byReference} (
    (${reference} + ${current}) / 4
  *
    (
      (
        (abs(${difference}) <= 0.05) ^ 2
      + ${difference} ^ 4 / 6
      + ${difference} ^ 6 / 15
      + ${difference} ^ 8 / 28
      )
    or
      (abs(${difference}) > 0.05)
    * 0
    + (1 + ${difference}) * ln(clamp_min(1 + ${difference}, 1e-300))
    + (1 - ${difference}) * ln(clamp_min(1 - ${difference}, 1e-300))
    )
  )
)`,
    },
  ];
}

/**
 * The Kolmogorov-Smirnov distance at the edges of the bins: a lower bound, which falls short of the
 * distance by at most its resolution.
 */
function kolmogorovSmirnov(selector: string): RecordingRule[] {
  const ofBins = (metric: string, matchers = ''): string =>
    `max by (${binLabels}) (${metric}{${selector}${matchers}})`;
  const referenceWithValue = `(1 - max ${byReference} (model_feature_reference_missing_ratio{${selector}}) > 0)`;
  const currentWithValue = `(max ${byReference} (feature_upper:model_feature_samples:increase{${selector},upper="+Inf"}) > 0)`;
  const referenceShare = share(ofBins('model_feature_reference_ratio'), referenceWithValue);
  const currentShare = share(
    ofBins('feature_bin:model_feature_samples:increase', ',upper!=""'),
    currentWithValue,
  );
  return [
    {
      record: 'feature:model_feature_drift_ks_statistic:increase',
      expression: `max ${byReference} (
  abs(
    ${share(ofBins('model_feature_reference_cumulative_ratio'), referenceWithValue)}
  -
    ${share(ofBins('feature_upper:model_feature_samples:increase'), currentWithValue)}
  )
)`,
    },
    {
      record: 'feature:model_feature_drift_ks_resolution:increase',
      expression: `max ${byReference} (
  ${referenceShare} < ${currentShare}
or
  ${currentShare}
)`,
    },
  ];
}
