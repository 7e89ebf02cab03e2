import type { MetricDeclaration, MetricName } from '../catalogue.js';
import { bucketLabel } from './bucket-label.js';

export type MetricLabels = Readonly<Record<string, string>>;

/** One metric of a store with its series: what the store fills and what scrapes are written from. */
export interface MetricFamily {
  readonly name: MetricName;
  readonly declaration: MetricDeclaration;
  readonly series: Map<string, StoredSeries>;
}

/** The numbers of every series; replaced by a longer array when the store grows. */
export interface MetricNumbers {
  values: Float64Array;
}

/** Where the numbers of a series are and what they are called. */
export interface StoredSeries {
  readonly labels: MetricLabels;
  /**
   * Where its numbers start: the counts per bucket and the sum of a histogram, else one number.
   * Minus infinity once the series is removed, where writes go nowhere.
   */
  offset: number;
  /** Upper bounds of a histogram without +Infinity, else empty. */
  readonly bounds: readonly number[];
  /** Whether a histogram exposes its sum, and with it its count. */
  readonly hasSum: boolean;
  /** By bucket; made when the first one comes. */
  exemplars: (StoredExemplar | undefined)[] | undefined;
  /** What a registry's client is told of each sample besides its number; made when first asked. */
  samples: readonly Sample[] | undefined;
  /** The text of each sample up to its number, made when first asked. */
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

/** Samples that a series exposes at most: of a histogram its buckets, its sum and its count. */
export function sampleCount(
  { bounds, hasSum }: Pick<StoredSeries, 'bounds' | 'hasSum'>,
  { type }: MetricDeclaration,
): number {
  return type === 'histogram' ? bounds.length + (hasSum ? 3 : 1) : 1;
}

/** Numbers that a series keeps. */
export function numberCount(
  { bounds }: Pick<StoredSeries, 'bounds'>,
  { type }: MetricDeclaration,
): number {
  return type === 'histogram' ? bounds.length + 2 : 1;
}

/** An unset gauge is absent: NaN on a dashboard poisons every sum that it is part of. */
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
