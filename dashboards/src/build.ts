import { annotations } from './annotations.js';
import type { Dashboard, GridPosition, Panel, Target } from './grafana.js';
import { dashboardLinks, dashboardUid, runbookLink, valueLink } from './links.js';
import type {
  BarChartSpec,
  ColourSteps,
  HeatmapSpec,
  PanelSpec,
  QuerySpec,
  RowSpec,
  StatSpec,
  TableSpec,
  TimeseriesSpec,
  ValueNames,
} from './panels.js';
import { type VariableSpec, variables } from './variables.js';

/*
 * A builder of our own, and not Grafana's Foundation SDK: the SDK is a public preview, its classic
 * dashboards are marked deprecated, it leaves panels without ids and layout, and its newest schema is
 * meant for Grafana 12. Its published types are the yardstick: a test holds every file against them.
 */

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

type Json = Readonly<Record<string, unknown>>;

const datasource = { type: 'prometheus', uid: '$datasource' };
const columns = 24;
const defaultHeight = 8;

/**
 * The schema of Grafana 10.0, the oldest that can import the dashboards; a newer one migrates them.
 */
const schemaVersion = 38;

/** The dashboard as classic Grafana JSON; the same declaration always gives the same JSON. */
export function buildDashboard(spec: DashboardSpec, runbookBase?: string): Dashboard {
  return {
    uid: dashboardUid(spec.name),
    title: `Modelmeter / ${spec.title}`,
    description: spec.description,
    tags: ['modelmeter'],
    schemaVersion,
    version: 1,
    editable: false,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: spec.from, to: 'now' },
    timezone: 'browser',
    links: dashboardLinks,
    templating: { list: variables(spec.variables) },
    annotations: { list: annotations },
    panels: placeRows(spec.rows, runbookBase),
  };
}

/** Rows from top to bottom; panels from left to right, and on to the next line when it is full. */
function placeRows(rows: readonly RowSpec[], runbookBase: string | undefined): Panel[] {
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
      const gridPos = { x, y, w: panel.width, h: height };
      inside.push(buildPanel(panel, nextId++, gridPos, runbookBase));
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
      panels: collapsed ? inside : [],
    });
    if (collapsed) y = rowY + 1;
    else panels.push(...inside);
  }
  return panels;
}

/** What a type of panel adds to what all panels have. */
interface Particulars {
  readonly targets: readonly Target[];
  readonly options: Json;
  readonly defaults?: Json;
  readonly overrides?: readonly Json[];
  readonly transformations?: readonly Json[];
}

function buildPanel(
  spec: PanelSpec,
  id: number,
  gridPos: GridPosition,
  runbookBase: string | undefined,
): Panel {
  const { targets, options, defaults, overrides, transformations } = particulars(spec, runbookBase);
  return {
    id,
    type: spec.type,
    title: spec.title,
    description: spec.description,
    datasource,
    gridPos,
    ...(spec.alerts === undefined
      ? {}
      : { links: spec.alerts.map((alert) => runbookLink(alert, runbookBase)) }),
    targets,
    fieldConfig: {
      defaults: {
        unit: spec.unit,
        ...(spec.links === undefined
          ? {}
          : { links: spec.links.map((link) => valueLink(link, runbookBase)) }),
        ...defaults,
      },
      overrides: overrides ?? [],
    },
    options,
    ...(transformations === undefined ? {} : { transformations }),
  };
}

function particulars(spec: PanelSpec, runbookBase: string | undefined): Particulars {
  switch (spec.type) {
    case 'timeseries':
      return timeseriesPanel(spec);
    case 'stat':
      return statPanel(spec);
    case 'heatmap':
      return heatmapPanel(spec);
    case 'table':
      return tablePanel(spec, runbookBase);
    case 'barchart':
      return barChartPanel(spec);
  }
}

function timeseriesPanel(spec: TimeseriesSpec): Particulars {
  return {
    targets: spec.queries.map((query, index) => target(query, index, 'range')),
    defaults: {
      ...bounds(spec),
      color: { mode: 'palette-classic' },
      thresholds: thresholds(
        spec.line === undefined
          ? undefined
          : [
              { from: null, color: 'transparent' },
              { from: spec.line, color: 'red' },
            ],
      ),
      custom: {
        drawStyle: 'line',
        lineWidth: 1,
        fillOpacity: spec.stacked ? 30 : 0,
        showPoints: 'never',
        spanNulls: false,
        stacking: { mode: spec.stacked ? 'normal' : 'none', group: 'A' },
        thresholdsStyle: { mode: spec.line === undefined ? 'off' : 'dashed' },
      },
    },
    overrides: spec.queries.flatMap(({ isThreshold }, index) =>
      isThreshold ? [thresholdLine(refId(index))] : [],
    ),
    options: {
      legend: {
        displayMode: 'table',
        placement: 'bottom',
        showLegend: true,
        calcs: ['lastNotNull', 'max'],
      },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

function statPanel(spec: StatSpec): Particulars {
  return {
    targets: spec.queries.map((query, index) => target(query, index, 'instant')),
    defaults: {
      ...bounds(spec),
      color: { mode: 'thresholds' },
      thresholds: thresholds(spec.steps),
      mappings: valueMappings(spec.valueNames),
    },
    options: {
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      orientation: 'auto',
      justifyMode: 'auto',
      colorMode: 'value',
      graphMode: 'none',
      textMode: 'auto',
      wideLayout: true,
      showPercentChange: false,
      percentChangeColorMode: 'standard',
    },
  };
}

function heatmapPanel(spec: HeatmapSpec): Particulars {
  return {
    targets: spec.queries.map((query, index) => ({
      ...target(query, index, 'range'),
      format: 'heatmap',
    })),
    defaults: bounds(spec),
    options: {
      calculate: false,
      color: {
        mode: 'scheme',
        scheme: 'Oranges',
        fill: 'dark-orange',
        exponent: 0.5,
        steps: 64,
        reverse: false,
      },
      yAxis: { unit: spec.unit },
      cellGap: 1,
      cellValues: { unit: 'short' },
      showValue: 'never',
      exemplars: { color: 'rgba(255,0,255,0.7)' },
      tooltip: { mode: 'single', yHistogram: true },
      legend: { show: true },
    },
  };
}

function tablePanel(spec: TableSpec, runbookBase: string | undefined): Particulars {
  const names = valueFields(spec.values.length);
  const shown = [
    ...spec.labels.map(({ label }) => label),
    ...names.filter((_, index) => !spec.values[index]!.hidden),
  ];
  const hidden = names.filter((_, index) => spec.values[index]!.hidden);
  return {
    targets: spec.values.map(({ expression, title }, index) =>
      target({ expression, legend: title }, index, 'table'),
    ),
    defaults: { custom: { align: 'auto', inspect: false, cellOptions: { type: 'auto' } } },
    overrides: [
      ...spec.labels.map(({ label, title, valueNames, links }) =>
        override(label, {
          displayName: title,
          ...coloured(undefined, valueNames),
          ...(links === undefined
            ? {}
            : { links: links.map((link) => valueLink(link, runbookBase)) }),
        }),
      ),
      ...spec.values.map(({ title, unit, decimals, steps, valueNames }, index) =>
        override(names[index]!, {
          displayName: title,
          unit,
          ...(decimals === undefined ? {} : { decimals }),
          ...coloured(steps, valueNames),
        }),
      ),
    ],
    transformations: [
      { id: 'merge', options: {} },
      { id: 'filterFieldsByName', options: { include: { names: [...shown, ...hidden] } } },
      {
        id: 'organize',
        options: {
          excludeByName: Object.fromEntries(hidden.map((name) => [name, true])),
          indexByName: Object.fromEntries(shown.map((name, index) => [name, index])),
          renameByName: {},
        },
      },
    ],
    options: {
      frameIndex: 0,
      showHeader: true,
      cellHeight: 'sm',
      ...(spec.sortedBy === undefined
        ? {}
        : { sortBy: [{ displayName: spec.sortedBy, desc: true }] }),
    },
  };
}

function barChartPanel(spec: BarChartSpec): Particulars {
  const names = valueFields(spec.bars.length);
  const { order } = spec;
  const orderField =
    order.by === 'bars'
      ? names[spec.bars.findIndex(({ title }) => title === order.title)]!
      : order.label;
  const shown = [spec.category, ...names];
  return {
    targets: spec.bars.map(({ expression, title }, index) =>
      target({ expression, legend: title }, index, 'table'),
    ),
    defaults: {
      min: 0,
      color: { mode: 'palette-classic' },
      thresholds: thresholds(undefined),
      custom: { lineWidth: 1, fillOpacity: 70 },
    },
    overrides: spec.bars.map(({ title }, index) => override(names[index]!, { displayName: title })),
    transformations: [
      { id: 'merge', options: {} },
      ...(order.by === 'bars'
        ? []
        : [
            {
              id: 'convertFieldType',
              options: {
                fields: {},
                conversions: [{ targetField: order.label, destinationType: 'number' }],
              },
            },
          ]),
      {
        id: 'sortBy',
        options: { fields: {}, sort: [{ field: orderField, desc: order.by === 'bars' }] },
      },
      { id: 'filterFieldsByName', options: { include: { names: shown } } },
    ],
    options: {
      xField: spec.category,
      orientation: 'auto',
      xTickLabelRotation: 0,
      xTickLabelMaxLength: 20,
      xTickLabelSpacing: 100,
      stacking: 'none',
      showValue: 'never',
      barWidth: 0.9,
      groupWidth: 0.8,
      fullHighlight: false,
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'none' },
    },
  };
}

function target(query: QuerySpec, index: number, kind: 'range' | 'instant' | 'table'): Target {
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

function refId(index: number): string {
  return String.fromCharCode(65 + index);
}

/** The names that Grafana gives to the values of the queries of a table. */
function valueFields(queries: number): string[] {
  if (queries === 1) return ['Value'];
  return Array.from({ length: queries }, (_, index) => `Value #${refId(index)}`);
}

function override(field: string, properties: Json): Json {
  return {
    matcher: { id: 'byName', options: field },
    properties: Object.entries(properties).map(([id, value]) => ({ id, value })),
  };
}

function coloured(steps: ColourSteps | undefined, valueNames: ValueNames | undefined): Json {
  const hasColour =
    steps !== undefined || Object.values(valueNames ?? {}).some(({ color }) => color !== undefined);
  return {
    ...(steps === undefined
      ? {}
      : { thresholds: thresholds(steps), color: { mode: 'thresholds' } }),
    ...(valueNames === undefined ? {} : { mappings: valueMappings(valueNames) }),
    ...(hasColour ? { 'custom.cellOptions': { type: 'color-text' } } : {}),
  };
}

function bounds(spec: { readonly minimum?: number; readonly maximum?: number }): Json {
  return {
    ...(spec.minimum === undefined ? {} : { min: spec.minimum }),
    ...(spec.maximum === undefined ? {} : { max: spec.maximum }),
  };
}

function thresholds(steps: ColourSteps = [{ from: null, color: 'blue' }]): Json {
  return {
    mode: 'absolute',
    steps: steps.map(({ from, color }) => ({ value: from, color })),
  };
}

function valueMappings(valueNames: ValueNames | undefined): readonly Json[] {
  return valueNames === undefined ? [] : [{ type: 'value', options: valueNames }];
}

function thresholdLine(ref: string): Json {
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
