import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binaryScoreNames,
  binnedDecision,
  binnedLevelOf,
  binnedLevels,
  binnedScores,
  type ScoreLevels,
  samplingErrors,
  scoresOfLevels,
} from '../../../src/quality/estimate/score-levels.js';
import fixture from '../../fixtures/estimates.json' with { type: 'json' };

type Case = (typeof fixture.scores)[number];

/** Expected outcomes by distinct score, and the variance of the positives of each. */
function levelsOf({ scores, probabilities, threshold }: Case): ScoreLevels & {
  readonly variances: Float64Array;
} {
  const distinct = [...new Set(scores)].sort((a, b) => a - b);
  const decision = distinct.filter((score) => score < threshold).length;
  const [positives, negatives, variances] = [0, 1, 2].map(
    () => new Float64Array(distinct.length),
  ) as [Float64Array, Float64Array, Float64Array];
  for (const [row, score] of scores.entries()) {
    const level = distinct.indexOf(score);
    const p = probabilities[row]!;
    positives[level]! += p;
    negatives[level]! += 1 - p;
    variances[level]! += p * (1 - p);
  }
  return { positives, negatives, decision, variances };
}

describe('scores of rows by level', () => {
  it.each(fixture.scores)('equal scikit-learn: $name', (one) => {
    const scores = scoresOfLevels(levelsOf(one));
    expect(Object.keys(scores).sort()).toEqual(Object.keys(one.expected).sort());
    for (const name of binaryScoreNames) {
      const expected = one.expected[name];
      if (expected !== undefined) expect(scores[name]).toBeCloseTo(expected, 12);
    }
  });

  it('are left out where they are undefined', () => {
    expect(scoresOfLevels({ positives: [], negatives: [], decision: 0 })).toEqual({});
    expect(scoresOfLevels({ positives: [0, 0], negatives: [3, 1], decision: 1 })).toEqual({
      accuracy: 0.75,
      precision: 0,
      f1: 0,
      specificity: 0.75,
    });
  });

  it('have the sampling errors of repeated draws of the targets', () => {
    const one = fixture.scores.at(-1)!;
    const levels = levelsOf(one);
    const errors = samplingErrors(levels, levels.variances);
    for (const name of binaryScoreNames) {
      // 4000 draws give a standard deviation to about 1 %.
      expect(errors[name]! / one.errors![name]!).toBeGreaterThan(0.95);
      expect(errors[name]! / one.errors![name]!).toBeLessThan(1.05);
    }
  });

  it('have no sampling error when every target is known', () => {
    const levels = { positives: [1, 4], negatives: [3, 1], decision: 1 };
    expect(samplingErrors(levels, [0, 0])).toEqual({});
  });
});

describe('levels of a histogram of scores', () => {
  it('ascend, and separate the scores on both sides of the threshold', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (a, b, threshold) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          const level = binnedLevelOf(low, threshold);
          expect(level).toBeLessThanOrEqual(binnedLevelOf(high, threshold));
          expect(level >= binnedDecision(threshold)).toBe(low >= threshold);
          expect(level).toBeLessThan(binnedLevels);
        },
      ),
    );
  });

  it('have ascending scores on their side of the threshold', () => {
    const scores = binnedScores(0.4);
    expect(scores).toHaveLength(binnedLevels);
    expect([...scores].sort((a, b) => a - b)).toEqual([...scores]);
    for (const [level, score] of scores.entries()) {
      expect(score >= 0.4).toBe(level >= binnedDecision(0.4));
      expect(binnedLevelOf(score, 0.4)).toBe(level);
    }
  });
});
