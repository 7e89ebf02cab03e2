import type { LinkSpec } from './links.js';

/** One query of a panel. */
export interface QuerySpec {
  readonly expression: string;
  /** A fixed name, or a template such as `{{feature}}`. */
  readonly legend: string;
  /** Draws a dashed red line: for thresholds and objectives. */
  readonly isThreshold?: boolean;
}

/** Colours and the value from which each applies; the first one has no lower bound. */
export type ColorSteps = readonly { readonly from: number | null; readonly color: string }[];

/** Names and colours for values, such as 1 = ready. */
export type ValueNames = Readonly<
  Record<string, { readonly text: string; readonly color?: string }>
>;

interface Described {
  readonly title: string;
  readonly description: string;
  /** A unit id of Grafana, such as `s`, `percentunit`, `bytes`, `short`. */
  readonly unit: string;
  /** Columns of 24. */
  readonly width: number;
  readonly height?: number;
  /** Alerts about the metric of the panel; the panel links to their runbooks. */
  readonly alerts?: readonly string[];
  /** Links of the values. */
  readonly links?: readonly LinkSpec[];
}

interface Queried extends Described {
  readonly queries: readonly QuerySpec[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Lines over time. */
export interface TimeseriesSpec extends Queried {
  readonly type: 'timeseries';
  /** Fills the area and stacks the series. */
  readonly stacked?: boolean;
  /** A fixed level, drawn as a line. */
  readonly line?: number;
}

/** The last value of each series as a number. */
export interface StatSpec extends Queried {
  readonly type: 'stat';
  readonly steps?: ColorSteps;
  readonly valueNames?: ValueNames;
}

/** Buckets of a histogram over time. */
export interface HeatmapSpec extends Queried {
  readonly type: 'heatmap';
}

/** A column of a table that holds a label. */
export interface LabelColumn {
  readonly label: string;
  readonly title: string;
  readonly valueNames?: ValueNames;
  readonly links?: readonly LinkSpec[];
}

/** A column of a table that holds the value of a query. */
export interface ValueColumn {
  readonly expression: string;
  readonly title: string;
  readonly unit: string;
  readonly decimals?: number;
  readonly steps?: ColorSteps;
  readonly valueNames?: ValueNames;
  /** For a query that only provides labels. */
  readonly hidden?: boolean;
}

/** The last values of several queries that share their labels, one row per set of labels. */
export interface TableSpec extends Described {
  readonly type: 'table';
  readonly labels: readonly LabelColumn[];
  readonly values: readonly ValueColumn[];
  /** Title of the column that orders the rows, the largest first. */
  readonly sortedBy?: string;
}

/** The last values of several queries as groups of bars, one group per category. */
export interface BarChartSpec extends Described {
  readonly type: 'barchart';
  /** The label that names the groups. */
  readonly category: string;
  readonly bars: readonly { readonly expression: string; readonly title: string }[];
  /** Order of the groups: by a numeric label, or by the bars with a title, largest first. */
  readonly order:
    | { readonly by: 'number-in-label'; readonly label: string }
    | { readonly by: 'bars'; readonly title: string };
}

/** One panel without its position, which the layout sets. */
export type PanelSpec = TimeseriesSpec | StatSpec | HeatmapSpec | TableSpec | BarChartSpec;

/** Panels under a heading. */
export interface RowSpec {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
  readonly collapsed?: boolean;
}

export function timeseries(spec: Omit<TimeseriesSpec, 'type'>): TimeseriesSpec {
  return { type: 'timeseries', ...spec };
}

export function stat(spec: Omit<StatSpec, 'type'>): StatSpec {
  return { type: 'stat', ...spec };
}

export function heatmap(spec: Omit<HeatmapSpec, 'type'>): HeatmapSpec {
  return { type: 'heatmap', ...spec };
}

export function table(spec: Omit<TableSpec, 'type'>): TableSpec {
  return { type: 'table', ...spec };
}

export function barChart(spec: Omit<BarChartSpec, 'type'>): BarChartSpec {
  return { type: 'barchart', ...spec };
}

/** Green below a value, red from it on. */
export function redFrom(from: number): ColorSteps {
  return [
    { from: null, color: 'green' },
    { from, color: 'red' },
  ];
}
