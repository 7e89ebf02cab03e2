import { readFileSync } from 'node:fs';
import { queryProblems } from '@modelmeter/alerts/check-query';
import { alertsWithRunbook } from '@modelmeter/alerts/runbook-links';
import { describe, expect, it } from 'vitest';
import type { Dashboard, Link, Panel } from '../src/grafana.js';
import { buildDashboards } from '../src/index.js';
import { contentPanels } from './lint-rules.js';
import { withDurations } from './selectors-of.js';

const built = buildDashboards();
const uids = Object.values(built).map(({ uid }) => uid);

describe.each(Object.entries(built))('the dashboard %s', (name, dashboard) => {
  const panels = contentPanels(dashboard.panels);

  it('is committed in its generated form', () => {
    const committed = readFileSync(new URL(`../${name}.json`, import.meta.url), 'utf8');
    expect(committed).toBe(`${JSON.stringify(dashboard, null, 2)}\n`);
  });

  it('reads existing metrics and labels only', () => {
    const queries = [
      ...panels.flatMap((panel) => (panel.targets ?? []).map(({ expr }) => expr)),
      ...dashboard.annotations.list.map(({ expr }) => expr),
    ];
    expect(queries.length).toBeGreaterThan(panels.length);
    expect(queries.flatMap((query) => queryProblems(withDurations(query)))).toEqual([]);
  });

  it('takes the values of its variables from existing metrics', () => {
    for (const { type, query } of dashboard.templating.list) {
      if (type !== 'query') continue;
      const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
      expect(queryProblems(`count by (${label}) (${selector})`)).toEqual([]);
    }
  });

  it('declares every variable before it is used', () => {
    const known = new Set<string>();
    for (const variable of dashboard.templating.list) {
      expect(variablesIn(variable.query).filter((used) => !known.has(used))).toEqual([]);
      known.add(variable.name);
    }
    expect(variablesIn(JSON.stringify(dashboard)).filter((used) => !known.has(used))).toEqual([]);
  });

  it('restricts queries about models to the chosen models and versions', () => {
    for (const { expr } of panels.flatMap((panel) => panel.targets ?? [])) {
      if (!/\bmodel_name\b/.test(expr)) continue;
      expect(expr).toMatch(/model_name=~"\$model_name\|?",model_version=~"\$model_version\|?"/);
    }
  });

  it('has a legend for every query with labels of its result', () => {
    for (const { expr, legendFormat } of panels.flatMap((panel) => panel.targets ?? [])) {
      expect(legendFormat).not.toBe('');
      for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
        const isKept = !/\bby \(/.test(expr)
          ? label === 'instance'
          : new RegExp(`by \\([^)]*\\b${label}\\b`).test(expr);
        expect(isKept, `${label} in ${expr}`).toBe(true);
      }
    }
  });

  it('has a unique id for every panel', () => {
    const ids = [...dashboard.panels.filter((panel) => panel.type === 'row'), ...panels].map(
      (panel) => panel.id,
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('places panels without overlaps and gaps', () => {
    const squares = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from(
        { length: w * h },
        (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`,
      ),
    );
    const height = Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
    expect(new Set(squares).size).toBe(squares.length);
    expect(Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.x + gridPos.w))).toBe(24);
    expect(squares.length).toBe(24 * height);
  });

  it('links to existing dashboards and runbooks', () => {
    const links = linksOf(dashboard);
    expect(links.length).toBeGreaterThan(1);
    for (const { url } of links.filter(({ type }) => type === 'link')) {
      const [, uid] = /^\/d\/([^?]+)\?/.exec(url ?? '') ?? [];
      if (uid !== undefined) {
        expect(uids).toContain(uid);
        const target = Object.values(built).find((candidate) => candidate.uid === uid)!;
        const names = target.templating.list.map((variable) => variable.name);
        for (const [, variable] of url!.matchAll(/var-(\w+)=/g)) expect(names).toContain(variable);
      } else if (!url?.includes('$')) {
        const { pathname, hash } = new URL(url ?? '');
        expect(headingsOf(`${pathname.split('/').at(-1)}.md`)).toContain(hash.slice(1));
      }
    }
  });
});

describe('the dashboards together', () => {
  it('are five', () => {
    expect(Object.keys(built)).toEqual([
      'overview',
      'model_performance',
      'serving_latency',
      'data_drift',
      'system_health',
    ]);
  });

  it('have unique uids that Grafana accepts', () => {
    expect(new Set(uids).size).toBe(uids.length);
    for (const uid of uids) expect(uid).toMatch(/^[a-z0-9-]{1,40}$/);
  });

  it('link to the runbook of every alert that a panel can show', () => {
    const text = JSON.stringify(built);
    const withPanel = alertsWithRunbook().filter((alert) => text.includes(`Runbook of ${alert}"`));
    // No panel can show the condition of the others while they fire.
    expect(alertsWithRunbook().filter((alert) => !withPanel.includes(alert))).toEqual([
      'ModelThresholdsMissing',
      'ModelMonitorConfigReloadFailed',
      'Watchdog',
      'InfoInhibitor',
    ]);
  });

  it('link every alert to its page in the table of firing alerts', () => {
    const panel = panelOf('overview', 'Firing alerts');
    const mapping = JSON.stringify(panel.fieldConfig);
    for (const alert of alertsWithRunbook()) {
      expect(mapping).toMatch(new RegExp(`"${alert}":\\{"text":"[a-z_]+#${alert.toLowerCase()}"`));
    }
  });

  it('use the base URL of the runbooks from the options', () => {
    const text = JSON.stringify(buildDashboards({ runbookBase: 'https://example.org/r/' }));
    expect(text).toContain('"https://example.org/r/latency_spike#modellatencyhigh"');
    expect(text).toContain('"https://example.org/r/$' + '{__value.text:raw}"');
    expect(text).not.toContain('localhost');
  });

  it.each([
    ['model_performance', 'Accuracy of the fleet', 'model_slo_accuracy_threshold_ratio'],
    ['model_performance', 'Targets of the last hour', 'model_quality_minimum_samples'],
    ['serving_latency', 'Latency: p50, p95, p99', 'model_slo_latency_threshold_seconds'],
    ['serving_latency', 'Error rate', 'model_slo_error_rate_threshold_ratio'],
    ['data_drift', 'Population stability index', 'model_feature_drift_threshold'],
    ['data_drift', 'Other statistics', 'model_feature_drift_threshold'],
    ['data_drift', 'Share moved', 'model_feature_drift_threshold'],
    ['data_drift', 'PSI and its interval', 'model_feature_drift_threshold'],
    ['data_drift', 'Share moved and its interval', 'model_feature_drift_threshold'],
    ['system_health', 'Series in the metric store', 'model_monitor_series_limit'],
    ['system_health', 'GPU memory', 'gpu_memory_total_bytes'],
  ])('%s / %s draws %s as a dashed line', (name, title, gauge) => {
    const panel = panelOf(name, title);
    const refId = panel.targets?.find((target) => target.expr.includes(gauge))?.refId;
    expect(panel).toMatchObject({
      type: 'timeseries',
      fieldConfig: { overrides: [{ matcher: { id: 'byFrameRefID', options: refId } }] },
    });
  });

  function panelOf(name: string, title: string): Panel {
    const panel = contentPanels(built[name]!.panels).find((candidate) => candidate.title === title);
    if (panel === undefined) throw new Error(`${name} has no panel ${title}`);
    return panel;
  }
});

/** Names of the variables in a text, without the built-in ones of Grafana. */
function variablesIn(text: string): string[] {
  return [...text.matchAll(/\$\{?([a-z]\w*)/g)].map(([, name]) => name!);
}

/** All links of a dashboard, its panels, values and columns. */
function linksOf(dashboard: Dashboard): Link[] {
  const found: Link[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    if (typeof value !== 'object' || value === null) return;
    if ('asDropdown' in value) found.push(value as unknown as Link);
    else Object.values(value).forEach(collect);
  };
  collect(dashboard);
  return found;
}

function headingsOf(page: string): string[] {
  const text = readFileSync(new URL(`../../runbooks/${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^a-z0-9 _-]/g, '')
      .replaceAll(' ', '-'),
  );
}
