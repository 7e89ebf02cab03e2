import { describe, expect, it } from 'vitest';
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

describe('the thresholds of quality scores', () => {
  it('are that of accuracy by default', () => {
    expect(qualityThresholds('binary', alertsOf({}))).toEqual([
      { score: 'accuracy', direction: 'below', value: 0.85 },
    ]);
  });

  it('are relative to the accuracy of the reference where it is known', () => {
    const alerts = alertsOf({ accuracyDrop: 0.05, accuracyThreshold: 0.6 });
    expect(qualityThresholds('binary', alerts, 0.92)[0]!.value).toBeCloseTo(0.87, 12);
    expect(qualityThresholds('binary', alerts)[0]!.value).toBe(0.6);
    // A threshold of 0 or less could never be crossed.
    expect(qualityThresholds('binary', alerts, 0.05)[0]!.value).toBe(0.6);
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
    { f1: { below: 1.2 } },
    { meanAbsoluteError: { above: Number.NaN } },
    { unknown: { below: 0.5 } },
  ])('refuse %j', (quality) => {
    expect(() => alertsOf({ quality: quality as object })).toThrow();
  });
});
