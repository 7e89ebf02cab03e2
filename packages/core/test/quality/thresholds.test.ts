import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { buildReference, createMonitor, type Reference } from '../../src/index.js';
import { measureReferenceQuality } from '../../src/quality/reference-quality.js';
import { qualityThresholds } from '../../src/quality/thresholds.js';
import { monitorSettingsSchema } from '../../src/settings/monitor.js';
import type { ObjectivesOptions } from '../../src/settings/objectives.js';

function alertsOf(alerts: ObjectivesOptions) {
  return monitorSettingsSchema.parse({
    model: { name: 'm' },
    features: [{ name: 'x', type: 'numeric' }],
    outputs: { task: 'binary', score: 'p' },
    alerts,
  }).alerts;
}

/** A reference of predictions, which knows its quality where there are targets. */
function referenceOf(predictions: readonly number[], targets?: readonly number[]): Reference {
  return buildReference({
    ...{ modelName: 'm', modelVersion: '1', created: '2026-01-01T00:00:00Z', source: 'test' },
    features: [{ name: 'x', type: 'numeric' }],
    columns: { x: predictions },
    ...(targets === undefined
      ? {}
      : {
          quality: measureReferenceQuality({
            outputs: { task: 'regression', value: 'y' },
            predictions,
            targets,
          }),
        }),
  });
}

describe('the thresholds of quality scores', () => {
  it('are that of accuracy by default', () => {
    expect(qualityThresholds('binary', alertsOf({}))).toEqual([
      { score: 'accuracy', direction: 'below', value: 0.85 },
    ]);
  });

  it('are relative to the accuracy of the reference where it is known', () => {
    const alerts = alertsOf({ accuracyDrop: 0.05, accuracyThreshold: 0.6 });
    expect(qualityThresholds('binary', alerts, { accuracy: 0.92 })[0]!.value).toBeCloseTo(0.87, 12);
    expect(qualityThresholds('binary', alerts)[0]!.value).toBe(0.6);
    // A threshold of 0 or less could never be crossed.
    expect(qualityThresholds('binary', alerts, { accuracy: 0.05 })[0]!.value).toBe(0.6);
  });

  it('are relative to each score that the reference knows, else absolute where that is set', () => {
    const alerts = alertsOf({
      quality: {
        f1: { drop: 0.1, below: 0.5 },
        recall: { drop: 0.2 },
        brierScore: { rise: 0.05 },
      },
    });
    const relative = qualityThresholds('binary', alerts, { f1: 0.8, brier_score: 0.1 });
    expect(relative.slice(1)).toEqual([
      { score: 'f1', direction: 'below', value: expect.closeTo(0.7, 12) },
      { score: 'brier_score', direction: 'above', value: expect.closeTo(0.15, 12) },
    ]);
    expect(qualityThresholds('binary', alerts).slice(1)).toEqual([
      { score: 'f1', direction: 'below', value: 0.5 },
    ]);
    // A fall below 0 is none.
    expect(qualityThresholds('binary', alerts, { f1: 0.1, recall: 0.15 }).slice(1)).toEqual([
      { score: 'f1', direction: 'below', value: 0.5 },
    ]);
  });

  it('are published, and withdrawn with the reference that they are relative to', async () => {
    const registry = new Registry();
    const monitor = createMonitor({
      model: { name: 'm' },
      features: [{ name: 'x', type: 'numeric' }],
      outputs: { task: 'regression', value: 'y' },
      alerts: { quality: { meanAbsoluteError: { rise: 2 } } },
      reference: referenceOf([1, 2, 3], [2, 3, 4]),
      registry,
    });
    const published = async (): Promise<readonly number[]> => {
      const { values } = await registry.getSingleMetric('model_quality_threshold')!.get();
      return values.map(({ value }: { value: number }) => value);
    };
    expect(await published()).toEqual([3]);
    monitor.setReference(referenceOf([1, 2, 3], [5, 6, 7]));
    expect(await published()).toEqual([6]);
    monitor.setReference(referenceOf([1, 2, 3]));
    expect(await published()).toEqual([]);
    monitor.setReference(referenceOf([1, 2, 3], [1, 2, 3]));
    expect(await published()).toEqual([2]);
    monitor.close();
  });

  it('are those that the task has, on the side on which the score is worse', () => {
    const alerts = alertsOf({
      quality: { f1: { below: 0.8 }, brierScore: { above: 0.2 }, meanAbsoluteError: { above: 3 } },
    });
    expect(qualityThresholds('binary', alerts).slice(1)).toEqual([
      { score: 'f1', direction: 'below', value: 0.8 },
      { score: 'brier_score', direction: 'above', value: 0.2 },
    ]);
    expect(qualityThresholds('regression', alerts)).toEqual([
      { score: 'mean_absolute_error', direction: 'above', value: 3 },
    ]);
    // F1 of several classes is a mean over classes, which no counter holds.
    expect(qualityThresholds('multiclass', alerts).map(({ score }) => score)).toEqual(['accuracy']);
    expect(qualityThresholds('ranking', alerts)).toEqual([]);
  });

  it.each([
    { f1: { above: 0.8 } },
    { f1: {} },
    { f1: { drop: 0 } },
    { meanAbsoluteError: { rise: -1 } },
    { meanAbsoluteError: { drop: 1 } },
    { f1: { below: 1.2 } },
    { meanAbsoluteError: { above: Number.NaN } },
    { unknown: { below: 0.5 } },
  ])('refuse %j', (quality) => {
    expect(() => alertsOf({ quality: quality as object })).toThrow();
  });
});
