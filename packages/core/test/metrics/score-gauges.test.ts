import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { renderMetrics } from '../../src/metrics/render-metrics.js';
import { createMonitor } from '../../src/monitor.js';
import type { MonitorOptions } from '../../src/monitor-options.js';
import type { OutputBlock, TargetValue } from '../../src/prediction.js';
import { startMs } from '../support.js';

type Row = readonly [output: OutputBlock['data'][number][], target: TargetValue];

/** The series of a model after some rows, by their text without the labels of the model. */
async function seriesAfter(
  outputs: MonitorOptions['outputs'],
  rows: readonly Row[],
  quality: MonitorOptions['quality'] = { minimumSamples: 1 },
): Promise<ReadonlyMap<string, number>> {
  const registry = new Registry();
  const monitor = createMonitor({
    model: { name: 'm' },
    features: [{ name: 'x', type: 'numeric' }],
    outputs,
    quality,
    registry,
    clock: { now: () => startMs },
    onMonitorError(_, error) {
      throw error;
    },
  });
  for (const [row, [output, value]] of rows.entries()) {
    monitor.observe({
      rows: 1,
      features: [{ names: ['x'], data: [1] }],
      outputs: [{ name: 'output', data: output }],
      predictionIds: [`${row}`],
      durationSeconds: 0,
    });
    monitor.recordTargets([{ predictionId: `${row}`, value }]);
  }
  const { body } = await renderMetrics(registry, 'prometheus');
  monitor.close();
  const lines = body.matchAll(/^(\w+)\{model_name="m",model_version="1",?(.*)\} (\S+)$/gm);
  return new Map([...lines].map(([, name, labels, value]) => [`${name} ${labels}`, Number(value)]));
}

const flights: readonly Row[] = [
  [[0.9], true],
  [[0.8], false],
  [[0.2], false],
  [[0.4], true],
];
const late = {
  task: 'binary',
  score: 'output',
  businessValue: { tp: 4, fp: -1, tn: 0, fn: -7 },
} as const;

describe('the scores of a model', () => {
  it('have series of their own, or one of model_quality_score, with bounds', async () => {
    const series = await seriesAfter(late, flights);
    expect(series.get('model_accuracy_score ')).toBe(0.5);
    expect(series.get('model_quality_score score="roc_auc"')).toBe(0.75);
    expect(series.get('model_quality_score score="business_value"')).toBe(-1);
    expect(series.get('model_quality_score score="accuracy"')).toBeUndefined();
    for (const score of ['accuracy', 'roc_auc', 'log_loss', 'business_value']) {
      const low = series.get(`model_quality_score_bound score="${score}",bound="low"`)!;
      expect(low).toBeLessThan(
        series.get(`model_quality_score_bound score="${score}",bound="high"`)!,
      );
    }
  });

  it('appear with the minimum of targets, which the counters do not need', async () => {
    const series = await seriesAfter(late, flights, { minimumSamples: 5 });
    const shown = [...series.keys()].filter((key) =>
      /^model_(quality_score|accuracy_score)/.test(key),
    );
    expect(shown).toEqual([]);
    expect(series.get('model_score_samples_total score="brier_score"')).toBe(4);
    expect(series.get('model_score_sum_total score="brier_score"')).toBeCloseTo(1.05, 12);
    expect(series.get('model_score_squares_total score="brier_score"')).toBeCloseTo(0.5409, 12);
    expect(series.get('model_score_sum_total score="business_value"')).toBe(4);
    expect(series.get('model_score_negative_sum_total score="business_value"')).toBe(8);
    expect(series.get('model_score_squares_total score="business_value"')).toBe(66);
  });

  it('have wider bounds with anytime intervals', async () => {
    const width = async (interval: 'fixed' | 'anytime'): Promise<number> => {
      const series = await seriesAfter(late, flights, { minimumSamples: 1, interval });
      const bound = 'model_quality_score_bound score="accuracy",bound=';
      return series.get(`${bound}"high"`)! - series.get(`${bound}"low"`)!;
    };
    expect(await width('anytime')).toBeGreaterThan(await width('fixed'));
  });

  it('exist for each class, and are absent for one that does not occur', async () => {
    const classes = ['a', 'b', 'c'];
    const series = await seriesAfter({ task: 'multiclass', class: 'output', classes }, [
      [['a'], 'a'],
      [['b'], 'a'],
      [['b'], 'b'],
    ]);
    const recall = (name: string): number | undefined =>
      series.get(`model_class_quality_score class="${name}",score="recall"`);
    expect(classes.map(recall)).toEqual([0.5, 1, undefined]);
    expect(series.get('model_quality_score score="weighted_recall"')).toBeCloseTo(2 / 3, 12);
    expect(series.get('model_quality_score score="business_value"')).toBeUndefined();
  });

  it('count the outcomes of each label', async () => {
    const labels = ['new', 'urgent'];
    const series = await seriesAfter({ task: 'multilabel', scores: 'output', labels }, [
      [[0.9, 0.8], ['new']],
      [
        [0.1, 0.8],
        ['new', 'urgent'],
      ],
    ]);
    const outcome = (name: string): (number | undefined)[] =>
      ['tp', 'fp', 'fn'].map((result) =>
        series.get(`model_label_outcomes_total class="${name}",outcome="${result}"`),
      );
    expect(outcome('new')).toEqual([1, 0, 1]);
    expect(outcome('urgent')).toEqual([1, 1, 0]);
    expect(series.get('model_quality_score score="hamming_loss"')).toBe(0.5);
  });

  it('tell errors in both directions apart in the counters of the bias', async () => {
    const series = await seriesAfter({ task: 'regression', value: 'output' }, [
      [[3], 1],
      [[2], 7],
    ]);
    expect(series.get('model_quality_score score="mean_error"')).toBe(-1.5);
    expect(series.get('model_score_sum_total score="mean_error"')).toBe(2);
    expect(series.get('model_score_negative_sum_total score="mean_error"')).toBe(5);
  });

  it('leave an error out whose square is infinite, and keep their sums', async () => {
    const series = await seriesAfter({ task: 'regression', value: 'output' }, [
      [[1e200], 0],
      [[2], 1],
    ]);
    expect(series.get('model_squared_error_total ')).toBe(1);
    expect(series.get('model_absolute_error_total ')).toBe(1);
    expect(series.get('model_score_samples_total score="mean_squared_error"')).toBe(1);
    expect(series.get('model_mean_absolute_error ')).toBe(1);
  });

  it('rank the items of a row', async () => {
    const series = await seriesAfter({ task: 'ranking', items: 'output', k: 2 }, [
      [
        ['a', 'b', 'c'],
        ['b', 'c'],
      ],
      [['a', null, null], { a: 1 }],
    ]);
    expect(series.get('model_quality_score score="mean_reciprocal_rank"')).toBe(0.75);
    expect(series.get('model_score_squares_total score="mean_reciprocal_rank"')).toBe(1.25);
  });
});
