import { psiSmoothing } from '@modelmeter/kernel/statistics';
import { byReference, onReference } from './expressions.js';
import type { RecordingRule } from './rule.js';

/** The quantile of the normal distribution that chance exceeds in one of 10,000 runs. */
const chanceQuantile = 3.719016485455709;

const binLabels = 'job, model_name, model_version, feature, reference_id, upper';
const degreesOfFreedom =
  'feature:model_feature_drift_chi2_degrees_of_freedom:increase_drift_window';

const smoothedReference = 'feature_bin:model_feature_reference_ratio:smoothed_drift_window';
const smoothedCurrent = 'feature_bin:model_feature_ratio:smoothed_increase_drift_window';

/** Drift scores of every feature, from the bins recorded before. */
export function driftScores(selector: string): RecordingRule[] {
  const series = seriesOf(selector);
  return [
    ...chiSquare(selector, series),
    ...populationStability(selector, series),
    shareMoved(series),
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
  /** Shares per bin before that. */
  readonly referenceShare: string;
  readonly currentShare: string;
}

function seriesOf(selector: string): Series {
  const n = `feature:model_feature_reference_samples:max{${selector}}`;
  const m = `feature:model_feature_samples:increase_drift_window{${selector}}`;
  return {
    n,
    m,
    pooledReference: `feature_bin:model_feature_reference_samples:pooled_drift_window{${selector}}`,
    pooledCurrent: `feature_bin:model_feature_samples:pooled_increase_drift_window{${selector}}`,
    referenceShare: share(
      `feature_bin:model_feature_reference_samples:fleet_drift_window{${selector}}`,
      n,
    ),
    currentShare: share(
      `feature_bin:model_feature_samples:fleet_increase_drift_window{${selector}}`,
      m,
    ),
  };
}

/** The rows of each bin divided by the rows of the feature. */
function share(rows: string, all: string): string {
  return `(${rows} / ${onReference} group_left () ${all})`;
}

/**
 * The chi-square statistic, and what it reaches by chance in one of 10,000 runs, by the approximation
 * of Wilson and Hilferty (1931), which is up to 7 % too large there.
 */
function chiSquare(
  selector: string,
  { n, m, pooledReference, pooledCurrent }: Series,
): RecordingRule[] {
  // A single bin cannot vary by chance, however few its rows: assume at least two bins.
  const degrees = `clamp_min(${degreesOfFreedom}{${selector}}, 1)`;
  return [
    {
      record: degreesOfFreedom,
      expression: `count ${byReference} (${pooledReference}) - 1`,
    },
    {
      record: 'feature:model_feature_drift_chi2_statistic:increase_drift_window',
      expression: `${n} * ${onReference} ${m}
* ${onReference}
sum ${byReference} (
  (${share(pooledReference, n)} - ${share(pooledCurrent, m)}) ^ 2
/
  (${pooledReference} + ${pooledCurrent})
)`,
    },
    {
      record: 'feature:model_feature_drift_chi2_statistic:chance_drift_window',
      expression: `${degrees}
* ${onReference}
(1 - 2 / (9 * ${degrees}) + ${chanceQuantile} * sqrt(2 / (9 * ${degrees}))) ^ 3`,
    },
  ];
}

/**
 * PSI, and the size of the shift by PSI: without what chance adds to it, which is the sum over the
 * bins of (1 + q/p)(1 - p) / 2n + (1 + p/q)(1 - q) / 2m. See `psiEffect` in `@modelmeter/kernel`.
 */
function populationStability(
  selector: string,
  { n, m, pooledReference, pooledCurrent }: Series,
): RecordingRule[] {
  const p = `${smoothedReference}{${selector}}`;
  const q = `${smoothedCurrent}{${selector}}`;
  const added = (all: string): string =>
    `clamp_min(${psiSmoothing.share} * ${all}, ${psiSmoothing.rows})`;
  const smoothed = (rows: string, all: string): string => `(
  ${rows}
+ ${onReference} group_left ()
  ${added(all)}
)
/ ${onReference} group_left ()
(
  ${all}
+ ${onReference}
  ${added(all)} * ${onReference} (${degreesOfFreedom}{${selector}} + 1)
)`;
  const bias = (own: string, other: string, rows: string): string => `(
    sum ${byReference} ((1 + ${other} / ${own}) * (1 - ${own}))
  / ${onReference}
    (2 * ${rows})
  )`;
  return [
    { record: smoothedReference, expression: smoothed(pooledReference, n) },
    { record: smoothedCurrent, expression: smoothed(pooledCurrent, m) },
    {
      record: 'feature:model_feature_drift_psi:increase_drift_window',
      expression: `sum ${byReference} ((${p} - ${q}) * ln(${p} / ${q}))`,
    },
    {
      record: 'feature:model_feature_drift_psi_effect:increase_drift_window',
      expression: `clamp_min(
  feature:model_feature_drift_psi:increase_drift_window{${selector}}
- ${onReference}
  ${bias(p, q, n)}
- ${onReference}
  ${bias(q, p, m)},
  0
)`,
    },
  ];
}

/** The largest move of the share of one bin. */
function shareMoved({ referenceShare, currentShare }: Series): RecordingRule {
  return {
    record: 'feature:model_feature_drift_share_moved:increase_drift_window',
    expression: `max ${byReference} (abs(${referenceShare} - ${currentShare}))`,
  };
}

function jensenShannon(
  selector: string,
  { referenceShare: reference, currentShare: current }: Series,
): RecordingRule[] {
  const difference = `feature_bin:model_feature_share_difference:relative_increase_drift_window{${selector}}`;
  return [
    {
      record: 'feature_bin:model_feature_share_difference:relative_increase_drift_window',
      expression: `(${reference} - ${current})
/
((${reference} + ${current}) > 0)`,
    },
    {
      record: 'feature:model_feature_drift_js_distance:increase_drift_window',
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
  const currentWithValue = `(max ${byReference} (feature_upper:model_feature_samples:increase_drift_window{${selector},upper="+Inf"}) > 0)`;
  const referenceShare = share(ofBins('model_feature_reference_ratio'), referenceWithValue);
  const currentShare = share(
    ofBins('feature_bin:model_feature_samples:increase_drift_window', ',upper!=""'),
    currentWithValue,
  );
  return [
    {
      record: 'feature:model_feature_drift_ks_statistic:increase_drift_window',
      expression: `max ${byReference} (
  abs(
    ${share(ofBins('model_feature_reference_cumulative_ratio'), referenceWithValue)}
  -
    ${share(ofBins('feature_upper:model_feature_samples:increase_drift_window'), currentWithValue)}
  )
)`,
    },
    {
      record: 'feature:model_feature_drift_ks_resolution:increase_drift_window',
      expression: `max ${byReference} (
  ${referenceShare} < ${currentShare}
or
  ${currentShare}
)`,
    },
  ];
}
