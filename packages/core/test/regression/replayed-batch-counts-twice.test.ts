import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createMonitor } from '../../src/monitor.js';
import { buildReference } from '../../src/reference.js';

it('counts the rows of a batch that is sent again once in features, coverage and outcomes', async () => {
  const registry = new Registry();
  const features = [
    { name: 'x', type: 'numeric' },
    { name: 'kind', type: 'categorical' },
  ] as const;
  const reference = buildReference({
    modelName: 'm',
    modelVersion: '1',
    created: '',
    source: 'test',
    features,
    columns: { x: Float64Array.from([0, 1, 2, 3]), kind: ['a', 'b', 'a', 'b'] },
  });
  const monitor = createMonitor({
    model: { name: 'm' },
    features,
    outputs: { task: 'binary', score: 'p' },
    quality: { minimumSamples: 1 },
    reference,
    registry,
  });
  const observe = (ids: string[], x: number[], kinds: string[], scores: number[]): void =>
    monitor.observe({
      rows: ids.length,
      features: [
        { names: ['x'], data: Float64Array.from(x) },
        { names: ['kind'], data: kinds },
      ],
      outputs: [{ name: 'p', data: Float32Array.from(scores) }],
      predictionIds: ids,
      durationSeconds: 0.01,
    });
  const targets = ['1', '2', '3'].map((predictionId) => ({ predictionId, value: true }));
  observe(['1', '2'], [1, 2], ['a', 'b'], [0.9, 0.1]);
  monitor.recordTargets(targets);
  // The same again, with one new row between the known ones and one id twice in the batch.
  observe(['1', '3', '3', '2'], [1, 3, 0, 2], ['a', 'b', 'a', 'b'], [0.9, 0.8, 0.7, 0.1]);
  expect(monitor.recordTargets(targets)).toMatchObject({ matched: 1, duplicate: 2 });
  expect(monitor.recordTargets(targets)).toMatchObject({ matched: 0, duplicate: 3 });

  const text = await registry.metrics();
  const model = 'model_name="m",model_version="1"';
  const feature = (name: string): string =>
    `${model},feature="${name}",reference_id="${reference.id}"`;
  for (const line of [
    `model_outcomes_total{${model},outcome="tp"} 2`,
    `model_outcomes_total{${model},outcome="fn"} 1`,
    `model_prediction_duplicates_total{${model}} 3`,
    `model_target_coverage_ratio{${model}} 1`,
    `model_targets_pending{${model}} 0`,
    `model_feature_category_total{${feature('kind')},category="a"} 1`,
    `model_feature_category_total{${feature('kind')},category="b"} 2`,
    `model_targets_expired_total{${model},reason="capacity"} 0`,
    // The model was called twice, whatever its rows were.
    `model_predictions_total{${model},status="success"} 2`,
  ]) {
    expect(text).toContain(`${line}\n`);
  }
  expect(text).toMatch(/model_feature_value_bucket\{.*feature="x".*le="\+Inf"\} 3/);
});
