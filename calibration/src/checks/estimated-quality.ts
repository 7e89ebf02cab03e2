import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BinaryScoreName,
  binaryScoreNames,
  estimateOfRows,
  measureReferenceQuality,
  scoresOfRows,
} from '@modelmeter/core/quality';
import { percent, type Row } from '../row.js';

/** A month of NannyML's California housing data, and what NannyML says of it. */
interface Month {
  readonly month: string;
  readonly isReference: boolean;
  /** Rows at each score by target. */
  readonly rows: readonly (readonly [score: number, negatives: number, positives: number])[];
  readonly estimated: Scores;
  readonly low: Scores;
  readonly high: Scores;
}

type Scores = { readonly [name in BinaryScoreName]?: number };

interface California {
  readonly decisionThreshold: number;
  readonly months: readonly Month[];
}

/** Where the months are, seen from the repository. */
const fixture = 'packages/core/test/fixtures/california.json';
/** Scores whose bands are promised to hold; the bands of the others are printed. */
const promised: readonly BinaryScoreName[] = ['roc_auc', 'accuracy'];
const leastCoverage = 0.9;
const largestDifference = 1e-6;

/** @param repository Folder of the repository. */
export async function readCalifornia(repository: string): Promise<California> {
  return JSON.parse(await readFile(join(repository, fixture), 'utf8'));
}

/**
 * Estimates without targets of the months after the reference: their distance from those of NannyML,
 * and how often the bands of both hold what came true.
 */
export function estimatedQualityRows({ decisionThreshold, months }: California): Row[] {
  const reference = months.filter(({ isReference }) => isReference).map(rowsOf);
  const { estimator } = measureReferenceQuality({
    outputs: { task: 'binary', score: 'score', decisionThreshold },
    predictions: reference.flatMap(({ scores }) => scores),
    targets: reference.flatMap(({ targets }) => targets),
    chunks: reference.flatMap(({ scores }, chunk) => scores.map(() => chunk)),
  });
  const found = months
    .filter(({ isReference }) => !isReference)
    .map((month) => {
      const { scores, targets } = rowsOf(month);
      return {
        month,
        ours: estimateOfRows(estimator!, scores),
        realised: scoresOfRows(estimator!, scores, targets),
      };
    });
  return binaryScoreNames.map((name) => {
    let difference = 0;
    const bands = { ours: 0, theirs: 0, months: 0 };
    for (const { month, ours, realised } of found) {
      const [own, theirs, value] = [ours.scores[name], month.estimated[name], realised[name]];
      if (own !== undefined && theirs !== undefined) {
        difference = Math.max(difference, Math.abs(own - theirs));
      }
      const band = ours.bounds[name];
      if (value === undefined || band === undefined) continue;
      bands.months += 1;
      if (band.low <= value && value <= band.high) bands.ours += 1;
      if (month.low[name]! <= value && value <= month.high[name]!) bands.theirs += 1;
    }
    const coverage = bands.ours / bands.months;
    // NannyML gives rows of one score an order; its average precision is not that of tied rows.
    const isSame = name === 'average_precision' || difference <= largestDifference;
    const isPromised = promised.includes(name);
    return {
      check: `${name}, ${bands.months} months`,
      measured: `${difference.toExponential(0)} from NannyML; bands hold ${percent(coverage)}, those of NannyML ${percent(bands.theirs / bands.months)}`,
      goal: [
        ...(name === 'average_precision' ? [] : [`≤ ${largestDifference.toExponential(0)}`]),
        ...(isPromised ? [`≥ ${percent(leastCoverage)}`] : []),
      ].join('; '),
      ...(name === 'average_precision' && !isPromised
        ? {}
        : { met: isSame && (!isPromised || coverage >= leastCoverage) }),
    };
  });
}

/** How to read the lines of `estimatedQualityRows`. */
export const estimatedQualityNotes: readonly string[] = [
  'The largest difference from the estimate of NannyML, and the months whose realised score lies in the 95 % band.',
];

function rowsOf({ rows }: Month): { scores: number[]; targets: number[] } {
  const scores: number[] = [];
  const targets: number[] = [];
  for (const [at, negatives, positives] of rows) {
    for (let row = 0; row < negatives + positives; row += 1) {
      scores.push(at);
      targets.push(row < negatives ? 0 : 1);
    }
  }
  return { scores, targets };
}
