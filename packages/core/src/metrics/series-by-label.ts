/** One series for each value of a closed label. */
export function byLabel<const Value extends string, Series>(
  values: readonly Value[],
  make: (value: Value) => Series,
): Record<Value, Series> {
  return Object.fromEntries(values.map((value) => [value, make(value)])) as Record<Value, Series>;
}

/** Series that are created when the value of their label first occurs. */
export interface LazySeries<Label extends string, Series> {
  readonly made: ReadonlyMap<Label, Series>;
  of(label: Label): Series;
}

/** Series that `make` creates on demand; the caller bounds the set of labels. */
export function lazily<Label extends string, Series>(
  make: (label: Label) => Series,
): LazySeries<Label, Series> {
  const made = new Map<Label, Series>();
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
