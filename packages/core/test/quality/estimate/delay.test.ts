import { describe, expect, it } from 'vitest';
import {
  arrivedBy,
  fitArrivalCurves,
  fitOffset,
  pendingProbability,
} from '../../../src/quality/estimate/delay.js';
import { logOdds, probabilityOf } from '../../../src/quality/estimate/logit-shift.js';

const sudden = { ages: [7], positives: [1], negatives: [1] };

describe('arrival curves', () => {
  const curves = fitArrivalCurves({ positives: [1, 2, 3, 4], negatives: [8, 9] }, [2, 4, 8]);

  it('are the shares of the targets that came by each age', () => {
    expect(curves).toEqual({ ages: [2, 4, 8], positives: [0.5, 1, 1], negatives: [0, 0, 0.5] });
    expect(arrivedBy(curves, 1.9)).toEqual({ positives: 0, negatives: 0 });
    expect(arrivedBy(curves, 5)).toEqual({ positives: 1, negatives: 0 });
    expect(arrivedBy(curves, 100)).toEqual({ positives: 1, negatives: 0.5 });
  });

  it('are 0 for an outcome without targets', () => {
    const none = fitArrivalCurves({ positives: [], negatives: [1] }, [1]);
    expect(none.positives).toEqual([0]);
  });
});

describe('a prediction whose target has not arrived', () => {
  it('has its probability while outcomes arrive at the same speed', () => {
    expect(pendingProbability(0.3, { positives: 0.6, negatives: 0.6 })).toBeCloseTo(0.3, 12);
  });

  it('is positive less often where positives arrive sooner', () => {
    // By Bayes: 0.3 x 0.2 / (0.3 x 0.2 + 0.7 x 1).
    expect(pendingProbability(0.3, { positives: 0.8, negatives: 0 })).toBeCloseTo(0.06 / 0.76, 12);
  });

  it('keeps its probability where all targets should have arrived', () => {
    expect(pendingProbability(0.3, { positives: 1, negatives: 1 })).toBe(0.3);
  });
});

describe('the offset of the log odds', () => {
  const probabilities = [0.1, 0.3, 0.5, 0.7, 0.9];
  const rows = 1e6;

  /** Exactly the targets that are expected of an offset, of which a part has arrived. */
  function cohortOf(offset: number, age: number, share: { positives: number; negatives: number }) {
    const actual = probabilities.map((p) => probabilityOf(logOdds(p) + offset));
    return {
      age,
      predictions: probabilities.map(() => rows),
      positives: actual.map((p) => rows * p * share.positives),
      negatives: actual.map((p) => rows * (1 - p) * share.negatives),
    };
  }

  it.each([-1, 0, 0.4])('%s is found from targets that are all in', (offset) => {
    const cohort = cohortOf(offset, 10, { positives: 1, negatives: 1 });
    expect(fitOffset(probabilities, [cohort], sudden, Infinity)).toBeCloseTo(offset, 4);
  });

  it.each([-1, 0, 0.4])('%s is found while positives arrive sooner than negatives', (offset) => {
    const curves = { ages: [1, 5], positives: [0.7, 0.9], negatives: [0.1, 0.6] };
    const cohorts = [1, 5].map((age) => cohortOf(offset, age, arrivedBy(curves, age)));
    expect(fitOffset(probabilities, cohorts, curves, Infinity)).toBeCloseTo(offset, 4);
  });

  it('would be wrong from the targets that have arrived alone', () => {
    const [curves, arrived] = [sudden, { positives: 0.7, negatives: 0.1 }];
    const cohort = cohortOf(0, 1, arrived);
    const only = {
      ...cohort,
      predictions: cohort.positives.map((count, level) => count + cohort.negatives[level]!),
    };
    expect(fitOffset(probabilities, [only], curves, Infinity)).toBeGreaterThan(1.9);
  });

  it('stays near 0 for few targets, and is 0 without any', () => {
    const few = { age: 9, predictions: [2], positives: [2], negatives: [0] };
    expect(fitOffset([0.5], [few], sudden, 0.2)).toBeLessThan(0.05);
    expect(fitOffset(probabilities, [], sudden, 0.2)).toBe(0);
  });
});
