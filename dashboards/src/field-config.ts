import type { Target } from './grafana.js';
import type { ColorSteps, QuerySpec, ValueNames } from './panels.js';

export type Json = Readonly<Record<string, unknown>>;

/** The data source of every panel and query: the variable of the dashboard. */
export const datasource = { type: 'prometheus', uid: '$datasource' };

/** The parts of a panel that depend on its type. */
export interface PanelContent {
  readonly targets: readonly Target[];
  readonly options: Json;
  readonly defaults?: Json;
  readonly overrides?: readonly Json[];
  readonly transformations?: readonly Json[];
}

export function target(
  query: QuerySpec,
  index: number,
  kind: 'range' | 'instant' | 'table',
): Target {
  return {
    refId: refId(index),
    datasource,
    expr: query.expression,
    legendFormat: query.legend,
    format: kind === 'table' ? 'table' : 'time_series',
    instant: kind !== 'range',
    range: kind === 'range',
  };
}

export function refId(index: number): string {
  return String.fromCharCode(65 + index);
}

/** The names of the value fields that Grafana gives to the queries of a table. */
export function valueFields(queries: number): string[] {
  if (queries === 1) return ['Value'];
  return Array.from({ length: queries }, (_, index) => `Value #${refId(index)}`);
}

export function override(field: string, properties: Json): Json {
  return {
    matcher: { id: 'byName', options: field },
    properties: Object.entries(properties).map(([id, value]) => ({ id, value })),
  };
}

export function colored(steps: ColorSteps | undefined, valueNames: ValueNames | undefined): Json {
  const hasColor =
    steps !== undefined || Object.values(valueNames ?? {}).some(({ color }) => color !== undefined);
  return {
    ...(steps === undefined
      ? {}
      : { thresholds: thresholds(steps), color: { mode: 'thresholds' } }),
    ...(valueNames === undefined ? {} : { mappings: valueMappings(valueNames) }),
    ...(hasColor ? { 'custom.cellOptions': { type: 'color-text' } } : {}),
  };
}

export function bounds(spec: { readonly minimum?: number; readonly maximum?: number }): Json {
  return {
    ...(spec.minimum === undefined ? {} : { min: spec.minimum }),
    ...(spec.maximum === undefined ? {} : { max: spec.maximum }),
  };
}

export function thresholds(steps: ColorSteps = [{ from: null, color: 'blue' }]): Json {
  return {
    mode: 'absolute',
    steps: steps.map(({ from, color }) => ({ value: from, color })),
  };
}

export function valueMappings(valueNames: ValueNames | undefined): readonly Json[] {
  return valueNames === undefined ? [] : [{ type: 'value', options: valueNames }];
}
