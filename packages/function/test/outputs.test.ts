import { createMonitor, type Target } from '@modelmeter/core';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { monitorFunction } from '../src/index.js';

const features = [{ name: 'size', type: 'numeric' }] as const;
const rows = [{ size: 1 }, { size: 2 }];

function scored(
  outputs: Parameters<typeof createMonitor>[0]['outputs'],
  result: unknown,
  values: readonly Target['value'][],
) {
  const monitor = createMonitor({
    model: { name: 'm' },
    features,
    outputs,
    registry: new Registry(),
    onMonitorError: (_, error) => {
      throw error;
    },
  });
  const predict = monitorFunction((_: typeof rows) => result, monitor);
  const ids = values.map((_, row) => `row ${row}`);
  monitor.withCall({ predictionIds: ids }, () => predict(rows));
  monitor.recordTargets(values.map((value, row) => ({ predictionId: ids[row]!, value })));
  const { samples, scores } = monitor.quality();
  monitor.close();
  expect(samples).toBe(values.length);
  return scores;
}

describe('a result with a list of values for each row', () => {
  it('is a ranking of items, of which some may be shorter', () => {
    const result = [['a', 'b', 'c'], ['d']];
    const scores = scored({ task: 'ranking', items: 'items', k: 3 }, result, [['b'], ['x', 'd']]);
    expect(scores.mean_reciprocal_rank).toBe((1 / 2 + 1) / 2);
    expect(scores.hit_rate).toBe(1);
    const named = scored({ task: 'ranking', items: 'items' }, { items: result }, [['b'], ['d']]);
    expect(named.mean_reciprocal_rank).toBe(0.75);
  });

  it('has the scores of all labels, or of all classes', () => {
    const result = [Float32Array.of(0.9, 0.8), [0.1, 0.7]];
    const labels = ['new', 'urgent'];
    const given = scored({ task: 'multilabel', scores: 's', labels }, result, [
      ['new'],
      ['urgent'],
    ]);
    expect(given.hamming_loss).toBe(0.25);
    expect(given.subset_accuracy).toBe(0.5);
    const classes = scored({ task: 'multiclass', class: 's', classes: labels }, result, [
      'new',
      'new',
    ]);
    expect(classes.accuracy).toBe(0.5);
  });
});
