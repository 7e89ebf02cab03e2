import { annotations } from './annotations.js';
import { datasource, type PanelContent } from './field-config.js';
import type { Dashboard, GridPosition, Panel } from './grafana.js';
import { dashboardLinks, dashboardUid, runbookLink, valueLink } from './links.js';
import type { PanelSpec, RowSpec } from './panels.js';
import { heatmapPanel, statPanel, timeseriesPanel } from './series-panels.js';
import { barChartPanel, tablePanel } from './table-panels.js';
import { type VariableSpec, variables } from './variables.js';

/*
 * This builder replaces the Foundation SDK of Grafana, which is a public preview, has deprecated
 * classic dashboards, omits ids and layout of panels, and targets Grafana 12. A test checks every
 * dashboard against the published types of the SDK.
 */

/** The declaration of one dashboard. */
export interface DashboardSpec {
  /** File name without extension; the uid is derived from it. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly VariableSpec[];
  readonly rows: readonly RowSpec[];
  /** Start of the time range that is shown first, such as `now-6h`. */
  readonly from: string;
}

const columns = 24;
const defaultHeight = 8;

/**
 * The schema of Grafana 10.0, the oldest version that can import the dashboards. Newer versions
 * migrate it.
 */
const schemaVersion = 38;

/** Builds a dashboard as classic Grafana JSON; the result depends only on the arguments. */
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

/** Places rows from top to bottom, and panels from left to right in lines of 24 columns. */
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

function buildPanel(
  spec: PanelSpec,
  id: number,
  gridPos: GridPosition,
  runbookBase: string | undefined,
): Panel {
  const { targets, options, defaults, overrides, transformations } = contentOf(spec, runbookBase);
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

function contentOf(spec: PanelSpec, runbookBase: string | undefined): PanelContent {
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
