/**
 * The part of the classic dashboard JSON of Grafana that the dashboards use. Tests check the complete
 * JSON against the types that Grafana publishes.
 */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly schemaVersion: number;
  readonly version: number;
  readonly editable: boolean;
  readonly graphTooltip: number;
  readonly refresh: string;
  readonly time: { readonly from: string; readonly to: string };
  readonly timezone: string;
  readonly links: readonly Link[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly Annotation[] };
  readonly panels: readonly Panel[];
}

export interface Variable {
  readonly name: string;
  readonly type: 'datasource' | 'query';
  readonly query: string;
  readonly [field: string]: unknown;
}

/** Events marked on every panel over time. */
export interface Annotation {
  readonly name: string;
  readonly expr: string;
  readonly [field: string]: unknown;
}

/** A link of a dashboard, a panel or a value. */
export interface Link {
  readonly title: string;
  readonly url?: string;
  readonly [field: string]: unknown;
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: GridPosition;
  readonly targets?: readonly Target[];
  /** Of a collapsed row. */
  readonly panels?: readonly Panel[];
  readonly [field: string]: unknown;
}

/** Columns of 24, and lines. */
export interface GridPosition {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly [field: string]: unknown;
}
