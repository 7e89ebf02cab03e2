import {
  blockColumns,
  type FeatureBlock,
  type PredictionBatch,
  type TensorData,
} from '../prediction.js';

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
          data: pick(block.data, rows, blockColumns(block)),
        })),
        output: output === undefined ? undefined : pick(output, rows, 1),
      },
    ]),
  );
}

/** Copies rows of a row-major matrix. Floats keep their precision, since grids depend on it. */
function pick(data: TensorData, rows: readonly number[], columns: number): TensorData {
  const length = rows.length * columns;
  if (data instanceof Float32Array) return fill(new Float32Array(length), data, rows, columns);
  if (data instanceof Float64Array) return fill(new Float64Array(length), data, rows, columns);
  return Array.from(
    { length },
    (_, index) => data[rows[Math.floor(index / columns)]! * columns + (index % columns)],
  );
}

function fill<Target extends Float32Array | Float64Array>(
  target: Target,
  data: Target,
  rows: readonly number[],
  columns: number,
): Target {
  for (const [index, row] of rows.entries()) {
    target.set(data.subarray(row * columns, (row + 1) * columns), index * columns);
  }
  return target;
}
