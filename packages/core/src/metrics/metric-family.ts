import type { MetricDeclaration, MetricName } from '../catalogue.js';
import { bucketLabel } from './bucket-label.js';

/** Label values by label name. */
export type MetricLabels = Readonly<Record<string, string>>;

/** One metric of a store with its series. */
export interface MetricFamily {
  readonly name: MetricName;
  readonly declaration: MetricDeclaration;
  readonly series: Map<string, StoredSeries>;
}

/** The numbers of every series; replaced by a longer array when the store grows. */
export interface MetricNumbers {
  values: Float64Array;
}

/** The position of the numbers of a series in the store, and their labels. */
export interface StoredSeries {
  readonly labels: MetricLabels;
  /**
   * Index of its first number: a histogram has the counts per bucket and the sum, others have one
   * number. Minus infinity once the series is removed, so that writes have no effect.
   */
  offset: number;
  /** Upper bounds of a histogram without +Infinity; otherwise empty. */
  readonly bounds: readonly number[];
  /** Whether a histogram exposes its sum, and with it its count. */
  readonly hasSum: boolean;
  /** By bucket; created with the first exemplar. */
  exemplars: (StoredExemplar | undefined)[] | undefined;
  /** Name and labels of each sample; created when first needed. */
  samples: readonly Sample[] | undefined;
  /** The text of each sample up to its number; created when first needed. */
  prefixes: { readonly commonLabels: MetricLabels; readonly texts: readonly string[] } | undefined;
}

/** One line of a scrape without its number. */
export interface Sample {
  readonly name: string;
  readonly labels: MetricLabels;
}

/** An exemplar in the form in which prom-client renders it. */
export interface StoredExemplar {
  readonly labelSet: MetricLabels;
  readonly value: number;
  readonly timestamp: number;
}

/** The largest number of samples that a series exposes: buckets, sum and count of a histogram. */
export function sampleCount(
  { bounds, hasSum }: Pick<StoredSeries, 'bounds' | 'hasSum'>,
  { type }: MetricDeclaration,
): number {
  return type === 'histogram' ? bounds.length + (hasSum ? 3 : 1) : 1;
}

/** The number of values that a series stores. */
export function numberCount(
  { bounds }: Pick<StoredSeries, 'bounds'>,
  { type }: MetricDeclaration,
): number {
  return type === 'histogram' ? bounds.length + 2 : 1;
}

/** NaN for a gauge, which leaves it out of scrapes until it is set; 0 for the other types. */
export function initialValueOf({ type }: MetricDeclaration): number {
  return type === 'gauge' ? Number.NaN : 0;
}

/** The samples that a series exposes, in the order of the scrape. */
export function samplesOf({ name, declaration }: MetricFamily, series: StoredSeries): Sample[] {
  const { labels, bounds, hasSum } = series;
  if (declaration.type !== 'histogram') return [{ name, labels }];
  const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound) => ({
    name: `${name}_bucket`,
    labels: { ...labels, le: bucketLabel(bound) },
  }));
  return hasSum
    ? [...buckets, { name: `${name}_sum`, labels }, { name: `${name}_count`, labels }]
    : buckets;
}

/** The key of a series in its family. */
export function keyOf(declaration: MetricDeclaration, labels: MetricLabels): string {
  return JSON.stringify(declaration.labels.map((label) => labels[label]));
}
