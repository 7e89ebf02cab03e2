import { rareBinShortfall } from '@modelmeter/core/drift';
import { minimumExpectedRows } from '@modelmeter/kernel/statistics';
import { byReference, increaseBy, onReference, type Scope, withLabel } from './expressions.js';
import type { RecordingRule } from './rule.js';

const featureLabels = 'job, model_name, model_version, feature, reference_id';

/** Rows of the reference and of the window in every bin that the replicas export. */
export function exportedBins(scope: Scope): RecordingRule[] {
  const { selector } = scope;
  const by = (label: string): string => `by (${featureLabels}, ${label})`;
  const gauge = (grouping: string, metric: string, matchers = ''): string =>
    `max ${grouping} (${metric}{${selector}${matchers}})`;
  const counter = (grouping: string, metric: string): string => increaseBy(grouping, metric, scope);
  const withEdges = by('lower, upper');
  const upTo = (label: string): string =>
    `label_replace(feature_upper:model_feature_samples:increase_drift_window{${selector}}, "${label}", "$1", "upper", "(.+)")`;
  return [
    {
      record: 'feature_bin:model_feature_reference_samples:max',
      // Shares times rows are the counts, up to the rounding of a division.
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
      record: 'feature_upper:model_feature_samples:increase_drift_window',
      expression: `sum ${by('upper')} (
  label_replace(
    ${counter(by('le'), 'model_feature_value_bucket')},
    "upper", "$1", "le", "(.+)"
  )
)`,
    },
    {
      record: 'feature_bin:model_feature_samples:increase_drift_window',
      // PromQL cannot find the next lower bucket, but the reference has both edges of every bin. A
      // bin that no replica counts is empty.
      expression: `clamp_min(
  sum ${by('upper')} (
    (
      0 * ${gauge(withEdges, 'model_feature_reference_ratio')}
    + ${`on (${featureLabels}, upper)`} group_left ()
      feature_upper:model_feature_samples:increase_drift_window{${selector}}
    )
  - on (${featureLabels}, lower, upper)
    (
      (
        0 * ${gauge(withEdges, 'model_feature_reference_ratio', ',lower!="-Inf"')}
      + on (${featureLabels}, lower) group_left ()
        ${upTo('lower')}
      )
    or
      0 * ${gauge(withEdges, 'model_feature_reference_ratio', ',lower="-Inf"')}
    )
  ),
  0
)
or
${counter(by('category'), 'model_feature_category_total')}
or
${withLabel(counter(byReference, 'model_feature_missing_total'), 'category', '__missing__')}
or
0 * feature_bin:model_feature_reference_samples:max{${selector}}`,
    },
  ];
}

/**
 * The fleet bins (large bins, and all others pooled into the rest), then the bins of statistics that
 * need a minimum of expected rows: there, a small rest is joined with the rarest large bin.
 */
export function pooledBins(selector: string): RecordingRule[] {
  const recorded = (metric: string, matchers = ''): string => `${metric}{${selector}${matchers}}`;
  const n = recorded('feature:model_feature_reference_samples:max');
  const m = recorded('feature:model_feature_samples:increase_drift_window');
  const exported = [
    'feature_bin:model_feature_reference_samples:max',
    'feature_bin:model_feature_samples:increase_drift_window',
  ] as const;
  const fleetBins = [
    'feature_bin:model_feature_reference_samples:fleet_drift_window',
    'feature_bin:model_feature_samples:fleet_increase_drift_window',
  ] as const;
  const large = recorded('feature_bin:model_feature_bin_samples:large_drift_window');
  const joined = recorded('feature_bin:model_feature_bin_samples:joined_drift_window');
  const minimum = recorded('feature:model_feature_bin_samples:minimum_drift_window');
  const both = (bins: readonly [string, string], matchers: string): string =>
    bins.map((metric) => recorded(metric, matchers)).join(' + ');
  const named = ',category!~"__other__|__unseen__"';
  const rest = ',category="__rest__"';
  const notRest = ',category!="__rest__"';
  return [
    {
      record: 'feature:model_feature_reference_samples:max',
      expression: `max ${byReference} (model_feature_reference_samples{${selector}})`,
    },
    {
      record: 'feature:model_feature_samples:increase_drift_window',
      expression: `sum ${byReference} (${recorded(exported[1])}) > 0`,
    },
    {
      record: 'feature:model_feature_bin_samples:minimum_drift_window',
      expression: `${minimumExpectedRows} * (${n} + ${onReference} ${m})
/ ${onReference}
(${n} < ${onReference} ${m} or ${onReference} ${m})`,
    },
    {
      record: 'feature_bin:model_feature_bin_samples:large_drift_window',
      // By the reference alone, so that chance in the window does not choose the bins; a bin with
      // twice the rows that are needed holds what is new.
      expression: `(
${both(exported, named)}
>= ${onReference} group_left ()
${minimum}
)
and
(
  (
    ${recorded(exported[0], named)}
  * ${onReference} group_left ()
    (1 + ${m} / ${onReference} ${n})
  -
    ${rareBinShortfall}
  * sqrt(
      ${recorded(exported[0], named)}
    * ${onReference} group_left ()
      (${m} / ${onReference} ${n})
    )
  >= ${onReference} group_left ()
    ${minimum}
  )
or
  (
${both(exported, named)}
  >= ${onReference} group_left ()
    (2 * ${minimum})
  )
)`,
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
      // The rarest large bin, where the rest is too rare to be a bin of its own. A tie goes to the
      // bin with fewer rows of the reference; bins that tie in both are interchangeable.
      record: 'feature_bin:model_feature_bin_samples:joined_drift_window',
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
