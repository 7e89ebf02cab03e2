import { type Grouping, oneGroup } from '../profile/groups.js';
import { readNumbers } from '../profile/read-numbers.js';
import { referenceColumn } from '../read/columns.js';
import type { Reader } from '../read/reader.js';
import type { DataSource } from '../read/source.js';

/** Predictions of a chunk of rows with their targets, NaN where a target is missing. */
export interface ChunkRows {
  readonly key: string;
  /** The number of the group: its position, or the seconds of its start since 1970. */
  readonly group: number;
  readonly predictions: Float64Array;
  readonly targets: Float64Array;
  /** Rows without a usable prediction, which are left out. */
  readonly withoutPrediction: number;
}

/**
 * Reads the predictions and targets of a source, chunk by chunk in their order. Memory: 16 bytes a row.
 *
 * @param target Column of the targets; undefined when there are none yet.
 * @throws CliError COLUMN_UNKNOWN, COLUMN_UNSUITABLE.
 */
export async function readChunks(
  reader: Reader,
  source: DataSource,
  prediction: string,
  target: string | undefined,
  grouping: Grouping = oneGroup,
): Promise<ChunkRows[]> {
  const columns = [prediction, ...(target === undefined ? [] : [target])].map((name) =>
    referenceColumn(source, { name, type: 'numeric' }),
  );
  reader.progress.step(`Reading ${source.name}`);
  const chunks: ChunkRows[] = [];
  let open = emptyChunk();
  const close = (): void => {
    if (open.rows === 0) return;
    const { group, rows, predictions, targets } = open;
    chunks.push({
      key: grouping.keyOf(group, rows),
      group,
      predictions: Float64Array.from(predictions),
      targets: Float64Array.from(targets),
      withoutPrediction: rows - predictions.length,
    });
  };
  for await (const block of readNumbers(reader.database, source, columns, grouping)) {
    const [values, known] = block.columns;
    for (let row = 0; row < block.rows; row += 1) {
      const group = block.groups[row]!;
      if (open.rows === 0 || group !== open.group) {
        close();
        open = { ...emptyChunk(), group };
      }
      open.rows += 1;
      if (!Number.isFinite(values![row])) continue;
      open.predictions.push(values![row]!);
      open.targets.push(known?.[row] ?? Number.NaN);
    }
    reader.progress.advance(block.rows);
  }
  close();
  return chunks;
}

function emptyChunk() {
  return { group: 0, rows: 0, predictions: [] as number[], targets: [] as number[] };
}
