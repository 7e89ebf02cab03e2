import {
  arrivedTargets,
  byModel,
  divide,
  either,
  fleetAccuracy,
  increaseBy,
  indent,
  jobSelector,
  modelIncrease,
  onModel,
  type Scope,
  withLabel,
} from './expressions.js';
import type { RuleOptions } from './options.js';
import type { RecordingRule, RuleFile } from './rule.js';

const featureLabels = 'job, model_name, model_version, feature, reference_id';
const byReference = `by (${featureLabels})`;
const onReference = `on (${featureLabels})`;

/** Expected rows below which a cell is pooled, and rows added to every cell: those of the kernel. */
const minimumExpected = 5;
const smoothing = 0.5;
/** The 95 % quantile of the normal distribution. */
const normalQuantile95 = 1.6448536269514722;

/**
 * Drift and quality of a fleet from the counters of its replicas: any number of replicas, restarts
 * included, with references side by side while a new one is rolled out.
 *
 * Drift has the cells, the pooling and the smoothing of `fleetCells` in `@modelmeter/core`, where
 * they are explained. The Kolmogorov-Smirnov distance is taken at the edges of the bins: a lower
 * bound, short by at most its resolution. The noise floor takes Wilson and Hilferty's (1931)
 * approximation of the chi-square quantile.
 */
export function fleet(options: RuleOptions): RuleFile {
  const selector = jobSelector(options);
  return {
    name: 'fleet',
    groups: [
      { name: 'fleet_quality', rules: quality({ selector, range: options.qualityWindow }) },
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

function quality(scope: Scope): RecordingRule[] {
  const outcomes = (outcome: string): string =>
    modelIncrease('model_outcomes_total', scope, `outcome=~"${outcome}"`);
  const outcomesOfClass = (outcome: string): string =>
    increaseBy(
      'by (job, model_name, model_version, class)',
      'model_class_outcomes_total',
      scope,
      `outcome=~"${outcome}"`,
    );
  const onClass = 'on (job, model_name, model_version, class)';
  // A class that occurs and of which nothing is right has the score 0.
  const rightOf = (whole: string): string => {
    const ofClasses = `${divide(outcomesOfClass('tp'), `${outcomesOfClass(whole)} > 0`, onClass)}
or ${onClass}
0 * (${outcomesOfClass('tp|fp|fn')} > 0)`;
    return either(
      divide(outcomes('tp'), `${outcomes(whole)} > 0`),
      `avg ${byModel} (\n${indent(ofClasses)}\n)`,
    );
  };
  const matched = modelIncrease('model_targets_total', scope, 'status="matched"');
  const meanError = (metric: string): string =>
    divide(modelIncrease(metric, scope), `${matched} > 0`);
  return [
    {
      record: 'model:model_targets:increase',
      expression: either(
        arrivedTargets(scope),
        `${matched}\nand ${onModel}\n${modelIncrease('model_absolute_error_total', scope)}`,
      ),
    },
    { record: 'model:model_accuracy_score:increase', expression: fleetAccuracy(scope) },
    { record: 'model:model_precision_score:increase', expression: rightOf('tp|fp') },
    { record: 'model:model_recall_score:increase', expression: rightOf('tp|fn') },
    {
      record: 'model:model_f1_score:increase',
      expression: either(
        divide(
          `2 * ${outcomes('tp')}`,
          `(${outcomes('tp|fp')} + ${onModel} ${outcomes('tp|fn')}) > 0`,
        ),
        `avg ${byModel} (
${indent(divide(`2 * ${outcomesOfClass('tp')}`, `(${outcomesOfClass('tp|fp')} + ${onClass} ${outcomesOfClass('tp|fn')}) > 0`, onClass))}
)`,
      ),
    },
    {
      record: 'model:model_mean_absolute_error:increase',
      expression: meanError('model_absolute_error_total'),
    },
    {
      record: 'model:model_root_mean_squared_error:increase',
      expression: `sqrt${meanError('model_squared_error_total')}`,
    },
  ];
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
  const exported = (metric: 'reference_samples:max' | 'samples:increase', matchers = ''): string =>
    `feature_cell:model_feature_${metric}{${selector}${matchers}}`;
  const named = ',category!~"__other__|__unseen__"';
  const minimum = `feature:model_feature_cell_samples:minimum{${selector}}`;
  const large = `(
  ${exported('reference_samples:max', named)} + ${exported('samples:increase', named)}
>= ${onReference} group_left ()
  ${minimum}
)`;
  const withRest = (rows: string): string => `(
  ${rows}
and
${indent(large)}
)
or
label_replace(
  sum ${byReference} (
    ${rows}
  unless
${indent(indent(large))}
  ),
  "category", "__rest__", "", ""
)`;
  const reference = (matchers = ''): string =>
    `feature_cell:model_feature_reference_samples:fleet{${selector}${matchers}}`;
  const current = (matchers = ''): string =>
    `feature_cell:model_feature_samples:fleet{${selector}${matchers}}`;
  const rest = ',category="__rest__"';
  const notRest = ',category!="__rest__"';
  const rareRest = (rows: string): string => `(
  ${rows}
and ${onReference}
  (${reference(rest)} + ${current(rest)} < ${onReference} ${minimum})
)`;
  // Of equally rare cells the one with fewer rows of the reference; then they are alike.
  const rarest = `bottomk ${byReference} (1,
  ${reference(notRest)}
and
  (
    ${reference(notRest)} + ${current(notRest)}
  == ${onReference} group_left ()
    min ${byReference} (${reference(notRest)} + ${current(notRest)})
  )
)`;
  const pooled = (rows: (matchers?: string) => string): string => `(
  (
    ${rows(notRest)}
  and
${indent(indent(rarest))}
  )
+ ${onReference} group_left ()
${indent(rareRest(rows(rest)))}
)
or
(
  ${rows()}
unless
  (
${indent(indent(rareRest(rows(rest))))}
  and ${onReference}
    ${rows(notRest)}
  )
)`;
  return [
    {
      record: 'feature:model_feature_samples:increase',
      expression: `sum ${byReference} (${exported('samples:increase')}) > 0`,
    },
    {
      record: 'feature:model_feature_cell_samples:minimum',
      expression: `${minimumExpected}
* (
  ${rowsOfReference(selector)}
+ ${onReference}
  ${rowsOfWindow(selector)}
)
/ ${onReference}
(
  ${rowsOfReference(selector)} < ${onReference} ${rowsOfWindow(selector)}
or ${onReference}
  ${rowsOfWindow(selector)}
)`,
    },
    {
      record: 'feature_cell:model_feature_reference_samples:fleet',
      expression: `(
${indent(withRest(exported('reference_samples:max')))}
)
and ${onReference}
${minimum}`,
    },
    {
      record: 'feature_cell:model_feature_samples:fleet',
      expression: `(
${indent(withRest(exported('samples:increase')))}
)
and ${onReference}
${minimum}`,
    },
    {
      record: 'feature_cell:model_feature_reference_samples:pooled',
      expression: pooled(reference),
    },
    { record: 'feature_cell:model_feature_samples:pooled', expression: pooled(current) },
  ];
}

function rowsOfReference(selector: string): string {
  return `max ${byReference} (model_feature_reference_samples{${selector}})`;
}

function rowsOfWindow(selector: string): string {
  return `feature:model_feature_samples:increase{${selector}}`;
}

function scores(selector: string): RecordingRule[] {
  const n = rowsOfReference(selector);
  const m = rowsOfWindow(selector);
  const pooledReference = `feature_cell:model_feature_reference_samples:pooled{${selector}}`;
  const pooledCurrent = `feature_cell:model_feature_samples:pooled{${selector}}`;
  const cellCount = `count ${byReference} (${pooledReference})`;
  const smoothed = (rows: string, all: string): string => `(
    (${rows} + ${smoothing})
  / ${onReference} group_left ()
    (${all} + ${onReference} ${smoothing} * ${cellCount})
  )`;
  const share = (rows: string, all: string): string =>
    `(${rows} / ${onReference} group_left () ${all})`;
  const fleetReference = share(
    `feature_cell:model_feature_reference_samples:fleet{${selector}}`,
    n,
  );
  const fleetCurrent = share(`feature_cell:model_feature_samples:fleet{${selector}}`, m);
  const difference = `feature_cell:model_feature_share_difference:relative{${selector}}`;
  const degrees = `feature:model_feature_drift_chi2_degrees_of_freedom:increase{${selector}}`;
  const inBins = (metric: string, matchers = ''): string =>
    `max by (${featureLabels}, upper) (${metric}{${selector}${matchers}})`;
  const referenceWithValue = `(1 - max ${byReference} (model_feature_reference_missing_ratio{${selector}}))`;
  const currentWithValue = `(max ${byReference} (feature_upper:model_feature_samples:increase{${selector},upper="+Inf"}) > 0)`;
  const binOfReference = share(inBins('model_feature_reference_ratio'), referenceWithValue);
  const binOfCurrent = share(
    inBins('feature_cell:model_feature_samples:increase', ',upper!=""'),
    currentWithValue,
  );
  return [
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
      record: 'feature:model_feature_drift_chi2_degrees_of_freedom:increase',
      expression: `${cellCount} - 1`,
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
