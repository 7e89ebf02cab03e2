import {
  blockColumns,
  type FeatureBlock,
  type PredictionBatch,
  type TensorData,
} from '../prediction.js';
import { pickRows } from './pick-rows.js';

/** The rows of a batch that belong to one segment. */
export interface SegmentRows {
  readonly rows: number;
  readonly features: readonly FeatureBlock[];
  readonly output: TensorData | undefined;
}

/**
 * Splits a batch by the value of a feature. O(rows x columns).
 *
 * @param segmentOf The segment of a value; undefined leaves its row out.
 */
export function segmentRows(
  batch: PredictionBatch,
  output: TensorData | undefined,
  feature: string,
  segmentOf: (value: unknown) => string | undefined,
): ReadonlyMap<string, SegmentRows> {
  const block = batch.features.find(({ names }) => names.includes(feature));
  if (block === undefined) return new Map();
  const position = block.names.indexOf(feature);
  const rowsOf = new Map<string, number[]>();
  for (let row = 0; row < batch.rows; row += 1) {
    const segment = segmentOf(block.data[row * block.names.length + position]);
    if (segment === undefined) continue;
    const rows = rowsOf.get(segment);
    if (rows === undefined) rowsOf.set(segment, [row]);
    else rows.push(row);
  }
  return new Map(
    Array.from(rowsOf, ([segment, rows]) => [
      segment,
      {
        rows: rows.length,
        features: batch.features.map((block) => ({
          ...block,
          data: pickRows(block.data, rows, blockColumns(block)),
        })),
        output: output === undefined ? undefined : pickRows(output, rows, 1),
      },
    ]),
  );
}
