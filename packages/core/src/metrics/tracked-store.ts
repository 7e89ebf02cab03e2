import type { MetricStore } from './metric-store.js';

/** The part of a store that creates series. */
export type SeriesStore = Pick<MetricStore, 'counter' | 'gauge' | 'histogram'>;

/** A store that adds a function to `removers` for each series that it creates. */
export function tracked(store: SeriesStore, removers: (() => void)[]): SeriesStore {
  const keep = <Series extends { remove(): void }>(series: Series): Series => {
    removers.push(() => series.remove());
    return series;
  };
  return {
    counter: (name, labels) => keep(store.counter(name, labels)),
    gauge: (name, labels) => keep(store.gauge(name, labels)),
    histogram: (name, labels, bounds) => keep(store.histogram(name, labels, bounds)),
  };
}
