import type { Dashboard, Panel } from '../src/grafana.js';
import { readQuery } from './selectors-of.js';

/** A violation of a rule. */
export interface Violation {
  readonly rule: string;
  /** Title of the panel; empty for the dashboard itself. */
  readonly panel: string;
  readonly message: string;
}

/** The panels of a dashboard without its rows; panels of collapsed rows are included. */
export function contentPanels(panels: readonly Panel[]): Panel[] {
  return panels.flatMap((panel) => (panel.type === 'row' ? (panel.panels ?? []) : [panel]));
}

/** Grafana units that the dashboards may use. */
const units: readonly string[] = [
  'none',
  'short',
  'percentunit',
  's',
  'bytes',
  'reqps',
  'cps',
  'celsius',
  'watt',
];

type DashboardCheck = (dashboard: Dashboard) => (string | false)[];
type PanelCheck = (panel: Panel) => (string | false)[];
type QueryCheck = (query: string) => (string | false)[];

/** The rules of grafana/dashboard-linter with its names. */
export const dashboardRules: Readonly<Record<string, DashboardCheck>> = {
  'template-datasource-rule': ({ templating }) => {
    const sources = templating.list.filter(({ type }) => type === 'datasource');
    const [source] = sources;
    return [
      sources.length !== 1 && `there are ${sources.length} data source variables`,
      source?.name !== 'datasource' && 'it is not named datasource',
      source?.label !== 'Data source' && 'its label is not "Data source"',
      source?.query !== 'prometheus' && 'it is not for Prometheus',
    ];
  },
  'template-job-rule': (dashboard) => labelVariable(dashboard, 'job'),
  'template-instance-rule': (dashboard) => labelVariable(dashboard, 'instance'),
  'template-label-promql-rule': ({ templating }) =>
    templating.list
      .filter(({ type }) => type === 'query')
      .map(({ name, query }) => {
        const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
        const { syntaxErrors, selectors } = readQuery(selector);
        const isRight = syntaxErrors.length === 0 && selectors.length === 1 && label === name;
        return !isRight && `the query of ${name} is ${query}`;
      }),
  'template-on-time-change-reload-rule': ({ templating }) =>
    templating.list
      .filter(({ type }) => type === 'query')
      .map(
        ({ name, refresh }) =>
          refresh !== 2 && `${name} is not refreshed when the time range changes`,
      ),
  'uneditable-dashboard-rule': ({ editable }) => [editable !== false && 'it is editable'],
};

export const panelRules: Readonly<Record<string, PanelCheck>> = {
  'panel-datasource-rule': ({ datasource, targets }) =>
    [datasource, ...(targets ?? []).map((target) => target.datasource)].map(
      (source) =>
        JSON.stringify(source) !== '{"type":"prometheus","uid":"$datasource"}' &&
        `its data source is ${JSON.stringify(source)}`,
    ),
  'panel-title-description-rule': ({ title, description }) => [
    title.trim() === '' && 'it has no title',
    !/\S.*\.$/.test(String(description ?? '')) && 'it has no description that ends in a full stop',
  ],
  'panel-units-rule': (panel) =>
    unitsOf(panel).map((unit) => !units.includes(unit) && `its unit is ${unit}`),
  'panel-no-targets-rule': ({ targets }) => [(targets ?? []).length === 0 && 'it has no query'],
};

export const queryRules: Readonly<Record<string, QueryCheck>> = {
  'target-promql-rule': (query) =>
    readQuery(query).syntaxErrors.map((place) => `not PromQL at ${place}`),
  'target-rate-interval-rule': (query) =>
    readQuery(query).selectors.map(
      ({ innerFunction, range, metric }) =>
        ['rate', 'irate', 'increase'].includes(innerFunction ?? '') &&
        range !== '$__rate_interval' &&
        `${metric} over ${range}`,
    ),
  'target-job-rule': (query) => withoutMatcher(query, 'job=~"$job"'),
  'target-instance-rule': (query) => withoutMatcher(query, 'instance=~"$instance"'),
  'target-counter-agg-rule': (query) =>
    readQuery(query).selectors.map(
      ({ metric, innerFunction }) =>
        /_(?:total|bucket|count|sum)$/.test(metric) &&
        !['rate', 'irate', 'increase'].includes(innerFunction ?? '') &&
        `${metric} is in ${innerFunction ?? 'no function'}`,
    ),
};

/** Lists the violations of the rules in a dashboard. */
export function lintDashboard(dashboard: Dashboard): Violation[] {
  const violations: Violation[] = [];
  const add = (rule: string, panel: string, messages: readonly (string | false)[]): void => {
    for (const message of messages) {
      if (message !== false) violations.push({ rule, panel, message });
    }
  };
  for (const [rule, check] of Object.entries(dashboardRules)) add(rule, '', check(dashboard));
  for (const panel of contentPanels(dashboard.panels)) {
    for (const [rule, check] of Object.entries(panelRules)) add(rule, panel.title, check(panel));
    for (const { expr } of panel.targets ?? []) {
      for (const [rule, check] of Object.entries(queryRules)) add(rule, panel.title, check(expr));
    }
  }
  return violations;
}

/** The units of a panel: its own, and those of single columns. */
export function unitsOf(panel: Panel): string[] {
  const { defaults, overrides } = panel.fieldConfig as {
    defaults: { unit?: string };
    overrides: { properties: { id: string; value: unknown }[] }[];
  };
  return [
    String(defaults.unit),
    ...overrides.flatMap(({ properties }) =>
      properties.filter(({ id }) => id === 'unit').map(({ value }) => String(value)),
    ),
  ];
}

function labelVariable({ templating }: Dashboard, name: string): (string | false)[] {
  const variable = templating.list.find((candidate) => candidate.name === name);
  return [
    variable === undefined && `there is no variable ${name}`,
    variable?.label !== name && 'its label differs from its name',
    variable?.type !== 'query' && 'it is not read from the data source',
    JSON.stringify(variable?.datasource) !== '{"type":"prometheus","uid":"$datasource"}' &&
      'it is not read from the chosen data source',
    variable?.multi !== true && 'it allows only one value',
    variable?.allValue !== '.+' && 'its allValue is not .+',
  ];
}

function withoutMatcher(query: string, matcher: string): (string | false)[] {
  return readQuery(query).selectors.map(
    ({ metric, matchers }) => !matchers.includes(matcher) && `${metric} lacks ${matcher}`,
  );
}
