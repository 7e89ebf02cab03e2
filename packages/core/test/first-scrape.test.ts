import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import {
  catalogue,
  type MetricDeclaration,
  type MetricName,
  qualityScores,
  scoresOfTask,
} from '../src/catalogue.js';
import { renderMetrics } from '../src/metrics/render-metrics.js';
import { createMonitor } from '../src/monitor.js';
import type { MonitorOptions } from '../src/monitor-options.js';
import { buildReference } from '../src/reference.js';
import { type Task, tasks } from '../src/vocabulary.js';
import { startMs } from './support.js';

const features = [
  { name: 'distance', type: 'numeric' as const },
  { name: 'carrier', type: 'categorical' as const },
];
const carriers = Array.from({ length: 1200 }, (_, row) => `carrier-${row % 60}`);
const reference = buildReference({
  modelName: 'm',
  modelVersion: '1',
  created: '',
  source: 'test',
  features,
  columns: { distance: carriers.map((_, row) => row), carrier: carriers },
});

/** The counters of a task besides those of every model. */
const ofTask: Record<Task, readonly MetricName[]> = {
  binary: ['model_outcomes_total'],
  multiclass: ['model_class_outcomes_total'],
  multilabel: ['model_label_outcomes_total'],
  regression: ['model_absolute_error_total', 'model_squared_error_total'],
  ranking: [],
};

const outputs: Record<Task, MonitorOptions['outputs']> = {
  binary: { task: 'binary', score: 'p', businessValue: { tp: 1, fp: -1, tn: 0, fn: -5 } },
  multiclass: {
    task: 'multiclass',
    class: 'c',
    classes: ['a', 'b'],
    businessValue: [
      [1, -1],
      [-5, 2],
    ],
  },
  multilabel: { task: 'multilabel', scores: 'p', labels: ['a', 'b'] },
  regression: { task: 'regression', value: 'v' },
  ranking: { task: 'ranking', items: 'i' },
};

function hasScore(task: Task, score: string): boolean {
  return (scoresOfTask(task) as string[]).includes(score);
}

function monitored(task: Task, registry = new Registry()) {
  return createMonitor({
    model: { name: 'm' },
    features,
    outputs: outputs[task],
    registry,
    reference,
    clock: { now: () => startMs },
    alerts: {
      latencyP99Ms: 137,
      latencyP95Ms: 100,
      latencyP50Ms: 50,
      qualityObjective: 0.9,
      qualityErrorTolerance: 1,
      driftFreeObjective: 0.95,
      freshnessObjective: 0.9,
      expectedTargetDelay: '1d',
    },
    champion: { version: '0', largestError: 1 },
  });
}

describe.each(tasks)('the first scrape of a %s model', (task) => {
  it('shows every counter at 0 for all values of its closed labels', async () => {
    const registry = new Registry();
    monitored(task, registry);
    const text = (await renderMetrics(registry, 'prometheus')).body;
    const others = tasks.flatMap((other) => (other === task ? [] : ofTask[other]));
    const hasNegative = scoresOfTask(task).some((score) => qualityScores[score].low < 0);
    const counters = (Object.entries(catalogue) as [MetricName, MetricDeclaration][]).filter(
      ([name, { type, labels }]) =>
        type === 'counter' &&
        labels.includes('model_name') &&
        // Of segments that are named in the settings, and whose values have occurred.
        !labels.includes('segment') &&
        !others.includes(name) &&
        (hasNegative || name !== 'model_score_negative_sum_total'),
    );
    expect(counters.length).toBeGreaterThan(10);
    for (const [name, { labels, values = {} }] of counters) {
      const closed = labels.filter((label) => label in values);
      let combinations: string[][] = [[]];
      for (const label of closed) {
        combinations = combinations.flatMap((some) =>
          values[label]!.filter((value) => label !== 'score' || hasScore(task, value)).map(
            (value) => [...some, `${label}="${value}"`],
          ),
        );
      }
      const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
      for (const combination of combinations) {
        const found = lines.filter((line) => combination.every((pair) => line.includes(pair)));
        expect(found.length, `${name} ${combination}`).toBeGreaterThan(0);
        for (const line of found) expect(line).toMatch(/ 0$/);
      }
    }
  });

  it('has a bucket for the latency objective', async () => {
    const registry = new Registry();
    monitored(task, registry);
    expect((await renderMetrics(registry, 'prometheus')).body).toContain(
      'model_prediction_seconds_bucket{model_name="m",model_version="1",le="0.137"} 0',
    );
  });

  it('does not contain a model that was closed', async () => {
    const registry = new Registry();
    monitored(task, registry).close();
    expect((await renderMetrics(registry, 'prometheus')).body).not.toContain('model_name');
  });
});

describe('a categorical feature with more categories than are exported', () => {
  it('folds the rest into __other__ and counts the folded values', async () => {
    const registry = new Registry();
    const monitor = monitored('binary', registry);
    monitor.observe({
      rows: 62,
      features: [
        {
          names: ['distance', 'carrier'],
          data: Array.from({ length: 62 }, (_, row) => [row, `carrier-${row}`]).flat(),
        },
      ],
      outputs: [{ name: 'p', data: new Float32Array(62) }],
      durationSeconds: 0.01,
    });
    const text = (await renderMetrics(registry, 'prometheus')).body;
    const categories = text.match(/^model_feature_category_total\{.*/gm) ?? [];
    expect(categories).toHaveLength(53);
    const numberOf = (category: string): string | undefined =>
      categories.find((line) => line.includes(`category="${category}"`))?.split(' ')[1];
    expect([numberOf('__other__'), numberOf('__unseen__'), numberOf('__missing__')]).toEqual([
      '10',
      '2',
      '0',
    ]);
    expect(text).toContain(
      'model_monitor_label_overflow_total{model_name="m",model_version="1",label="category"} 10',
    );
  });
});
