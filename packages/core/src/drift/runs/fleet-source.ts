import type { ColumnProfile } from '@modelmeter/kernel/profiles';
import { featureBins, missingCategory } from '../../bins/feature-bins.js';
import type { MetricName } from '../../catalogue.js';
import { CoreError } from '../../errors.js';
import type { Reference } from '../../reference.js';
import { type ColumnFeature, columnFeatures, type FeatureConfig } from '../../settings/features.js';
import { incompleteWindow, windowLength } from '../../windows/window-length.js';
import type { ComparedFeature } from '../compared-feature.js';
import { inOrdinaryTime } from '../ordinary-time.js';
import type { CountSource } from './count-source.js';
import { exportedFeature } from './exported-feature.js';

/** One series of the answer to an instant query. */
export interface VectorSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Runs an instant query of PromQL at a time in milliseconds since the Unix epoch. It must reject when
 * the answer may be incomplete, because counts that are too low would look like drift.
 */
export type InstantQuery = (expression: string, timeMs: number) => Promise<readonly VectorSample[]>;

/** The counts of a fleet, which has no embeddings. */
export interface FleetSource extends CountSource {
  samples(nowMs: number): Promise<readonly ComparedFeature[]>;
}

/** Rows by feature, then by the label whose values name the bins. */
type RowsByLabel = ReadonlyMap<string, ReadonlyMap<string, number>>;

/**
 * Reads the counters of all replicas of a model that have the same reference, over the window of
 * each feature. Replicas may start, stop and restart; each loses at most the rows that it counts
 * within one scrape interval.
 *
 * The window of a feature is complete when some replica had the reference before the window began. A
 * run sends four or five concurrent queries for each window length, whatever the number of features.
 */
export function createFleetSource(options: {
  readonly model: { readonly name: string; readonly version: string };
  /** Replicas of this scrape job only; default: of all jobs. */
  readonly job: string | undefined;
  /** Features that the reference has; embeddings among them have no counters and are left out. */
  readonly features: readonly FeatureConfig[];
  readonly reference: Reference;
  readonly windowMs: number;
  readonly query: InstantQuery;
}): FleetSource {
  const { model, job, reference, query } = options;
  const features = columnFeatures(options.features);
  const groups = new Map<number, ColumnFeature[]>();
  for (const feature of features) {
    const lengthMs = windowLength(feature, options.windowMs);
    const group = groups.get(lengthMs);
    if (group === undefined) groups.set(lengthMs, [feature]);
    else group.push(feature);
  }

  async function samplesOf(
    group: readonly ColumnFeature[],
    lengthMs: number,
    nowMs: number,
  ): Promise<ComparedFeature[]> {
    const ofModel = [
      ...(job === undefined ? [] : [matcher('job', job)]),
      matcher('model_name', model.name),
      matcher('model_version', model.version),
      // Features with another window length have queries of their own.
      ...(groups.size === 1 ? [] : [oneOf('feature', group)]),
    ];
    const ofReference = [...ofModel, matcher('reference_id', reference.id)];
    const window = `${lengthMs}ms`;
    const increase = (
      labels: string,
      metric: MetricName | 'model_feature_value_bucket',
      matchers: readonly string[] = ofReference,
    ): Promise<readonly VectorSample[]> =>
      query(`sum by (${labels}) (increase(${metric}{${matchers.join(',')}}[${window}]))`, nowMs);
    const hasType = (type: FeatureConfig['type']): boolean =>
      group.some((feature) => feature.type === type);
    const [buckets, categories, missing, unfit, before] = await Promise.all([
      hasType('numeric') ? increase('feature, le', 'model_feature_value_bucket') : [],
      hasType('categorical') ? increase('feature, category', 'model_feature_category_total') : [],
      hasType('numeric') ? increase('feature', 'model_feature_missing_total') : [],
      hasType('numeric')
        ? increase('feature', 'model_feature_invalid_total', [
            ...ofModel,
            matcher('reason', 'type'),
          ])
        : [],
      query(
        `max by (feature) (max_over_time(model_feature_reference_samples{${ofReference.join(',')}}[1h] offset ${window}))`,
        nowMs,
      ),
    ]);
    const bucketsOf = rowsByLabel(buckets, 'le');
    const categoriesOf = rowsByLabel(categories, 'category');
    const missingOf = rowsByLabel(missing);
    const unfitOf = rowsByLabel(unfit);
    const whole = new Set(before.map(({ labels }) => labels.feature));
    return group.map((feature) => {
      const { name } = feature;
      const profile = reference.features.get(name) as ColumnProfile;
      const rows =
        profile.type === 'numeric'
          ? binRows(name, profile, bucketsOf.get(name), missingOf.get(name)?.get('') ?? 0)
          : categoryRows(name, profile, categoriesOf.get(name));
      const unfitRows = unfitOf.get(name)?.get('') ?? 0;
      const sample: ComparedFeature = {
        ...exportedFeature(feature, profile, rows),
        // Rows of the wrong type also count as missing, except those of rejected calls.
        invalid: Math.min(unfitRows, rows.at(-1)!),
        ...(whole.has(name) ? {} : { notReady: incompleteWindow(lengthMs) }),
      };
      if (reference.history === undefined) return sample;
      return inOrdinaryTime(sample, reference.history, {
        startMs: nowMs - lengthMs,
        endMs: nowMs,
      });
    });
  }

  return {
    async samples(nowMs) {
      const found = await Promise.all(
        Array.from(groups, ([lengthMs, group]) => samplesOf(group, lengthMs, nowMs)),
      );
      const byName = new Map(found.flat().map((sample) => [sample.feature.name, sample]));
      return features.map(({ name }) => byName.get(name)!);
    },
  };
}

function matcher(label: string, value: string): string {
  return `${label}=${JSON.stringify(value)}`;
}

function oneOf(label: string, features: readonly FeatureConfig[]): string {
  const names = features.map(({ name }) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return `${label}=~${JSON.stringify(names.join('|'))}`;
}

function rowsByLabel(samples: readonly VectorSample[], label?: string): RowsByLabel {
  const rows = new Map<string, Map<string, number>>();
  for (const { labels, value } of samples) {
    const { feature = '' } = labels;
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new CoreError(
        'COUNTS_INVALID',
        `The counters of the feature "${feature}" increased by ${value} rows. Query the counters as replicas export them, not the result of a rule.`,
      );
    }
    const ofFeature = rows.get(feature) ?? new Map<string, number>();
    rows.set(feature, ofFeature.set(label === undefined ? '' : (labels[label] ?? ''), value));
  }
  return rows;
}

/** Rows per bin from the cumulative rows up to each edge, then the missing rows. */
function binRows(
  feature: string,
  profile: ColumnProfile,
  upTo: ReadonlyMap<string, number> | undefined,
  missing: number,
): Float64Array {
  const { edges } = featureBins(profile);
  const rows = new Float64Array(edges.length + 2);
  rows[edges.length + 1] = missing;
  if (upTo === undefined) return rows;
  const byUpper = new Map(Array.from(upTo, ([upper, count]) => [parseEdge(upper), count]));
  let below = 0;
  for (const [bin, upper] of [...edges, Number.POSITIVE_INFINITY].entries()) {
    const count = byUpper.get(upper);
    if (count === undefined) throw unknownBins(feature, [`a bucket up to ${upper}`], 'is missing');
    // Extrapolation may give an edge fewer rows than the edge before it.
    rows[bin] = Math.max(0, count - below);
    below = count;
    byUpper.delete(upper);
  }
  if (byUpper.size > 0) {
    throw unknownBins(
      feature,
      Array.from(byUpper.keys(), (upper) => `a bucket up to ${upper}`),
      'is not in the reference',
    );
  }
  return rows;
}

/** Reads `+Inf`, or a number in any notation that a query engine may use. */
function parseEdge(text: string): number {
  return text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text);
}

function categoryRows(
  feature: string,
  profile: ColumnProfile,
  rowsOf: ReadonlyMap<string, number> | undefined,
): Float64Array {
  const names = [...featureBins(profile).categories, missingCategory];
  const unknown = Array.from(rowsOf?.keys() ?? []).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw unknownBins(
      feature,
      unknown.map((name) => `the category ${JSON.stringify(name)}`),
      'is not in the reference',
    );
  }
  return Float64Array.from(names, (name) => rowsOf?.get(name) ?? 0);
}

function unknownBins(feature: string, bins: readonly string[], problem: string): CoreError {
  return new CoreError(
    'COUNTS_INVALID',
    `The counters of the feature "${feature}" do not fit the reference: ${bins[0]} ${problem}. Run the same version of Modelmeter in the replicas and here.`,
  );
}
