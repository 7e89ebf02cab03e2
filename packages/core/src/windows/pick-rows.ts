import { blockColumns, type PredictionBatch, type TensorData } from '../prediction.js';

/** Copies rows of a row-major matrix. Floats keep their precision, since grids depend on it. */
export function pickRows(data: TensorData, rows: readonly number[], columns: number): TensorData {
  const length = rows.length * columns;
  if (data instanceof Float32Array) return fill(new Float32Array(length), data, rows, columns);
  if (data instanceof Float64Array) return fill(new Float64Array(length), data, rows, columns);
  return Array.from(
    { length },
    (_, index) => data[rows[Math.floor(index / columns)]! * columns + (index % columns)],
  );
}

/**
 * A batch of some rows of another. Data that does not divide into the rows of the batch stays as it
 * is. O(values of the rows).
 */
export function pickBatch(batch: PredictionBatch, rows: readonly number[]): PredictionBatch {
  const { predictionIds, segments } = batch;
  return {
    ...batch,
    rows: rows.length,
    features: batch.features.map((block) => ({
      ...block,
      data: pickRows(block.data, rows, blockColumns(block)),
    })),
    outputs: batch.outputs.map((output) => {
      const columns = output.data.length / batch.rows;
      if (!Number.isInteger(columns)) return output;
      return { ...output, data: pickRows(output.data, rows, columns) };
    }),
    predictionIds: predictionIds && rows.map((row) => predictionIds[row]!),
    segments:
      segments &&
      Object.fromEntries(
        Object.entries(segments).map(([name, values]) => [name, rows.map((row) => values[row])]),
      ),
  };
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
