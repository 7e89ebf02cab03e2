/** One query of a panel. */
export interface QuerySpec {
  readonly expression: string;
  /** A fixed name, or a template such as `{{feature}}`. */
  readonly legend: string;
  /** Draws a dashed red line: for thresholds and objectives. */
  readonly isThreshold?: boolean;
  readonly format?: 'time_series' | 'table' | 'heatmap';
}

/** One panel apart from its place, which the layout gives. */
export interface PanelSpec {
  readonly type: 'timeseries' | 'stat' | 'bargauge' | 'table' | 'heatmap';
  readonly title: string;
  readonly description: string;
  /** A unit id of Grafana, such as `s`, `percentunit`, `bytes`, `short`. */
  readonly unit: string;
  readonly queries: readonly QuerySpec[];
  /** Columns of 24. */
  readonly width: number;
  readonly height?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Fills the area and stacks the series. */
  readonly stacked?: boolean;
  /** Colours from a value on; the first step has no bound. */
  readonly steps?: readonly { readonly from: number | null; readonly color: string }[];
  /** Names for values, such as 1 = ready. */
  readonly valueNames?: Readonly<Record<string, { readonly text: string; readonly color: string }>>;
}

/** Panels under a heading. */
export interface RowSpec {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
  /** Repeats the row for every chosen value of a variable. */
  readonly repeat?: string;
  readonly collapsed?: boolean;
}

/** Lines over time. */
export function timeseries(spec: Omit<PanelSpec, 'type'>): PanelSpec {
  return { type: 'timeseries', ...spec };
}

/** The last value of each series, large. */
export function stat(spec: Omit<PanelSpec, 'type'>): PanelSpec {
  return { type: 'stat', ...spec };
}

/** The last value of each series as bars. */
export function bars(spec: Omit<PanelSpec, 'type'>): PanelSpec {
  return { type: 'bargauge', ...spec };
}

/** The last value of each series as rows; one query. */
export function table(spec: Omit<PanelSpec, 'type'>): PanelSpec {
  return { type: 'table', ...spec };
}

/** Buckets of a histogram over time. */
export function heatmap(spec: Omit<PanelSpec, 'type'>): PanelSpec {
  return { type: 'heatmap', ...spec };
}
