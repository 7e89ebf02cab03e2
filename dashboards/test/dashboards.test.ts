import { readFileSync } from 'node:fs';
import { queryProblems } from '@modelmeter/alerts/check-query';
import { describe, expect, it } from 'vitest';
import { buildDashboard } from '../src/build.js';
import { dashboards, renderDashboard } from '../src/dashboards.js';
import type { Panel } from '../src/grafana.js';

const built = dashboards.map((spec) => ({ name: spec.name, dashboard: buildDashboard(spec) }));

describe.each(built)('the dashboard $name', ({ name, dashboard }) => {
  const panels = contentPanels(dashboard.panels);

  it('is committed as it is generated', () => {
    const committed = readFileSync(new URL(`../${name}.json`, import.meta.url), 'utf8');
    expect(committed).toBe(renderDashboard(dashboards.find((spec) => spec.name === name)!));
  });

  it('reads metrics and labels of the catalogue', () => {
    const queries = panels.flatMap((panel) => (panel.targets ?? []).map((target) => target.expr));
    const problems = queries.flatMap((query) => queryProblems(withoutVariables(query)));
    expect(problems).toEqual([]);
  });

  it('fills its variables from the catalogue', () => {
    for (const { type, query } of dashboard.templating.list) {
      if (type !== 'query') continue;
      const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
      expect(queryProblems(`count by (${label}) (${withoutVariables(selector)})`)).toEqual([]);
    }
  });

  it('uses only variables that it has', () => {
    const known = new Set(dashboard.templating.list.map((variable) => variable.name));
    const used = [...JSON.stringify(dashboard).matchAll(/\$\{?([a-z]\w*)/g)].map(
      ([, used]) => used!,
    );
    expect(used.filter((variable) => !known.has(variable))).toEqual([]);
  });

  it('describes every panel, with a unit, a legend and the chosen data source', () => {
    expect(panels.length).toBeGreaterThan(0);
    for (const panel of panels) {
      expect(panel, panel.title).toMatchObject({
        description: expect.stringMatching(/\.$/),
        datasource: { type: 'prometheus', uid: '$datasource' },
        fieldConfig: { defaults: { unit: expect.stringMatching(/./) } },
      });
      expect(panel.targets?.length, panel.title).toBeGreaterThan(0);
      for (const target of panel.targets ?? []) expect(target.legendFormat).not.toBe('');
    }
  });

  it('filters by job and process, GPUs apart', () => {
    for (const target of panels.flatMap((panel) => panel.targets ?? [])) {
      if (target.expr.includes('DCGM_')) continue;
      expect(target.expr).toContain('job=~"$job",instance=~"$instance"');
    }
  });

  it('has a number for every panel, once', () => {
    const ids = [...dashboard.panels.filter((panel) => panel.type === 'row'), ...panels].map(
      (panel) => panel.id,
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('lays no panel over another', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from(
        { length: w * h },
        (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`,
      ),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.x + gridPos.w))).toBe(24);
  });
});

describe('the dashboards together', () => {
  it('have a uid of their own that Grafana accepts', () => {
    const uids = built.map(({ dashboard }) => dashboard.uid);
    expect(new Set(uids).size).toBe(uids.length);
    for (const uid of uids) expect(uid).toMatch(/^[a-z0-9-]{1,40}$/);
  });

  it.each([
    ['model_performance', 'model_slo_accuracy_threshold_ratio'],
    ['serving_latency', 'model_slo_latency_threshold_seconds'],
    ['serving_latency', 'model_slo_error_rate_threshold_ratio'],
    ['data_drift', 'model_drift_threshold'],
  ])('%s draws the threshold %s as a line', (name, gauge) => {
    const dashboard = built.find((candidate) => candidate.name === name)!.dashboard;
    const panel = contentPanels(dashboard.panels).find(
      (candidate) =>
        candidate.type === 'timeseries' &&
        candidate.targets?.some((target) => target.expr.includes(gauge)),
    );
    const refId = panel?.targets?.find((target) => target.expr.includes(gauge))?.refId;
    expect(panel).toMatchObject({
      fieldConfig: { overrides: [{ matcher: { id: 'byFrameRefID', options: refId } }] },
    });
  });
});

function contentPanels(panels: readonly Panel[]): Panel[] {
  return panels.flatMap((panel) =>
    panel.type === 'row' ? (panel.panels as readonly Panel[]) : [panel],
  );
}

/** The query as Grafana would send it, with some interval and value. */
function withoutVariables(query: string): string {
  return query.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '6h');
}
