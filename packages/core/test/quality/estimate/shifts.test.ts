import { describe, expect, it } from 'vitest';
import { estimateLabelShift } from '../../../src/quality/estimate/label-shift.js';
import { fitLogitShift, logOdds, shifted } from '../../../src/quality/estimate/logit-shift.js';
import fixture from '../../fixtures/estimates.json' with { type: 'json' };

describe('a shift on the scale of log odds', () => {
  it.each(fixture.logitShift)('is the most likely one of logistic regression', (one) => {
    const { intercept, slope } = fitLogitShift(one.probabilities, one.positives, one.negatives);
    expect(intercept).toBeCloseTo(one.intercept, 6);
    expect(slope).toBeCloseTo(one.slope, 6);
  });

  it('is none without rows, and finite for rows that are all positive', () => {
    expect(fitLogitShift([0.2, 0.8], [0, 0], [0, 0])).toEqual({ intercept: 0, slope: 1 });
    const { intercept, slope } = fitLogitShift([0.001, 0.999], [1e9, 1e9], [0, 0]);
    expect(Number.isFinite(intercept) && Number.isFinite(slope)).toBe(true);
    expect(shifted({ intercept, slope }, 0.001)).toBeGreaterThan(0.5);
  });

  it('keeps the ends of the probabilities finite', () => {
    expect(Number.isFinite(logOdds(0))).toBe(true);
    expect(logOdds(1)).toBeCloseTo(-logOdds(0), 9);
    expect(shifted({ intercept: 0, slope: 1 }, 0.3)).toBeCloseTo(0.3, 12);
  });
});

describe('a label shift', () => {
  it.each(fixture.labelShift)('has the most likely share of positives', (one) => {
    const found = estimateLabelShift(one.counts, one.probabilities, one.prevalence);
    expect(found.prevalence).toBeCloseTo(one.expected, 5);
    const rows = one.counts.reduce((sum, count) => sum + count, 0);
    const expected = one.counts.reduce(
      (sum, count, level) => sum + count * found.probabilities[level]!,
      0,
    );
    expect(expected / rows).toBeCloseTo(found.prevalence, 6);
  });

  it('is none without predictions', () => {
    const { prevalence, probabilities } = estimateLabelShift([0, 0], [0.2, 0.7], 0.4);
    expect(prevalence).toBe(0.4);
    expect(probabilities[0]).toBeCloseTo(0.2, 12);
  });
});
