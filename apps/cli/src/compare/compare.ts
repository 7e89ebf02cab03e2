import { overallState, verdictOf } from '@modelmeter/core/drift';
import type { Reader } from '../read/reader.js';
import { changesOver } from './changes.js';
import { compareChunks } from './chunks.js';
import { type CompareOptions, prepareComparison } from './comparison.js';
import type { DriftResult } from './drift-result.js';
import { countDuplicateRows } from './duplicate-rows.js';
import { createEvaluator } from './evaluator.js';
import { explainShifts } from './explain.js';
import { compareSegments } from './segments.js';
import { profileSides, sideResults } from './sides.js';
import { undecidedReasons } from './undecided.js';

/**
 * Compares two data sets, or profiles of them: as a whole, chunk by chunk and segment by segment.
 *
 * @throws CliError when a side cannot be read, or an option does not fit it.
 * @throws CoreError when the drift settings do not fit the features.
 */
export async function compare(reader: Reader, options: CompareOptions): Promise<DriftResult> {
  const comparison = await prepareComparison(reader, options);
  const sides = await profileSides(comparison);
  const evaluator = await createEvaluator(comparison, sides.history);
  const features = evaluator.whole(sides.reference, sides.current);
  const chunks = await compareChunks(comparison, sides.reference, evaluator);
  const segments = await compareSegments(comparison, sides.reference, evaluator);
  const shiftedSegments = await explainShifts(comparison, sides, evaluator, features);
  const duplicateRows = await countDuplicateRows(comparison);
  const { driftedFeatures, state } = verdictOf(features);
  const undecided = undecidedReasons(comparison, sides);
  return {
    ...sideResults(comparison, sides),
    features,
    ...(chunks === undefined ? {} : { chunks, changes: changesOver(features, chunks) }),
    ...(segments === undefined ? {} : { segments }),
    ...(shiftedSegments === undefined ? {} : { shiftedSegments }),
    ...(duplicateRows === undefined ? {} : { duplicateRows }),
    driftedFeatures,
    // Rows that repeat as they always did say nothing of the features.
    state:
      duplicateRows?.state === 'investigate' ? overallState([{ state }, duplicateRows]) : state,
    undecidedFeatures: features
      .filter(({ state }) => state === 'insufficient_data')
      .map(({ name }) => name),
    undecided,
  };
}
