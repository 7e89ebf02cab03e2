import type { GaugeSeries } from './metric-store.js';

/** One series for each value of a closed label. */
export function byLabel<const Value extends string, Series>(
  values: readonly Value[],
  make: (value: Value) => Series,
): Record<Value, Series> {
  return Object.fromEntries(values.map((value) => [value, make(value)])) as Record<Value, Series>;
}

/** Series that come into being when their label is first met; bounded by the set of labels. */
export interface LazySeries {
  readonly made: ReadonlyMap<string, GaugeSeries>;
  of(label: string): GaugeSeries;
}

export function lazily(make: (label: string) => GaugeSeries): LazySeries {
  const made = new Map<string, GaugeSeries>();
  return {
    made,
    of(label) {
      let series = made.get(label);
      if (series === undefined) {
        series = make(label);
        made.set(label, series);
      }
      return series;
    },
  };
}
