import {
  byReference,
  increaseBy,
  jobSelector,
  onReference,
  type Scope,
  withLabel,
} from './expressions.js';
import { qualityOfFleet } from './fleet-quality.js';
import type { RuleOptions } from './options.js';
import type { RecordingRule, RuleFile } from './rule.js';

const featureLabels = 'job, model_name, model_version, feature, reference_id';

/** Expected rows below which a cell is pooled, and rows added to every cell: those of the kernel. */
const minimumExpected = 5;
const smoothing = 0.5;
/** The 95 % quantile of the normal distribution. */
const normalQuantile95 = 1.6448536269514722;

/**
 * Drift and quality of a fleet from the counters of its replicas: any number of replicas, restarts
 * included, with references side by side while a new one is rolled out.
 *
 * Drift has the cells, the pooling and the smoothing of `fleetBins` in `@modelmeter/core`, where
 * they are explained. The Kolmogorov-Smirnov distance is taken at the edges of the bins: a lower
 * bound, short by at most its resolution. The noise floor takes Wilson and Hilferty's (1931)
 * approximation of the chi-square quantile.
 */
export function fleet(options: RuleOptions): RuleFile {
  const selector = jobSelector(options);
  return {
    name: 'fleet',
    groups: [
      { name: 'fleet_quality', rules: qualityOfFleet({ selector, range: options.qualityWindow }) },
      {
        name: 'fleet_drift',
        // The windows are long and their series many; scores move slowly.
        interval: '2m',
        rules: [
          ...cells({ selector, range: options.driftWindow }),
          ...pooledCells(selector),
          ...scores(selector),
        ],
      },
    ],
  };
}

/** Rows of the reference and of the window in every cell that the replicas export. */
function cells(scope: Scope): RecordingRule[] {
  const { selector } = scope;
  const by = (label: string): string => `by (${featureLabels}, ${label})`;
  const gauge = (grouping: string, metric: string, matchers = ''): string =>
    `max ${grouping} (${metric}{${selector}${matchers}})`;
  const counter = (grouping: string, metric: string): string => increaseBy(grouping, metric, scope);
  const bins = by('lower, upper');
  const upTo = (label: string): string =>
    `label_replace(feature_upper:model_feature_samples:increase{${selector}}, "${label}", "$1", "upper", "(.+)")`;
  return [
    {
      record: 'feature_cell:model_feature_reference_samples:max',
      // Shares times rows give the counts back, up to the rounding of a division.
      expression: `round(
  (
    ${gauge(by('upper'), 'model_feature_reference_ratio')}
  or
    ${gauge(by('category'), 'model_feature_reference_category_ratio')}
  or
    ${withLabel(gauge(byReference, 'model_feature_reference_missing_ratio'), 'category', '__missing__').replaceAll('\n', '\n    ')}
  )
* ${onReference} group_left ()
  ${gauge(byReference, 'model_feature_reference_samples')}
)`,
    },
    {
      record: 'feature_upper:model_feature_samples:increase',
      expression: `sum ${by('upper')} (
  label_replace(
    ${counter(by('le'), 'model_feature_value_bucket')},
    "upper", "$1", "le", "(.+)"
  )
)`,
    },
    {
      record: 'feature_cell:model_feature_samples:increase',
      // Nothing in PromQL tells which bucket is the next lower one, but the reference has both
      // edges of every bin. A cell that no replica counts is empty.
      expression: `clamp_min(
  sum ${by('upper')} (
    (
      0 * ${gauge(bins, 'model_feature_reference_ratio')}
    + ${`on (${featureLabels}, upper)`} group_left ()
      feature_upper:model_feature_samples:increase{${selector}}
    )
  - on (${featureLabels}, lower, upper)
    (
      (
        0 * ${gauge(bins, 'model_feature_reference_ratio', ',lower!="-Inf"')}
      + on (${featureLabels}, lower) group_left ()
        ${upTo('lower')}
      )
    or
      0 * ${gauge(bins, 'model_feature_reference_ratio', ',lower="-Inf"')}
    )
  ),
  0
)
or
${counter(by('category'), 'model_feature_category_total')}
or
${withLabel(counter(byReference, 'model_feature_missing_total'), 'category', '__missing__')}
or
0 * feature_cell:model_feature_reference_samples:max{${selector}}`,
    },
  ];
}

/** The large cells and the rest, then what statistics that need expected rows see of them. */
function pooledCells(selector: string): RecordingRule[] {
  const recorded = (metric: string, matchers = ''): string => `${metric}{${selector}${matchers}}`;
  const n = recorded('feature:model_feature_reference_samples:max');
  const m = recorded('feature:model_feature_samples:increase');
  const exported = [
    'feature_cell:model_feature_reference_samples:max',
    'feature_cell:model_feature_samples:increase',
  ] as const;
  const fleetBins = [
    'feature_cell:model_feature_reference_samples:fleet',
    'feature_cell:model_feature_samples:fleet',
  ] as const;
  const large = recorded('feature_cell:model_feature_cell_samples:large');
  const joined = recorded('feature_cell:model_feature_cell_samples:joined');
  const minimum = recorded('feature:model_feature_cell_samples:minimum');
  const both = (cells: readonly [string, string], matchers: string): string =>
    cells.map((metric) => recorded(metric, matchers)).join(' + ');
  const named = ',category!~"__other__|__unseen__"';
  const rest = ',category="__rest__"';
  const notRest = ',category!="__rest__"';
  return [
    {
      record: 'feature:model_feature_reference_samples:max',
      expression: `max ${byReference} (model_feature_reference_samples{${selector}})`,
    },
    {
      record: 'feature:model_feature_samples:increase',
      expression: `sum ${byReference} (${recorded(exported[1])}) > 0`,
    },
    {
      record: 'feature:model_feature_cell_samples:minimum',
      expression: `${minimumExpected} * (${n} + ${onReference} ${m})
/ ${onReference}
(${n} < ${onReference} ${m} or ${onReference} ${m})`,
    },
    {
      record: 'feature_cell:model_feature_cell_samples:large',
      expression: `${both(exported, named)}
>= ${onReference} group_left ()
${minimum}`,
    },
    ...exported.map((metric, index) => ({
      record: fleetBins[index]!,
      expression: `(
  (${recorded(metric)} and ${large})
or
  label_replace(
    sum ${byReference} (${recorded(metric)} unless ${large}),
    "category", "__rest__", "", ""
  )
)
and ${onReference}
${minimum}`,
    })),
    {
      // The rarest large cell, where the rest is too rare to be a cell of its own. Of equally rare
      // ones it is that with fewer rows of the reference; then they are alike.
      record: 'feature_cell:model_feature_cell_samples:joined',
      expression: `bottomk ${byReference} (1,
  ${recorded(fleetBins[0], notRest)}
and
  (
    ${large}
  == ${onReference} group_left ()
    min ${byReference} (${large})
  )
)
and ${onReference}
(
  ${both(fleetBins, rest)}
< ${onReference}
  ${minimum}
)`,
    },
    ...fleetBins.map((metric) => ({
      record: metric.replace(':fleet', ':pooled'),
      expression: `(
  (${recorded(metric)} and ${joined})
+ ${onReference} group_left ()
  ${recorded(metric, rest)}
)
or
(
  ${recorded(metric)}
unless
  (${recorded(metric, rest)} and ${onReference} ${joined})
)`,
    })),
  ];
}

function scores(selector: string): RecordingRule[] {
  const n = `feature:model_feature_reference_samples:max{${selector}}`;
  const m = `feature:model_feature_samples:increase{${selector}}`;
  const pooledReference = `feature_cell:model_feature_reference_samples:pooled{${selector}}`;
  const pooledCurrent = `feature_cell:model_feature_samples:pooled{${selector}}`;
  const degrees = `feature:model_feature_drift_chi2_degrees_of_freedom:increase{${selector}}`;
  const smoothed = (rows: string, all: string): string => `(
    (${rows} + ${smoothing})
  / ${onReference} group_left ()
    (${all} + ${onReference} ${smoothing} * (${degrees} + 1))
  )`;
  const share = (rows: string, all: string): string =>
    `(${rows} / ${onReference} group_left () ${all})`;
  const fleetReference = share(
    `feature_cell:model_feature_reference_samples:fleet{${selector}}`,
    n,
  );
  const fleetCurrent = share(`feature_cell:model_feature_samples:fleet{${selector}}`, m);
  const difference = `feature_cell:model_feature_share_difference:relative{${selector}}`;
  const inBins = (metric: string, matchers = ''): string =>
    `max by (${featureLabels}, upper) (${metric}{${selector}${matchers}})`;
  const referenceWithValue = `(1 - max ${byReference} (model_feature_reference_missing_ratio{${selector}}) > 0)`;
  const currentWithValue = `(max ${byReference} (feature_upper:model_feature_samples:increase{${selector},upper="+Inf"}) > 0)`;
  const binOfReference = share(inBins('model_feature_reference_ratio'), referenceWithValue);
  const binOfCurrent = share(
    inBins('feature_cell:model_feature_samples:increase', ',upper!=""'),
    currentWithValue,
  );
  return [
    {
      record: 'feature:model_feature_drift_chi2_degrees_of_freedom:increase',
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
      // One cell has no chance variation at all, however few its rows: ask at least two of it.
      expression: `(1 / ${n} + ${onReference} 1 / ${m})
* ${onReference}
clamp_min(${degrees}, 1)
* ${onReference}
(1 - 2 / (9 * clamp_min(${degrees}, 1)) + ${normalQuantile95} * sqrt(2 / (9 * clamp_min(${degrees}, 1)))) ^ 3`,
    },
    {
      record: 'feature_cell:model_feature_share_difference:relative',
      expression: `(${fleetReference} - ${fleetCurrent})
/
((${fleetReference} + ${fleetCurrent}) > 0)`,
    },
    {
      record: 'feature:model_feature_drift_js_distance:increase',
      // (1 + d) ln(1 + d) + (1 - d) ln(1 - d), by its series where the two terms would cancel.
      expression: `sqrt(
  sum ${byReference} (
    (${fleetReference} + ${fleetCurrent}) / 4
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
    {
      record: 'feature:model_feature_drift_ks_statistic:increase',
      expression: `max ${byReference} (
  abs(
    ${share(inBins('model_feature_reference_cumulative_ratio'), referenceWithValue)}
  -
    ${share(inBins('feature_upper:model_feature_samples:increase'), currentWithValue)}
  )
)`,
    },
    {
      record: 'feature:model_feature_drift_ks_resolution:increase',
      expression: `max ${byReference} (
  ${binOfReference} < ${binOfCurrent}
or
  ${binOfCurrent}
)`,
    },
  ];
}
