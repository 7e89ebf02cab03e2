import { describe, expect, it } from 'vitest';
import {
  type BinaryEstimate,
  type BinaryEstimator,
  estimateBinary,
} from '../../../src/quality/estimate/binary-estimate.js';
import { fitBinary } from '../../../src/quality/estimate/fit-binary.js';
import {
  type BinaryScoreName,
  type BinaryScores,
  binaryScoreNames,
  scoresOfLevels,
} from '../../../src/quality/estimate/score-levels.js';
import california from '../../fixtures/california.json' with { type: 'json' };

const { decisionThreshold, months } = california;
type Month = (typeof months)[number];

const reference = fitOn(months.filter(({ isReference }) => isReference));
const analysed = months.filter(({ isReference }) => !isReference);

function fitOn(chunks: readonly Month[]): BinaryEstimator {
  const rows = chunks.flatMap(({ rows }, chunk) =>
    rows.flatMap(([score = 0, negatives = 0, positives = 0]) => [
      ...new Array(negatives).fill({ score, target: 0, chunk }),
      ...new Array(positives).fill({ score, target: 1, chunk }),
    ]),
  );
  return fitBinary(
    rows.map(({ score }) => score),
    rows.map(({ target }) => target),
    rows.map(({ chunk }) => chunk),
    decisionThreshold,
  );
}

/** A month with a level for each score, or with one for each row, as if no scores were tied. */
function levelsOf({ rows }: Month, ties: 'tied' | 'untied' = 'tied') {
  const levels = rows.flatMap(([score = 0, negatives = 0, positives = 0]) => {
    const count = negatives + positives;
    return ties === 'tied' ? [{ score, count }] : new Array(count).fill({ score, count: 1 });
  });
  return {
    scores: levels.map(({ score }) => score),
    predictions: levels.map(({ count }) => count),
    decision: levels.filter(({ score }) => score < decisionThreshold).length,
  };
}

function realisedOf(month: Month): BinaryScores {
  return scoresOfLevels({
    negatives: month.rows.map(([, negatives = 0]) => negatives),
    positives: month.rows.map(([, , positives = 0]) => positives),
    decision: levelsOf(month).decision,
  });
}

describe('the months of NannyML’s California housing data', () => {
  it.each(months)('$month is estimated as NannyML does', (month) => {
    const { scores } = estimateBinary(reference, levelsOf(month));
    for (const name of binaryScoreNames) {
      // NannyML takes the average precision of rows with one score as if they had an order.
      const estimated = name === 'average_precision' ? undefined : scores[name];
      if (estimated === undefined) continue;
      expect(Math.abs(estimated - month.estimated[name]!)).toBeLessThan(1e-6);
    }
    const untied = estimateBinary(reference, levelsOf(month, 'untied'));
    const precision = untied.scores.average_precision!;
    expect(Math.abs(precision - month.estimated.average_precision)).toBeLessThan(1e-6);
    expect(Math.abs(scores.average_precision! - precision)).toBeLessThan(0.005);
  });

  it.each(months)('$month is scored as scikit-learn does', (month) => {
    const realised = realisedOf(month);
    const expected: BinaryScores = month.realised;
    for (const name of binaryScoreNames) {
      if (expected[name] === undefined) continue;
      expect(Math.abs(realised[name]! - expected[name])).toBeLessThan(1e-11);
    }
  });

  it('lie in bands in at least 90 % of the months where those of NannyML hold 58 %', () => {
    const held = (bandOf: (month: Month, name: BinaryScoreName) => BandOrNone) =>
      Object.fromEntries(
        (['roc_auc', 'accuracy', 'average_precision'] as const).map((name) => {
          const inside = analysed.filter((month) => {
            const band = bandOf(month, name);
            const value = realisedOf(month)[name]!;
            return band !== undefined && band.low <= value && value <= band.high;
          });
          return [name, inside.length];
        }),
      );
    const estimates = new Map(
      analysed.map((month): [Month, BinaryEstimate] => [
        month,
        estimateBinary(reference, levelsOf(month)),
      ]),
    );
    expect(held((month, name) => ({ low: month.low[name]!, high: month.high[name]! }))).toEqual({
      roc_auc: 7,
      accuracy: 2,
      average_precision: 2,
    });
    expect(held((month, name) => estimates.get(month)!.bounds[name])).toEqual({
      roc_auc: 11,
      accuracy: 12,
      average_precision: 8,
    });
    expect(analysed).toHaveLength(12);
  });

  it('lie in bands that are narrower than saying nothing', () => {
    for (const month of analysed) {
      const { bounds } = estimateBinary(reference, levelsOf(month));
      expect(bounds.roc_auc!.high - bounds.roc_auc!.low).toBeLessThan(0.3);
    }
  });
});

type BandOrNone = { readonly low: number; readonly high: number } | undefined;
