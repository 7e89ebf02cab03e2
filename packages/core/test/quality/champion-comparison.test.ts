import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createMonitor, type Monitor } from '../../src/monitor.js';
import type { MonitorOptions } from '../../src/monitor-options.js';
import {
  type ChampionComparison,
  createChampionComparison,
} from '../../src/quality/champion-comparison.js';
import { createScoring } from '../../src/quality/create-scoring.js';
import type { ChampionOptions } from '../../src/settings/champion.js';
import type { OutputsConfig, OutputsOptions } from '../../src/settings/outputs.js';
import { seededRandom, startMs } from '../support.js';

const binary = { task: 'binary', score: 'p', decisionThreshold: 0.5 } as const;

/** A champion of version 1 and a challenger of version 2 in one registry. */
function bench(
  champion: Partial<ChampionOptions> = {},
  outputs: OutputsOptions = binary,
  championOutputs = outputs,
) {
  const registry = new Registry();
  const decided: ChampionComparison[] = [];
  const failures: string[] = [];
  const monitorOf = (version: string, options: Partial<MonitorOptions>): Monitor =>
    createMonitor({
      model: { name: 'm', version },
      features: [{ name: 'x', type: 'numeric' }],
      outputs,
      registry,
      clock: { now: () => startMs },
      driftDetection: { schedule: 'manual' },
      onMonitorError: (_stage, error) => failures.push(String(error)),
      ...options,
    });
  const challenger = monitorOf('2', {
    champion: { version: '1', ...champion },
    hooks: { onComparison: (comparison) => decided.push(comparison) },
  });
  const first = monitorOf('1', { outputs: championOutputs });
  const predict = (monitor: Monitor, predictionIds: string[], data: number[]): void =>
    monitor.observe({
      rows: data.length,
      features: [],
      outputs: [{ name: monitor.outputs.task === 'regression' ? 'y' : 'p', data }],
      durationSeconds: 0.001,
      predictionIds,
    });
  return {
    ...{ champion: first, challenger, decided, failures, predict },
    async metric(name: string, labels: string): Promise<number | undefined> {
      const series = `${name}{model_name="m",model_version="2",champion_version="1"${labels}} `;
      const lines = (await registry.metrics()).split('\n');
      const line = lines.find((one) => one.startsWith(series));
      return line === undefined ? undefined : Number(line.slice(series.length));
    },
  };
}

describe('a challenger', () => {
  it('is compared with its champion on the ids that both predicted', async () => {
    const { champion, challenger, predict, metric } = bench();
    expect(await metric('model_challenger_difference', '')).toBeUndefined();
    predict(champion, ['a', 'b', 'c', 'd'], [0.9, 0.1, 0.9, 0.1]);
    predict(challenger, ['a', 'b', 'c', 'd', 'e'], [0.8, 0.9, 0.1, 0.9, 0.9]);
    challenger.recordTargets(
      ['a', 'b', 'c', 'd', 'e'].map((predictionId) => ({ predictionId, value: 1 })),
    );
    const targets = (result: string) =>
      metric('model_challenger_targets_total', `,result="${result}"`);
    expect(await targets('better')).toBe(2);
    expect(await targets('equal')).toBe(1);
    expect(await targets('worse')).toBe(1);
    expect(await targets('unpaired')).toBe(1);
    expect(await metric('model_challenger_difference', '')).toBeCloseTo(0.25, 12);
    expect(await metric('model_challenger_difference_bound', ',bound="low"')).toBeLessThan(0);
    expect(await metric('model_challenger_decision', ',decision="undecided"')).toBe(1);
    expect(challenger.quality().champion).toMatchObject({ champion: '1', pairs: 4, margin: 0 });
  });

  it('is reported once when it is decided, and the decision stays', async () => {
    const { champion, challenger, decided, predict, metric } = bench({ margin: 0.02 });
    const ids = Array.from({ length: 400 }, (_, row) => `p${row}`);
    predict(
      champion,
      ids,
      ids.map((_, row) => (row % 10 < 8 ? 0.9 : 0.1)),
    );
    predict(
      challenger,
      ids,
      ids.map(() => 0.9),
    );
    challenger.recordTargets(ids.map((predictionId) => ({ predictionId, value: 1 })));
    expect(await metric('model_challenger_decision', ',decision="better"')).toBe(1);
    const worse = ids.map((id) => `${id}'`);
    predict(
      champion,
      worse,
      worse.map(() => 0.9),
    );
    predict(
      challenger,
      worse,
      worse.map(() => 0.1),
    );
    challenger.recordTargets(worse.map((predictionId) => ({ predictionId, value: 1 })));
    expect(await metric('model_challenger_decision', ',decision="better"')).toBe(1);
    expect(decided).toMatchObject([{ champion: '1', decision: 'better', pairs: 400 }]);
    expect(decided[0]!.low).toBeGreaterThan(0.02);
  });

  it('of a regression is compared by absolute errors up to the largest one', async () => {
    const outputs = { task: 'regression', value: 'y' } as const;
    const { champion, challenger, predict } = bench({ largestError: 10, margin: 0.1 }, outputs);
    predict(champion, ['a', 'b'], [4, 1000]);
    predict(challenger, ['a', 'b'], [1, 6]);
    challenger.recordTargets([
      { predictionId: 'a', value: 0 },
      { predictionId: 'b', value: 0 },
    ]);
    const { difference, margin } = challenger.quality().champion!;
    expect(difference).toBeCloseTo((4 - 1 + (10 - 6)) / 2, 12);
    expect(margin).toBeCloseTo(1, 12);
  });

  it('pairs nothing with a champion of other classes, and says so once', () => {
    const of = (classes: string[]): OutputsOptions => ({ task: 'multiclass', class: 'p', classes });
    const { champion, challenger, failures, predict } = bench({}, of(['x', 'y']), of(['y', 'x']));
    predict(champion, ['a', 'b'], [0, 0]);
    predict(challenger, ['a', 'b'], [0, 0]);
    challenger.recordTargets([
      { predictionId: 'a', value: 'x' },
      { predictionId: 'b', value: 'x' },
    ]);
    expect(challenger.quality().champion).toMatchObject({ targets: { unpaired: 2, better: 0 } });
    expect(failures).toEqual([expect.stringContaining('predicts the classes y, x')]);
  });

  it('stays unpaired after its champion is closed', () => {
    const { champion, challenger, predict } = bench();
    predict(champion, ['a'], [0.9]);
    predict(challenger, ['a'], [0.9]);
    champion.close();
    challenger.recordTargets([{ predictionId: 'a', value: 1 }]);
    expect(challenger.quality().champion).toMatchObject({ pairs: 0, targets: { unpaired: 1 } });
  });

  it.each([
    ['its own version', { version: '2' }, binary, 'champion.version'],
    ['no largest error', { version: '1' }, { task: 'regression', value: 'y' }, 'largestError'],
  ] as const)('is refused with %s', (_case, champion, outputs, place) => {
    expect(() => bench(champion, outputs)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(place),
      }),
    );
  });
});

/** Whether and after how many pairs a challenger is called better, looking every 50 pairs. */
function pairsUntilBetter(options: {
  readonly seed: number;
  readonly gain: number;
  readonly margin: number;
  readonly pairs: number;
}): number | undefined {
  const random = seededRandom(options.seed);
  const outputs: OutputsConfig = binary;
  let championScore = 0;
  const comparison = createChampionComparison({
    settings: { version: '1', margin: options.margin, errorRate: 0.05 },
    outputs,
    scoring: createScoring(outputs),
    findChampion: () => ({ outputs, scoreOf: () => championScore }),
    onMismatch: () => undefined,
  });
  for (let pair = 1; pair <= options.pairs; pair += 1) {
    championScore = Number(random() < 0.8);
    // Three of four predictions of the two versions are alike, as those of real versions are.
    const score = random() < 0.75 ? championScore : Number(random() < 0.8 + 4 * options.gain);
    comparison.add('id', 1, score);
    if (pair % 50 === 0 && comparison.snapshot().decision === 'better') return pair;
  }
  return undefined;
}

describe('a simulated challenger', () => {
  const runs = Array.from({ length: 100 }, (_, seed) => seed + 1);

  it('that is better by exactly the margin is called better in at most 5 % of the runs', () => {
    const wrong = runs.filter(
      (seed) => pairsUntilBetter({ seed, gain: 0.02, margin: 0.02, pairs: 4000 }) !== undefined,
    );
    expect(wrong.length).toBeLessThanOrEqual(5);
  });

  it('that is better by three points more is found within 5000 pairs', () => {
    const found = runs
      .map((seed) => pairsUntilBetter({ seed, gain: 0.04, margin: 0.01, pairs: 5000 }))
      .filter((pairs) => pairs !== undefined);
    expect(found.length).toBeGreaterThanOrEqual(95);
  });
});
