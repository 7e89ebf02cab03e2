import type { MetricNumbers, StoredSeries } from './metric-family.js';

/** A number that only grows. */
export interface CounterSeries {
  add(amount: number): void;
  /** Sets the total, for totals that are kept elsewhere and copied at each scrape. */
  setTotal(total: number): void;
  remove(): void;
}

/** A number that can go up and down. */
export interface GaugeSeries {
  /** `undefined` removes the series from the exposition until a number is set again. */
  set(value: number | undefined): void;
  remove(): void;
}

/** The context of an observation, such as `{ trace_id }`; OpenMetrics shows it with a bucket. */
export interface Exemplar {
  /** Label names and values of at most 128 characters together; a longer exemplar is dropped. */
  readonly labels: Readonly<Record<string, string>>;
  readonly timestampSeconds: number;
}

/** Counts per bucket. */
export interface HistogramSeries {
  /** Counts a value; NaN is not counted. A bucket keeps its last exemplar. */
  observe(value: number, exemplar?: Exemplar): void;
  /** Replaces the counts per bucket (not cumulative, the last above every bound). */
  setTotals(bucketCounts: ArrayLike<number>): void;
  remove(): void;
}

/** The handle of a counter over its number in the store. */
export function counterSeries(
  numbers: MetricNumbers,
  series: StoredSeries,
  remove: () => void,
): CounterSeries {
  return {
    add(amount) {
      numbers.values[series.offset]! += amount;
    },
    setTotal(total) {
      numbers.values[series.offset] = total;
    },
    remove,
  };
}

/** The handle of a gauge over its number in the store. */
export function gaugeSeries(
  numbers: MetricNumbers,
  series: StoredSeries,
  remove: () => void,
): GaugeSeries {
  return {
    set(value) {
      numbers.values[series.offset] = value ?? Number.NaN;
    },
    remove,
  };
}

/** The handle of a histogram over its numbers in the store. `observe` is O(buckets). */
export function histogramSeries(
  numbers: MetricNumbers,
  series: StoredSeries,
  remove: () => void,
): HistogramSeries {
  const buckets = series.bounds.length + 1;
  return {
    observe(value, exemplar) {
      // One NaN would make the sum NaN permanently.
      if (Number.isNaN(value)) return;
      let bucket = 0;
      while (bucket < buckets - 1 && value > series.bounds[bucket]!) bucket += 1;
      numbers.values[series.offset + bucket]! += 1;
      numbers.values[series.offset + buckets]! += value;
      if (exemplar === undefined || !isExposable(exemplar)) return;
      series.exemplars ??= new Array(buckets).fill(undefined);
      series.exemplars[bucket] = {
        labelSet: { ...exemplar.labels },
        value,
        timestamp: exemplar.timestampSeconds,
      };
    },
    setTotals(bucketCounts) {
      for (let bucket = 0; bucket < buckets; bucket += 1) {
        numbers.values[series.offset + bucket] = bucketCounts[bucket] ?? 0;
      }
    },
    remove,
  };
}

/** The handle that a full store returns: the caller continues, and the store counts the refusal. */
export const ignoredSeries: CounterSeries & GaugeSeries & HistogramSeries = {
  add(): void {},
  setTotal(): void {},
  set(): void {},
  observe(): void {},
  setTotals(): void {},
  remove(): void {},
};

/** Most characters in the labels of an exemplar. Source: OpenMetrics 1.0, Exemplars. */
const exemplarCharacters = 128;

/** Whether a scraper accepts the exemplar; one that it refuses fails the whole scrape. */
function isExposable({ labels, timestampSeconds }: Exemplar): boolean {
  if (!Number.isFinite(timestampSeconds)) return false;
  let text = '';
  for (const [name, value] of Object.entries(labels)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return false;
    text += name + value;
  }
  // A character is one or two code units, so most texts need no counting.
  return text.length <= exemplarCharacters || Array.from(text).length <= exemplarCharacters;
}
