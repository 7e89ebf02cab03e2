import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runbookQueries } from '@modelmeter/alerts/runbook-queries';
import { referenceToJson } from '@modelmeter/core';
import { buildDashboards, type Dashboard } from '@modelmeter/dashboards';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import {
  type Choice,
  fillIn,
  type PanelQueries,
  panelQueries,
  type ShownTime,
  stepOf,
} from '../grafana.js';
import { type Expectation, panelExpectations } from '../panel-expectations.js';
import { createPrometheusClient, type Series } from '../prometheus.js';
import { type RunbookExpectation, runbookExpectations } from '../runbook-expectations.js';
import { writeScaledConfiguration } from '../scaled-config.js';
import { createTraffic, referenceOf, writeExporterConfiguration } from '../scenario.js';
import type { Facts, Labels } from '../scenario-figures.js';
import { freePort, missingPrograms, type Program, startProgram, waitFor } from '../servers.js';

const root = new URL('../../', import.meta.url).pathname;
const scrapeSeconds = 1;
const trafficSeconds = 40;
const tickMs = 500;

const missing = missingPrograms(['prometheus']);
if (missing.length > 0) {
  const text =
    'NOT RUN: the queries of the dashboards and runbooks need prometheus, not installed here (Debian: apt-get install prometheus)';
  if (process.env.CI) throw new Error(text);
  console.warn(text);
}

describe.skipIf(missing.length > 0)(
  'the queries of dashboards and runbooks on a real Prometheus',
  () => {
    const dashboards = buildDashboards();
    const programs: Program[] = [];
    let folder: string;
    let prometheus: ReturnType<typeof createPrometheusClient>;
    let urls: { a: string; b: string };
    let instances: { a: string; b: string; down: string };
    let ticks: number;
    let startSeconds: number;
    let facts: Facts;
    let time: ShownTime;
    /** From the first scrape to a time after the last scrape of the traffic. */
    let from: number;
    let at: number;
    let to: number;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'modelmeter-panels-'));
      await writeNvidiaSmi(folder);
      const [a, b, down, prometheusPort] = await Promise.all([
        freePort(),
        freePort(),
        freePort(),
        freePort(),
      ]);
      const local = (port: number): string => `127.0.0.1:${port}`;
      instances = {
        a: local(a),
        b: local(b),
        down: local(down),
      };
      urls = { a: `http://${instances.a}`, b: `http://${instances.b}` };
      startSeconds = Date.now() / 1000;
      for (const port of [a, b]) {
        programs.push(
          startProgram(
            'node',
            [
              join(root, 'apps/exporter/dist/bin.js'),
              ...['--config', await writeExporterConfiguration(folder, port)],
            ],
            // Only one of the two processes has GPUs.
            port === a ? { PATH: `${folder}:${process.env.PATH}` } : {},
          ),
        );
      }
      programs.push(
        startProgram('prometheus', [
          `--config.file=${await writePrometheusConfiguration()}`,
          `--storage.tsdb.path=${join(folder, 'prometheus')}`,
          `--web.listen-address=${local(prometheusPort)}`,
        ]),
      );
      prometheus = createPrometheusClient(`http://${local(prometheusPort)}`);
      for (const [index, url] of [urls.a, urls.b].entries()) {
        await waitFor(
          'an exporter',
          async () => ((await fetch(`${url}/readyz`)).ok ? true : undefined),
          {
            timeoutMs: 120_000,
            program: programs[index]!,
          },
        );
      }
      const loaded = 'model_info{model_name="arrivals",model_version="1"}';
      await waitForSeries(
        'six scrapes of both processes',
        `min(count_over_time(${loaded}[1m])) >= 6 and count(${loaded}) == 2`,
      );
      from = Date.now() / 1000 - 6;
      await play();
    });

    afterAll(async () => {
      for (const program of programs) await program.stop();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    });

    /** The rules of the stack, with a minute scaled to a second, and the processes of the scenario. */
    async function writePrometheusConfiguration(): Promise<string> {
      const { prometheus: path } = await writeScaledConfiguration(folder, {
        factor: 60,
        shortestMs: 1000,
        addresses: {},
      });
      const { rule_files, scrape_configs } = parse(await readFile(path, 'utf8'));
      const interval = `${scrapeSeconds}s`;
      await writeFile(
        path,
        stringify({
          global: {
            scrape_interval: interval,
            evaluation_interval: interval,
            scrape_timeout: interval,
          },
          rule_files,
          scrape_configs: [
            { ...scrape_configs[0], static_configs: [{ targets: Object.values(instances) }] },
          ],
        }),
      );
      return path;
    }

    async function play(): Promise<void> {
      const traffic = createTraffic(urls);
      await traffic.sendOnce();
      const running = traffic.run(trafficSeconds, tickMs);
      // Long enough to fill the window of 1000 rows. The alert requires two consecutive runs.
      await waitFor(
        'half of the traffic',
        async () => (traffic.ticks * tickMs >= trafficSeconds * 500 ? true : undefined),
        { timeoutMs: 2 * trafficSeconds * 1000 },
      );
      await runDrift();
      await waitForSeries(
        'the first drift runs',
        'count(model_drift_last_success_timestamp_seconds) == 2',
      );
      await runDrift();
      await setReference();
      await running;
      ticks = traffic.ticks;
      const served = `instance=~"${instances.a}|${instances.b}"`;
      await waitForSeries(
        'a scrape after the traffic',
        `min(timestamp(up{${served}})) > ${Date.now() / 1000}`,
      );
      at = Date.now() / 1000 + scrapeSeconds;
      // Long enough for the last calls to leave the range of every rate.
      to = at + 5 * scrapeSeconds;
      time = { from, to, scrapeSeconds };
      const exposed = new Map<string, ReadonlyMap<string, number>>();
      for (const name of ['a', 'b'] as const) {
        exposed.set(instances[name], await readMetrics(urls[name]));
      }
      await waitForSeries('a scrape after the shown time', `min(timestamp(up)) > ${to}`);
      const firing = await prometheus.instant(
        'ALERTS{alertstate="firing",alertname=~"Model.+"}',
        at,
      );
      facts = {
        ticks,
        instances,
        firing: firing.map(({ labels }) => ({
          alertname: labels.alertname!,
          model: labels.model_name ?? '',
          feature: labels.feature,
        })),
        endSeconds: at,
        startSeconds,
        rateSeconds: 4 * scrapeSeconds,
        exposed: (instance, metric) => exposed.get(instance)?.get(metric) ?? Number.NaN,
      };
    }

    /** Waits until a query has a result. */
    async function waitForSeries(what: string, query: string): Promise<void> {
      await waitFor(
        what,
        async () =>
          (await prometheus.instant(query, Date.now() / 1000)).length > 0 ? true : undefined,
        { timeoutMs: 120_000, program: programs.at(-1)! },
      );
    }

    async function runDrift(): Promise<void> {
      for (const model of ['arrivals', 'price']) {
        const response = await fetch(`${urls.a}/v1/models/${model}/drift`, { method: 'POST' });
        if (!response.ok) throw new Error(`the drift run of ${model} answered ${response.status}`);
      }
    }

    /** Replaces the reference of a model whose drift is not tested. */
    async function setReference(): Promise<void> {
      const response = await fetch(`${urls.a}/v1/models/species/reference`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(referenceToJson(referenceOf(3000))),
      });
      if (!response.ok) throw new Error(`the reference was refused: ${await response.text()}`);
    }

    it('cover the expected number of ticks', () => {
      expect(ticks).toBe((trafficSeconds * 1000) / tickMs);
    });

    const panels = Object.entries(dashboards).flatMap(([name, dashboard]) =>
      panelsOf(dashboard).map((title) => ({ name, title })),
    );

    const panelCases = panels.map(({ name, title }) => [name, title] as const);
    const onePanel = { meta: { counted: 'panels with the expected value / panels' } };

    it.each(panelCases)('%s / %s', onePanel, async (name, title) => {
      const expectation = panelExpectations(facts)[name]?.[title];
      const problems =
        expectation === undefined
          ? ['it has no expectation']
          : await problemsOf(name, title, expectation);
      expect(problems).toEqual([]);
    });

    it('have no expectation without a panel', () => {
      const expected = Object.entries(panelExpectations(facts)).flatMap(([name, titles]) =>
        Object.keys(titles).map((title) => ({ name, title })),
      );
      expect(expected.sort(byName)).toEqual([...panels].sort(byName));
    });

    const runbookCases = runbookQueries().map((query, position, all) => ({
      ...query,
      index: all
        .slice(0, position)
        .filter(({ alert, section }) => alert === query.alert && section === query.section).length,
    }));
    const oneQuery = {
      meta: { counted: 'runbook queries with the expected result / queries' },
    };

    it.each(runbookCases)(
      '$page / $alert / $section / $index',
      oneQuery,
      async ({ alert, section, index, query }) => {
        const expectation = runbookExpectations(facts)[alert]?.[section]?.[index];
        const found = await prometheus.instant(query, at);
        expect(
          expectation === undefined
            ? ['it has no expectation']
            : answerProblems(expectation, found),
          query,
        ).toEqual([]);
      },
    );

    it('have no expectation without a runbook query', () => {
      const expected = Object.entries(runbookExpectations(facts)).flatMap(([alert, own]) =>
        Object.entries(own).flatMap(([section, answers]) =>
          answers.map((_, index) => `${alert} / ${section} / ${index}`),
        ),
      );
      const asked = runbookCases.map(
        ({ alert, section, index }) => `${alert} / ${section} / ${index}`,
      );
      expect(expected.sort()).toEqual(asked.sort());
    });

    it('come with the alerts of the scenario and no others', () => {
      const names = facts.firing.map(({ alertname }) => alertname);
      expect(names).toEqual(
        expect.arrayContaining([
          'ModelAccuracyDrop',
          expect.stringMatching(/^ModelDataDrift/),
          'ModelErrorRateHigh',
          'ModelExporterDown',
          'ModelLatencyHigh',
        ]),
      );
      for (const quiet of ['ModelNotReady', 'ModelMonitorErrors', 'ModelThresholdsMissing']) {
        expect(names).not.toContain(quiet);
      }
      expect(facts.firing.filter(({ model }) => model !== 'arrivals' && model !== '')).toEqual([]);
    });

    it('are restricted to the chosen process, model and version', async () => {
      const choice = { instance: instances.a, model_name: 'arrivals', model_version: '2' };
      const accuracy = await seriesOf('model_performance', 'Accuracy of the fleet', 'A', choice);
      expect(accuracy.map(({ labels }) => [labels.model_name, labels.model_version])).toEqual([
        ['arrivals', '2'],
      ]);
      expect(lastValue(accuracy[0]!)).toBeCloseTo(0.9, 6);
    });

    it('are restricted to several chosen processes and models', async () => {
      const choice = { instance: [instances.a, instances.b], model_name: ['price', 'species'] };
      const calls = await seriesOf('overview', 'Prediction calls by model', 'A', choice);
      expect(calls.map(({ labels }) => labels.model_name).sort()).toEqual(['price', 'species']);
    });

    it.each([
      ['job', {}, () => ['modelmeter']],
      ['instance', {}, () => [instances.a, instances.b].sort()],
      ['model_name', {}, () => ['arrivals', 'late-flights', 'price', 'species']],
      ['model_version', { model_name: 'arrivals' }, () => ['1', '2']],
      ['feature', { model_name: 'arrivals' }, () => ['origin', 'size']],
    ])('offer the values of the variable %s', async (name, choice, expected) => {
      const dashboard = dashboards.data_drift!;
      const { query } = dashboard.templating.list.find((variable) => variable.name === name)!;
      const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
      const filled = fillIn(selector, dashboard, choice, time);
      expect(await prometheus.labelValues(label, filled)).toEqual(expected());
    });

    it.each([
      [
        'Model loads',
        // One mark per version, and another one for the new reference of a model.
        { 'arrivals 1': 1, 'arrivals 2': 1, 'late-flights 1': 1, 'price 1': 1, 'species 1': 2 },
      ],
      ['Drift runs', { 'arrivals 2': 2, 'price 1': 2 }],
    ])('mark each event of %s once', async (name, expected) => {
      const dashboard = dashboards.overview!;
      const { expr } = dashboard.annotations.list.find((annotation) => annotation.name === name)!;
      const shown = { ...time, from: facts.startSeconds };
      const query = fillIn(expr, dashboard, {}, shown);
      const marks: Record<string, number> = {};
      for (const { labels, points } of await prometheus.range(
        query,
        shown.from,
        to,
        stepOf(shown),
      )) {
        const model = `${labels.model_name} ${labels.model_version}`;
        marks[model] = (marks[model] ?? 0) + points.length;
      }
      expect(marks).toEqual(expected);
    });

    it('mark the alerts while they fire', async () => {
      const dashboard = dashboards.overview!;
      const { expr } = dashboard.annotations.list.find(({ name }) => name === 'Alerts')!;
      const series = await prometheus.range(fillIn(expr, dashboard, {}, time), from, to, 1);
      const names = new Set(series.map(({ labels }) => labels.alertname));
      for (const { alertname } of facts.firing) expect(names).toContain(alertname);
    });

    /** The differences between a panel and its expectation. */
    async function problemsOf(
      name: string,
      title: string,
      {
        unit,
        choice = {},
        series,
        mayBeEmpty,
      }: ReturnType<typeof panelExpectations>[string][string],
    ): Promise<string[]> {
      const problems: string[] = [];
      const panel = panelWithTitle(name, title, choice);
      if (panel.unit !== unit) problems.push(`its unit is ${panel.unit}, not ${unit}`);
      for (const query of panel.queries) {
        const found = await ask(query);
        if (mayBeEmpty !== undefined) continue;
        if (found.length === 0) problems.push(`${query.refId} is empty: ${query.expression}`);
        const expected = series.filter(({ refId }) => refId === query.refId);
        if (expected.length === 0) problems.push(`${query.refId} has no expectation`);
        problems.push(...expected.flatMap((expectation) => problemOf(expectation, found) ?? []));
      }
      return problems;
    }

    function problemOf(expectation: Expectation, found: readonly Series[]): string | undefined {
      const { refId, labels, of, low, high } = expectation;
      const matching = withLabels(found, labels);
      const where = `${refId} ${JSON.stringify(labels)}`;
      if (matching.length !== 1) return `${where} is there ${matching.length} times`;
      const value = of === 'value' ? lastValue(matching[0]!) : addedUp(matching[0]!);
      if (value !== undefined && value >= low && value <= high) return undefined;
      return `${where} is ${value}, not from ${low} to ${high}`;
    }

    async function seriesOf(
      name: string,
      title: string,
      refId: string,
      choice: Choice,
    ): Promise<Series[]> {
      const query = panelWithTitle(name, title, choice).queries.find(
        (candidate) => candidate.refId === refId,
      );
      return ask(query!);
    }

    function panelWithTitle(name: string, title: string, choice: Choice): PanelQueries {
      const all = panelQueries(dashboards[name]!, choice, time);
      return all.find((panel) => panel.title === title)!;
    }

    function ask({ isInstant, expression }: PanelQueries['queries'][number]): Promise<Series[]> {
      return isInstant
        ? prometheus.instant(expression, at)
        : prometheus.range(expression, from, to, stepOf(time));
    }

    /** The last value up to the end of the traffic, as in a legend. */
    function lastValue({ points }: Series): number | undefined {
      const last = points.findLast((point) => point.time <= at);
      return last === undefined || at - last.time > 5 * scrapeSeconds ? undefined : last.value;
    }

    /** The sum of a rate over the shown time. */
    function addedUp({ points }: Series): number {
      return points.reduce((sum, { value }) => sum + value, 0) * stepOf(time);
    }
  },
);

/** Titles of the panels of a dashboard, without its rows. */
function panelsOf({ panels }: Dashboard): string[] {
  return panels
    .flatMap((panel) => (panel.type === 'row' ? (panel.panels ?? []) : [panel]))
    .map(({ title }) => title);
}

function withLabels(series: readonly Series[], labels: Labels): Series[] {
  const wanted = Object.entries(labels);
  return series.filter((one) => wanted.every(([label, value]) => one.labels[label] === value));
}

/** The differences between the result of a runbook query and its expectation. */
function answerProblems(expectation: RunbookExpectation, found: readonly Series[]): string[] {
  if ('emptyBecause' in expectation) {
    return found.length === 0
      ? []
      : [`it answers with ${found.length} series although ${expectation.emptyBecause}`];
  }
  const problems = expectation.values.flatMap(({ labels, low, high }) => {
    const matching = withLabels(found, labels);
    const where = JSON.stringify(labels);
    if (matching.length !== 1) return [`${where} is there ${matching.length} times`];
    const { value } = matching[0]!.points[0]!;
    return value >= low && value <= high
      ? []
      : [`${where} is ${value}, not from ${low} to ${high}`];
  });
  return found.length === expectation.count
    ? problems
    : [`it has ${found.length} series, not ${expectation.count}`, ...problems];
}

function byName(
  a: { readonly name: string; readonly title: string },
  b: { readonly name: string; readonly title: string },
): number {
  return `${a.name}/${a.title}` < `${b.name}/${b.title}` ? -1 : 1;
}

/** The samples of a process by name and labels. */
async function readMetrics(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return new Map(
    [...text.matchAll(/^(\w+(?:{.*})?) (\S+)$/gm)].map(([, name, value]) => [name!, Number(value)]),
  );
}

/** Writes an nvidia-smi to a folder that reports two GPUs in the format of the real one. */
async function writeNvidiaSmi(folder: string): Promise<void> {
  const lines = [
    '0, GPU-0, Scenario, 75, 6144, 8192, 61, 180.00',
    '1, GPU-1, Scenario, 25, 2048, 8192, 47, 90.00',
  ];
  const path = join(folder, 'nvidia-smi');
  await writeFile(path, `#!/bin/sh\ncat <<'EOF'\n${lines.join('\n')}\nEOF\n`);
  await chmod(path, 0o755);
}
