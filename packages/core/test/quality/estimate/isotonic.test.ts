import { describe, expect, it } from 'vitest';
import {
  expectedCalibrationError,
  fitCalibration,
} from '../../../src/quality/estimate/calibration.js';
import {
  fitIsotonic,
  noCalibration,
  probabilityAt,
} from '../../../src/quality/estimate/isotonic.js';
import fixture from '../../fixtures/estimates.json' with { type: 'json' };
import { seededRandom } from '../../support.js';

describe('isotonic regression', () => {
  it.each(fixture.isotonic)(
    'equals scikit-learn: $name',
    ({ scores, targets, queries, expected }) => {
      const calibration = fitIsotonic(scores, targets);
      for (const [index, query] of queries.entries()) {
        expect(probabilityAt(calibration, query)).toBeCloseTo(expected[index]!, 12);
      }
    },
  );

  it('is the same from rows and from counts at each score', () => {
    const { scores, targets } = fixture.isotonic[1]!;
    const levels = [...new Set(scores)];
    const rowsAt = (level: number): number[] => targets.filter((_, row) => scores[row] === level);
    const counted = fitIsotonic(
      levels,
      levels.map((level) => rowsAt(level).reduce((sum, target) => sum + target, 0)),
      levels.map((level) => rowsAt(level).length),
    );
    expect(counted).toEqual(fitIsotonic(scores, targets));
  });

  it('calibrates nothing without rows', () => {
    expect(fitIsotonic([], [])).toBe(noCalibration);
    expect(fitIsotonic([0.5], [0], [0])).toBe(noCalibration);
  });
});

describe('the choice of a calibration', () => {
  const random = seededRandom(7);
  const scores = Float64Array.from({ length: 5000 }, random);
  const targetsOf = (probability: (score: number) => number): Float64Array =>
    scores.map((score) => Number(random() < probability(score)));

  it('leaves scores alone that are probabilities', () => {
    const scored = fitCalibration([0, 0, 1, 1, 0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 0, 1, 0, 1, 0, 1]);
    expect(scored).toBe(noCalibration);
  });

  it('lowers the calibration error of scores that are none', () => {
    const targets = targetsOf((score) => score ** 3);
    const calibration = fitCalibration(scores, targets);
    const after = scores.map((score) => probabilityAt(calibration, score));
    expect(expectedCalibrationError(scores, targets)).toBeGreaterThan(0.2);
    expect(expectedCalibrationError(after, targets)).toBeLessThan(0.01);
    expect(probabilityAt(calibration, 0.8)).toBeCloseTo(0.8 ** 3, 1);
  });
});

describe('the expected calibration error', () => {
  it('is the mean difference in bins of equally many rows', () => {
    expect(
      expectedCalibrationError(new Array(10).fill(0.1), [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    ).toBeCloseTo(0, 12);
    // Ten bins of one row each.
    const apart = [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95];
    expect(expectedCalibrationError(apart, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1])).toBeCloseTo(0.25, 12);
  });

  it('is 0 without rows', () => {
    expect(expectedCalibrationError([], [])).toBe(0);
  });
});
