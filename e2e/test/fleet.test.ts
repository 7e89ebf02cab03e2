import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { renderRules } from '@modelmeter/alerts';
import { loadConfig } from '@modelmeter/config-file';
import type { DriftReport, FeatureDrift, Reference } from '@modelmeter/core';
import { type Exporter, startExporter } from '@modelmeter/exporter';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import {
  modelName,
  type Replica,
  type Row,
  referenceOf,
  rowSource,
  type SentRow,
  scrapeSeconds,
  startReplica,
  windowSeconds,
  writeConfiguration,
} from '../fleet.js';
import { type PlainScores, plainCategoricalScores, plainNumericScores } from '../plain-drift.js';
import {
  freePort,
  getJson,
  missingPrograms,
  type Program,
  startProgram,
  waitFor,
} from '../servers.js';
import { report, reportLines } from '../summary.js';

const missing = missingPrograms(['prometheus', 'victoria-metrics']);
if (missing.length > 0) {
  const what = missing.includes('prometheus') ? 'the fleet' : 'the fleet on VictoriaMetrics';
  const text = `NOT RUN: ${what} needs ${missing.join(' and ')}, not installed here (Debian: apt-get install prometheus victoria-metrics)`;
  if (process.env.CI) throw new Error(text);
  console.warn(text);
}
const prometheus3 = process.env.MODELMETER_PROMETHEUS_3;
if (prometheus3 === undefined) {
  // It is not in any package manager, so a machine without it is acceptable.
  console.warn('NOT RUN on Prometheus 3: set MODELMETER_PROMETHEUS_3 to its program');
}

/** A server that scrapes the fleet, and an evaluator that queries it. */
interface Engine {
  readonly name: string;
  readonly url: string;
  readonly hasRules: boolean;
  readonly program: Program;
  readonly evaluator: Exporter;
}

interface VectorAnswer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [number, string];
    }[];
  };
}

interface MatrixAnswer {
  readonly data: {
    readonly result: readonly {
      readonly values: readonly (readonly [number, string])[];
    }[];
  };
}

/** Recorded series by the name of the statistic in a report. */
const recorded = {
  psi: 'feature:model_feature_drift_psi:increase_drift_window',
  chi2_statistic: 'feature:model_feature_drift_chi2_statistic:increase_drift_window',
  js_distance: 'feature:model_feature_drift_js_distance:increase_drift_window',
  ks_statistic: 'feature:model_feature_drift_ks_statistic:increase_drift_window',
} as const;

describe.skipIf(missing.includes('prometheus'))('a fleet of five replicas', () => {
  const sent: SentRow[] = [];
  const replicas: Replica[] = [];
  const engines: Engine[] = [];
  const referenceRows: Row[] = [];
  /** Reports of each evaluator at times of rule evaluations. */
  const reports = new Map<Engine, DriftReport[]>();
  let folder: string;
  let reference: Reference;
  /** Inner edges of the bins of numeric features in the metrics of the replicas. */
  let edges: Map<string, number[]>;
  let evaluationMs = Date.now();
  let wholeFromMs: number;
  let restartedMs: { readonly from: number; readonly to: number };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modelmeter-fleet-'));
    const draw = rowSource(1, 0);
    for (let row = 0; row < 20_000; row += 1) referenceRows.push(draw());
    reference = referenceOf(referenceRows, 'rows of before');
    const drawOther = rowSource(2, 0.5);
    const otherReference = referenceOf(Array.from({ length: 20_000 }, drawOther), 'other rows');
    // Most of the traffic goes to the replica with shifted inputs.
    for (const [name, rowsPerSecond, shift] of [
      ['a', 300, 0.9],
      ['b', 100, 0],
      ['c', 60, 0],
      ['d', 40, 0],
      ['on another reference', 80, 2],
    ] as const) {
      replicas.push(
        await startReplica(folder, {
          name,
          reference: name.length > 1 ? otherReference : reference,
          rowsPerSecond,
          next: rowSource(10 + replicas.length, shift),
          onSent: (row) => sent.push(row),
        }),
      );
    }
    await startEngine('Prometheus 2', 'prometheus', true);
    if (!missing.includes('victoria-metrics')) {
      await startEngine('VictoriaMetrics', 'victoria-metrics', false);
    }
    if (prometheus3 !== undefined) await startEngine('Prometheus 3', prometheus3, true);
    for (const engine of engines) await waitForScrapes(engine);
    wholeFromMs = Date.now() + (windowSeconds + scrapeSeconds) * 1000;
    await sleep((windowSeconds / 2) * 1000);
    const fromMs = Date.now();
    await replicas[1]!.restart();
    restartedMs = { from: fromMs, to: Date.now() };
    await sleep(wholeFromMs + 3000 - Date.now());
    for (const engine of engines) await evaluate(engine);
    const text = await replicas[0]!.metrics();
    edges = new Map(
      ['size', 'delay'].map((feature) => [
        feature,
        Array.from(
          text.matchAll(
            new RegExp(`^model_feature_value_bucket{.*feature="${feature}".*le="([^"]+)"`, 'gm'),
          ),
          (match) => Number(match[1]),
        ).filter(Number.isFinite),
      ]),
    );
  });

  afterAll(async () => {
    for (const replica of replicas) await replica.stop();
    for (const { program, evaluator } of engines) {
      await evaluator.close();
      await program.stop();
    }
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  async function startEngine(name: string, command: string, hasRules: boolean): Promise<void> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const evaluator = await startEvaluator(name, url);
    const file = name.replaceAll(' ', '-');
    const configuration = join(folder, `${file}-server.yaml`);
    const rules = join(folder, `${file}-rules.yaml`);
    await writeFile(rules, scaledRules());
    const targets = [
      ...replicas.map((replica) => `127.0.0.1:${replica.port}`),
      new URL(evaluator.url).host,
    ];
    const interval = `${scrapeSeconds}s`;
    await writeFile(
      configuration,
      stringify({
        global: { scrape_interval: interval, scrape_timeout: interval },
        ...(hasRules ? { rule_files: [rules] } : {}),
        scrape_configs: [{ job_name: 'modelmeter', static_configs: [{ targets }] }],
      }),
    );
    const storage = join(folder, `${file}-data`);
    const program = startProgram(
      command,
      hasRules
        ? [
            `--config.file=${configuration}`,
            `--storage.tsdb.path=${storage}`,
            `--web.listen-address=127.0.0.1:${port}`,
          ]
        : [
            `-promscrape.config=${configuration}`,
            `-storageDataPath=${storage}`,
            `-httpListenAddr=127.0.0.1:${port}`,
            // By default results are half a minute old.
            '-search.latencyOffset=1s',
          ],
    );
    await waitFor(name, async () => ((await fetch(`${url}/-/ready`)).ok ? true : undefined), {
      timeoutMs: 120_000,
      program,
    });
    engines.push({ name, url, hasRules, program, evaluator });
  }

  function waitForScrapes({ name, url, program }: Engine): Promise<true> {
    const expression = encodeURIComponent('count(up{job="modelmeter"} == 1)');
    return waitFor(
      `a scrape of every target by ${name}`,
      async () => {
        const { data } = await getJson<VectorAnswer>(`${url}/api/v1/query?query=${expression}`);
        return Number(data.result[0]?.value[1]) === replicas.length + 1 ? true : undefined;
      },
      { timeoutMs: 120_000, program },
    );
  }

  /** An exporter without traffic that evaluates drift at `evaluationMs`. */
  async function startEvaluator(name: string, url: string): Promise<Exporter> {
    const path = await writeConfiguration(folder, `evaluator-of-${name.replaceAll(' ', '-')}`, {
      port: 0,
      reference,
      drift: { source: 'prometheus', prometheus: { url, job: 'modelmeter', timeout: '20s' } },
    });
    return startExporter({
      loaded: await loadConfig(path),
      log: pino({ level: 'silent' }),
      clock: { now: () => evaluationMs, at: () => () => {} },
    });
  }

  /** The rules with a short window and an interval that drifts relative to the scrapes. */
  function scaledRules(): string {
    const { text } = renderRules({ driftWindow: '1m' }).find(({ file }) => file === 'fleet.yaml')!;
    const { groups } = parse(text.replaceAll('[1m]', `[${windowSeconds}s]`)) as {
      groups: { name: string; rules: readonly unknown[] }[];
    };
    const ofDrift = groups.filter(({ name }) => name === 'fleet_bins' || name === 'fleet_drift');
    expect(ofDrift).toHaveLength(2);
    // One group, so that all of its rules read the same samples.
    const rules = ofDrift.flatMap((group) => group.rules);
    return stringify({ groups: [{ name: 'fleet_drift', interval: '1300ms', rules }] });
  }

  async function evaluate(engine: Engine): Promise<void> {
    const timesMs = engine.hasRules ? await quietRuleTimes(engine) : [Date.now() - 2000];
    const found: DriftReport[] = [];
    for (const timeMs of timesMs) {
      evaluationMs = timeMs;
      const response = await fetch(`${engine.evaluator.url}/v1/models/${modelName}/drift`, {
        method: 'POST',
      });
      const body = (await response.json()) as DriftReport;
      expect(body).toMatchObject({ timeMs, referenceId: reference.id });
      found.push(body);
    }
    reports.set(engine, found);
  }

  /**
   * Three times of rule evaluations without a scrape in progress, so that rules and evaluator read
   * the same samples.
   */
  function quietRuleTimes(engine: Engine): Promise<number[]> {
    return waitFor(
      'three rule evaluations between two scrapes',
      async () => {
        const [rules, scrapes] = await Promise.all([
          queryMatrix(engine, `${recorded.psi}{feature="size",reference_id="${reference.id}"}[8s]`),
          queryMatrix(engine, 'scrape_duration_seconds{job="modelmeter"}[12s]'),
        ]);
        const times = (rules.data.result[0]?.values ?? []).map(([seconds]) => seconds);
        const isQuiet = (time: number): boolean =>
          scrapes.data.result.every(({ values }) =>
            values.every(
              ([start, duration]) => start > time || start + Number(duration) + 0.05 < time,
            ),
          );
        const quiet = times
          .filter(isQuiet)
          .map((seconds) => Math.round(seconds * 1000))
          .filter((timeMs) => timeMs >= wholeFromMs);
        return quiet.length >= 3 ? quiet.slice(-3) : undefined;
      },
      { timeoutMs: 120_000, program: engine.program },
    );
  }

  function queryMatrix({ url }: Engine, expression: string): Promise<MatrixAnswer> {
    return getJson(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`);
  }

  async function recordedScore(
    engine: Engine,
    series: string,
    feature: string,
    timeMs: number,
  ): Promise<number> {
    const expression = `${series}{feature="${feature}",reference_id="${reference.id}"}`;
    const { data } = await getJson<VectorAnswer>(
      `${engine.url}/api/v1/query?query=${encodeURIComponent(expression)}&time=${timeMs / 1000}`,
    );
    expect(data.result).toHaveLength(1);
    return Number(data.result[0]!.value[1]);
  }

  const isCounted = ({ replica }: SentRow): boolean => replica.length === 1;

  function rowsBetween(fromMs: number, toMs: number): SentRow[] {
    return sent.filter((row) => isCounted(row) && row.timeMs > fromMs && row.timeMs <= toMs);
  }

  function windowRows(timeMs: number): SentRow[] {
    return rowsBetween(timeMs - windowSeconds * 1000, timeMs);
  }

  /** Rows that scrapes can omit or add: those of one interval at each end of a series. */
  function rowsAtCuts(timeMs: number): number {
    const marginMs = scrapeSeconds * 1000 + 300;
    const around = (time: number): number =>
      Math.max(
        rowsBetween(time - marginMs, time).length,
        rowsBetween(time, time + marginMs).length,
      );
    const lost = sent.filter(
      ({ replica, timeMs: at }) =>
        replica === 'b' && at > restartedMs.from - marginMs && at <= restartedMs.to + marginMs,
    );
    return around(timeMs - windowSeconds * 1000) + around(timeMs) + lost.length;
  }

  function plainScores(feature: string, rows: readonly Row[]): PlainScores {
    if (feature === 'place') {
      return plainCategoricalScores(
        referenceRows.map(({ place }) => place),
        rows.map(({ place }) => place),
      );
    }
    const column = feature as 'size' | 'delay';
    return plainNumericScores(
      referenceRows.map((row) => row[column]),
      rows.map((row) => row[column]),
      edges.get(feature)!,
    );
  }

  it('publishes drift states only in its evaluator', async () => {
    const published = /^model_feature_drift_state\{.*state="drift"\} 1$/m;
    for (const replica of replicas) {
      const text = await replica.metrics();
      // Thresholds are settings, which every replica has.
      expect(text).not.toMatch(/^model_feature_drift_(?!threshold)/m);
      expect(text).toMatch(/^model_feature_value_bucket\{/m);
    }
    for (const { evaluator } of engines) {
      const text = await (await fetch(`${evaluator.url}/metrics`)).text();
      expect(text).toMatch(published);
      expect(text).toMatch(/^model_feature_drift_p_value\{.*feature="size".*test="chi2"\} /m);
      expect(text).toMatch(/^model_feature_drift_ks_resolution\{.*feature="size"/m);
    }
  });

  it('has drift only in the shifted feature', () => {
    for (const [engine, found] of reports) {
      for (const { features } of found) {
        expect(
          features.flatMap(({ reason }) => reason ?? []),
          engine.name,
        ).toEqual([]);
        const states = features.map(({ name, state }) => [name, state]);
        expect(states, engine.name).toContainEqual(['size', 'drift']);
        expect(states, engine.name).toContainEqual(['delay', 'ok']);
        const place = features.find(({ name }) => name === 'place');
        expect(place?.findings.map(({ kind }) => kind)).toContain('unseen_categories');
      }
    }
  });

  it('has the same scores in the rules and in the evaluator', async ({ task }) => {
    let largest = 0;
    let compared = 0;
    let equal = 0;
    for (const [engine, found] of reports) {
      if (!engine.hasRules) continue;
      for (const { timeMs, features } of found) {
        for (const feature of features) {
          for (const [statistic, series] of Object.entries(recorded)) {
            const score = feature.scores[statistic];
            if (score === undefined) continue;
            const rule = await recordedScore(engine, series, feature.name, timeMs);
            // Chi-square grows with the rows; the others are between 0 and about 1.
            const difference = Math.abs(rule - score) / Math.max(1, Math.abs(score));
            largest = Math.max(largest, difference);
            compared += 1;
            if (difference < 1e-9) equal += 1;
            expect
              .soft(difference, `${engine.name} ${feature.name} ${statistic}`)
              .toBeLessThan(1e-9);
          }
        }
      }
    }
    report(
      task,
      'scores of rules and evaluator that agree / scores',
      `${equal} / ${compared}, largest difference ${largest.toExponential(1)}`,
    );
    expect(compared).toBeGreaterThanOrEqual(33);
  });

  it('counts the rows that were sent to within a scrape interval', () => {
    for (const [engine, found] of reports) {
      for (const { timeMs, features } of found) {
        const rows = windowRows(timeMs).length;
        for (const { name, currentRows } of features) {
          const difference = Math.abs(currentRows - rows);
          expect(difference, `${engine.name} ${name}`).toBeLessThanOrEqual(rowsAtCuts(timeMs));
        }
      }
    }
  });

  /** A score of the evaluator, and the scores of plain code on the rows that were sent. */
  interface Comparison {
    readonly engine: Engine;
    readonly feature: FeatureDrift;
    readonly rowsSent: number;
    readonly recordedPsi: number | undefined;
    readonly plain: PlainScores;
    /** Mean of the PSI of the single replicas. */
    readonly mean: number;
  }

  /** Compares the last report of every engine. */
  async function compareWithPlainCode(): Promise<Comparison[]> {
    const comparisons: Comparison[] = [];
    for (const [engine, found] of reports) {
      const { timeMs, features } = found.at(-1)!;
      const rows = windowRows(timeMs);
      for (const feature of features) {
        const own = ['a', 'b', 'c', 'd'].map((name) =>
          plainScores(
            feature.name,
            rows.filter(({ replica }) => replica === name),
          ),
        );
        comparisons.push({
          engine,
          feature,
          rowsSent: rows.length,
          recordedPsi: engine.hasRules
            ? await recordedScore(engine, recorded.psi, feature.name, timeMs)
            : undefined,
          plain: plainScores(feature.name, rows),
          mean: own.reduce((sum, { psi }) => sum + psi, 0) / own.length,
        });
      }
    }
    return comparisons;
  }

  function tableOf(comparisons: readonly Comparison[]): string[] {
    return [
      'engine           feature state            rows   sent  rules PSI  evaluator plain code  mean of 4   p-value',
      ...comparisons.map(({ engine, feature, rowsSent, recordedPsi, plain, mean }) =>
        [
          engine.name.padEnd(16),
          feature.name.padEnd(6),
          feature.state.padEnd(12),
          feature.currentRows.toFixed(1).padStart(9),
          String(rowsSent).padStart(6),
          (recordedPsi?.toFixed(6) ?? '-').padStart(10),
          feature.scores.psi!.toFixed(6).padStart(10),
          plain.psi.toFixed(6).padStart(10),
          mean.toFixed(6).padStart(10),
          feature.adjustedPValue.toExponential(1).padStart(9),
        ].join(' '),
      ),
    ];
  }

  /** Relative difference due to one scrape interval at each end of the window. */
  const windowTolerance = (2 * scrapeSeconds) / windowSeconds;

  it('has the PSI of plain code on the rows that were sent', async ({ task }) => {
    const comparisons = await compareWithPlainCode();
    // The PSI of an unshifted feature is noise, which the omitted rows change.
    const differing = comparisons.filter(
      ({ feature, plain }) =>
        Math.abs(feature.scores.psi! - plain.psi) >= windowTolerance * Math.max(plain.psi, 0.02),
    );
    report(
      task,
      'PSI of evaluator and plain code that agree / PSI',
      `${comparisons.length - differing.length} / ${comparisons.length}`,
    );
    reportLines(task, tableOf(comparisons));
    expect(differing).toEqual([]);
  });

  it('has the other scores of plain code for the shifted feature', async () => {
    const shifted = (await compareWithPlainCode()).filter(({ feature }) => feature.name === 'size');
    expect(shifted).toHaveLength(reports.size);
    for (const { feature, plain } of shifted) {
      const { chi2_statistic: chi2 = 0, ks_statistic: ks = 0 } = feature.scores;
      expect(Math.abs(chi2 - plain.chi2) / plain.chi2).toBeLessThan(windowTolerance);
      expect(Math.abs(ks - plain.ks!)).toBeLessThan(windowTolerance);
    }
  });

  it('has a PSI that is not the mean of the PSI of its replicas', async () => {
    for (const { feature, plain, mean } of await compareWithPlainCode()) {
      if (feature.name !== 'size') continue;
      expect(Math.abs(mean - plain.psi) / plain.psi).toBeGreaterThan(5 * windowTolerance);
    }
  });
});
