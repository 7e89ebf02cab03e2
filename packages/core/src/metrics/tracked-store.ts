import type { MetricStore } from './metric-store.js';

/** A store that remembers how to remove what was made through it. */
export function tracked(store: MetricStore, removers: (() => void)[]): MetricStore {
  const keep = <Series extends { remove(): void }>(series: Series): Series => {
    removers.push(() => series.remove());
    return series;
  };
  return {
    counter: (name, labels) => keep(store.counter(name, labels)),
    gauge: (name, labels) => keep(store.gauge(name, labels)),
    histogram: (name, labels, bounds) => keep(store.histogram(name, labels, bounds)),
    onCollect: (collect) => store.onCollect(collect),
    get seriesCount() {
      return store.seriesCount;
    },
  };
}
