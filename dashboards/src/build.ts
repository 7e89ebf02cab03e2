import type { Dashboard, Panel, Target, Variable } from './grafana.js';
import type { PanelSpec, QuerySpec, RowSpec } from './panels.js';
import { type VariableSpec, variables } from './variables.js';

/** One dashboard as it is declared. */
export interface DashboardSpec {
  /** File name without extension; the uid is made from it. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly VariableSpec[];
  readonly rows: readonly RowSpec[];
  /** The time that is shown first, such as `now-6h`. */
  readonly from: string;
}

const datasource = { type: 'prometheus', uid: '$datasource' };
const columns = 24;
const defaultHeight = 8;
const bucketTypes: readonly string[] = ['bargauge', 'heatmap'];

/** The dashboard as classic Grafana JSON; the same declaration always gives the same JSON. */
export function buildDashboard(spec: DashboardSpec): Dashboard {
  return {
    uid: `modelmeter-${spec.name.replaceAll('_', '-')}`,
    title: `Modelmeter / ${spec.title}`,
    description: spec.description,
    tags: ['modelmeter'],
    schemaVersion: 39,
    version: 1,
    editable: false,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: spec.from, to: 'now' },
    timezone: 'browser',
    links: [
      {
        type: 'dashboards',
        title: 'Modelmeter',
        tags: ['modelmeter'],
        asDropdown: true,
        includeVars: true,
        keepTime: true,
      },
    ],
    templating: { list: variables(spec.variables) satisfies readonly Variable[] },
    annotations: { list: [alertAnnotation()] },
    panels: placeRows(spec.rows),
  };
}

/** Rows from top to bottom; panels from left to right, and on to the next line when it is full. */
function placeRows(rows: readonly RowSpec[]): Panel[] {
  const panels: Panel[] = [];
  let nextId = 1;
  let y = 0;
  for (const row of rows) {
    const id = nextId++;
    const rowY = y++;
    let x = 0;
    let lineHeight = 0;
    const inside: Panel[] = [];
    for (const panel of row.panels) {
      const height = panel.height ?? defaultHeight;
      if (x + panel.width > columns) {
        y += lineHeight;
        x = 0;
        lineHeight = 0;
      }
      inside.push(buildPanel(panel, nextId++, { x, y, w: panel.width, h: height }));
      x += panel.width;
      lineHeight = Math.max(lineHeight, height);
    }
    y += lineHeight;
    const collapsed = row.collapsed ?? false;
    panels.push({
      id,
      type: 'row',
      title: row.title,
      collapsed,
      gridPos: { x: 0, y: rowY, w: columns, h: 1 },
      ...(row.repeat === undefined ? {} : { repeat: row.repeat }),
      panels: collapsed ? inside : [],
    });
    if (collapsed) y = rowY + 1;
    else panels.push(...inside);
  }
  return panels;
}

function buildPanel(spec: PanelSpec, id: number, gridPos: Panel['gridPos']): Panel {
  return {
    id,
    type: spec.type,
    title: spec.title,
    description: spec.description,
    datasource,
    gridPos,
    targets: spec.queries.map((query, index) => buildTarget(spec, query, index)),
    fieldConfig: {
      defaults: {
        unit: spec.unit,
        color: { mode: spec.type === 'timeseries' ? 'palette-classic' : 'thresholds' },
        ...(spec.minimum === undefined ? {} : { min: spec.minimum }),
        ...(spec.maximum === undefined ? {} : { max: spec.maximum }),
        thresholds: {
          mode: 'absolute',
          steps: (spec.steps ?? [{ from: null, color: 'blue' }]).map(({ from, color }) => ({
            value: from,
            color,
          })),
        },
        mappings: valueMappings(spec),
        custom: spec.type === 'timeseries' ? lineStyle(spec) : {},
      },
      overrides: spec.queries.flatMap((query, index) =>
        query.isThreshold ? [thresholdLine(refId(index))] : [],
      ),
    },
    options: panelOptions(spec),
    ...(spec.type === 'table' ? { transformations: tableTransformations } : {}),
  };
}

function buildTarget(spec: PanelSpec, query: QuerySpec, index: number): Target {
  const isInstant = spec.type !== 'timeseries' && spec.type !== 'heatmap';
  return {
    refId: refId(index),
    datasource,
    expr: query.expression,
    legendFormat: query.legend,
    format: query.format ?? (spec.type === 'table' ? 'table' : 'time_series'),
    instant: isInstant,
    range: !isInstant,
  };
}

function refId(index: number): string {
  return String.fromCharCode(65 + index);
}

function lineStyle(spec: PanelSpec): Record<string, unknown> {
  return {
    drawStyle: 'line',
    lineWidth: 1,
    fillOpacity: spec.stacked ? 30 : 0,
    showPoints: 'never',
    spanNulls: false,
    stacking: { mode: spec.stacked ? 'normal' : 'none', group: 'A' },
  };
}

function thresholdLine(ref: string): Record<string, unknown> {
  return {
    matcher: { id: 'byFrameRefID', options: ref },
    properties: [
      { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
      { id: 'custom.lineWidth', value: 2 },
      { id: 'custom.fillOpacity', value: 0 },
      { id: 'custom.stacking', value: { mode: 'none', group: 'A' } },
    ],
  };
}

function valueMappings(spec: PanelSpec): unknown[] {
  return spec.valueNames === undefined ? [] : [{ type: 'value', options: spec.valueNames }];
}

function panelOptions(spec: PanelSpec): Record<string, unknown> {
  const reduceOptions = { calcs: ['lastNotNull'], fields: '', values: false };
  if (spec.type === 'timeseries') {
    return {
      legend: {
        displayMode: 'table',
        placement: 'bottom',
        showLegend: true,
        calcs: ['lastNotNull', 'max'],
      },
      tooltip: { mode: 'multi', sort: 'desc' },
    };
  }
  if (spec.type === 'heatmap') {
    return {
      calculate: false,
      color: { mode: 'scheme', scheme: 'Oranges', steps: 64 },
      yAxis: { unit: spec.unit },
      cellGap: 1,
      tooltip: { mode: 'single', yHistogram: true },
      legend: { show: true },
    };
  }
  if (spec.type === 'table') {
    return { showHeader: true, sortBy: [{ displayName: 'Value', desc: true }] };
  }
  const shared = { reduceOptions, orientation: 'auto' };
  return bucketTypes.includes(spec.type)
    ? { ...shared, orientation: 'horizontal', displayMode: 'basic', showUnfilled: true }
    : { ...shared, colorMode: 'value', graphMode: 'none', textMode: 'auto' };
}

const tableTransformations: readonly unknown[] = [
  { id: 'organize', options: { excludeByName: { Time: true, job: true, instance: true } } },
];

/** Marks on every panel where an alert of the chosen model was firing. */
function alertAnnotation(): Record<string, unknown> {
  return {
    name: 'Alerts',
    datasource,
    enable: true,
    iconColor: 'red',
    expr: 'ALERTS{job=~"$job",alertname=~"Model.+",alertstate="firing"}',
    titleFormat: '{{alertname}}',
    textFormat: '{{model_name}} {{model_version}} {{feature}}',
    step: '60s',
  };
}
