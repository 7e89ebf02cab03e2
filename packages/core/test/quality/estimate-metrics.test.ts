import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { renderMetrics } from '../../src/metrics/render-metrics.js';
import { createMonitor } from '../../src/monitor.js';
import { measureReferenceQuality } from '../../src/quality/reference-quality.js';
import { buildReference } from '../../src/reference.js';
import { seededRandom, startMs } from '../support.js';

const features = [{ name: 'x', type: 'numeric' }] as const;
const outputs = { task: 'binary', score: 'p', decisionThreshold: 0.5 } as const;

function monitorWithQuality() {
  const random = seededRandom(5);
  const scores = Array.from({ length: 3000 }, random);
  const reference = buildReference({
    modelName: 'm',
    modelVersion: '1',
    created: '2026-01-01T00:00:00.000Z',
    source: 'rows of a test',
    features,
    columns: { x: scores },
    quality: measureReferenceQuality({
      outputs,
      predictions: scores,
      targets: scores.map((score) => random() < score),
    }),
  });
  const registry = new Registry();
  const state = { nowMs: startMs };
  const monitor = createMonitor({
    model: { name: 'm' },
    features,
    outputs,
    registry,
    reference,
    clock: { now: () => state.nowMs },
  });
  return {
    monitor,
    state,
    predict(scores: readonly number[], ids?: readonly string[], shift = 0) {
      monitor.observe({
        rows: scores.length,
        features: [{ names: ['x'], data: scores.map((score) => score + shift) }],
        outputs: [{ name: 'p', data: [...scores] }],
        ...(ids === undefined ? {} : { predictionIds: ids }),
        durationSeconds: 0.01,
      });
    },
    async series(name: string): Promise<string[]> {
      const { body } = await renderMetrics(registry, 'prometheus');
      return body.split('\n').filter((line) => line.startsWith(`${name}{`));
    },
  };
}

describe('the estimated quality of a monitor', () => {
  it('is published before any target has come, for predictions without ids too', async () => {
    const { monitor, predict, series } = monitorWithQuality();
    expect(await series('model_quality_estimate')).toEqual([]);
    predict(
      new Array(120).fill(0.8),
      Array.from({ length: 120 }, (_, row) => `a${row}`),
    );
    predict(new Array(80).fill(0.3));
    const { estimate } = monitor.quality();
    expect(estimate?.predictions).toBe(200);
    // 120 rows are right with a probability of about 0.8, and 80 with 0.7.
    expect(Math.abs(estimate!.scores.accuracy! - 0.76)).toBeLessThan(0.05);
    const accuracy = (await series('model_quality_estimate')).filter((line) =>
      line.includes('score="accuracy"'),
    );
    expect(accuracy).toHaveLength(1);
    expect(Number(accuracy[0]!.split(' ').at(-1))).toBeCloseTo(estimate!.scores.accuracy!, 12);
    expect(await series('model_quality_estimate_bound')).toHaveLength(
      2 * Object.keys(estimate!.bounds).length,
    );
    expect(await series('model_quality_estimate_withdrawn')).toEqual([
      expect.stringMatching(/reason="outside_support".* 0$/),
      expect.stringMatching(/reason="calibration_drift".* 0$/),
    ]);
    monitor.close();
  });

  it('is absent below the minimum of predictions', async () => {
    const { monitor, predict, series } = monitorWithQuality();
    predict(new Array(99).fill(0.8));
    expect(await series('model_quality_estimate')).toEqual([]);
    predict([0.2]);
    expect((await series('model_quality_estimate')).length).toBeGreaterThan(4);
    monitor.close();
  });

  it('gives way to its reason once it is withdrawn', async () => {
    const { monitor, predict, series } = monitorWithQuality();
    const ids = Array.from({ length: 200 }, (_, row) => `a${row}`);
    predict(new Array(200).fill(0.9), ids);
    expect((await series('model_quality_estimate')).length).toBeGreaterThan(4);
    monitor.recordTargets(ids.map((predictionId) => ({ predictionId, value: 0 })));
    expect(await series('model_quality_estimate')).toEqual([]);
    expect(await series('model_quality_estimate_withdrawn')).toEqual([
      expect.stringMatching(/reason="outside_support".* 0$/),
      expect.stringMatching(/reason="calibration_drift".* 1$/),
    ]);
    monitor.close();
  });

  it('is withdrawn where a feature lies outside of the reference', async () => {
    const { monitor, predict, state, series } = monitorWithQuality();
    const minuteMs = 60_000;
    predict(new Array(190).fill(0.5));
    predict(new Array(10).fill(0.5), undefined, 100);
    state.nowMs += 61 * minuteMs;
    predict(new Array(181).fill(0.5));
    predict(new Array(19).fill(0.5), undefined, 100);
    expect(monitor.quality().estimate!.withdrawn).toEqual([]);
    state.nowMs += 59 * minuteMs;
    expect(monitor.quality().estimate!.withdrawn).toEqual([
      {
        reason: 'outside_support',
        message: '9.5 % of the values of "x" are none of the reference',
      },
    ]);
    expect(await series('model_quality_estimate')).toEqual([]);
    monitor.close();
  });

  it('ends with a reference that has no quality', async () => {
    const { monitor, predict, series } = monitorWithQuality();
    predict(new Array(200).fill(0.9));
    const { quality: _, ...plain } = monitor.reference!;
    await series('model_quality_estimate');
    monitor.setReference(plain);
    expect(monitor.quality().estimate).toBeUndefined();
    expect(await series('model_quality_estimate')).toEqual([]);
    expect(await series('model_quality_estimate_withdrawn')).toEqual([]);
    monitor.close();
  });
});
