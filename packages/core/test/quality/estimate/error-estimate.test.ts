import { describe, expect, it } from 'vitest';
import {
  errorBinOf,
  estimateErrors,
  fitErrors,
} from '../../../src/quality/estimate/error-estimate.js';
import fixture from '../../fixtures/estimates.json' with { type: 'json' };
import { seededRandom } from '../../support.js';

const { predictions, targets, current, edges, expected } = fixture.errors;
const oneChunk = predictions.map(() => 0);

function counted(of: readonly number[], rows: readonly number[]): Float64Array {
  const counts = new Float64Array(of.length + 1);
  for (const row of rows) counts[errorBinOf(of, row)]! += 1;
  return counts;
}

describe('expected errors of a regression', () => {
  it('are those of the reference at such predictions', () => {
    const estimator = fitErrors(predictions, targets, oneChunk);
    expect(estimator.edges).toEqual(edges);
    const { scores, bounds } = estimateErrors(estimator, counted(estimator.edges, current));
    expect(scores.mean_absolute_error).toBeCloseTo(expected.mean_absolute_error, 12);
    expect(scores.root_mean_squared_error).toBeCloseTo(expected.root_mean_squared_error, 12);
    expect(bounds).toEqual({});
  });

  it('lie in their bands, which are as wide as chunks differ', () => {
    const random = seededRandom(3);
    const draw = (rows: number, scale: number) => {
      const predicted = Array.from({ length: rows }, () => 10 * random());
      return {
        predicted,
        actual: predicted.map((value) => value + scale * (1 + value / 5) * (random() - 0.5)),
      };
    };
    const chunks = Array.from({ length: 30 }, () => draw(200, 0.7 + 0.6 * random()));
    const estimator = fitErrors(
      chunks.flatMap(({ predicted }) => predicted),
      chunks.flatMap(({ actual }) => actual),
      chunks.flatMap(({ predicted }, chunk) => predicted.map(() => chunk)),
    );
    let held = 0;
    for (let trial = 0; trial < 200; trial += 1) {
      const { predicted, actual } = draw(200, 0.7 + 0.6 * random());
      const band = estimateErrors(estimator, counted(estimator.edges, predicted)).bounds;
      const error = predicted.reduce((sum, value, row) => sum + Math.abs(value - actual[row]!), 0);
      const { low, high } = band.mean_absolute_error!;
      if (low <= error / 200 && error / 200 <= high) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(186);
    expect(held).toBeLessThanOrEqual(200);
  });

  it('are 0 for a perfect model, and absent without predictions', () => {
    const estimator = fitErrors([1, 2, 3], [1, 2, 3], [0, 1, 2]);
    expect(estimateErrors(estimator, counted(estimator.edges, [5])).scores).toEqual({
      mean_absolute_error: 0,
      root_mean_squared_error: 0,
    });
    expect(estimateErrors(estimator, counted(estimator.edges, []))).toEqual({
      predictions: 0,
      scores: {},
      bounds: {},
    });
  });

  it('are those of all rows when every prediction is the same', () => {
    const estimator = fitErrors(new Array(100).fill(4), new Array(100).fill(6), oneChunk);
    expect(estimator.edges).toEqual([]);
    expect(estimateErrors(estimator, [7]).scores.mean_absolute_error).toBe(2);
  });
});
