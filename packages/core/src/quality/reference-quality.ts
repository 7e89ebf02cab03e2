import type { TargetValue, TensorData } from '../prediction.js';
import { type OutputsConfig, outputNameOf } from '../settings/outputs.js';
import { createScoring } from './create-scoring.js';
import { fitErrors } from './estimate/error-estimate.js';
import { fitBinary } from './estimate/fit-binary.js';
import type { QualityEstimator, ReferenceQuality } from './estimate/reference-quality.js';
import { isScorable } from './scoring.js';

/** Chunks when the times of the rows are not known. */
const defaultChunks = 20;
const mostChunks = 60;
/** Rows with which the calibration of a chunk says something. */
const rowsPerChunk = 50;

/**
 * The quality of a model on rows with targets, and an estimator of its quality on rows without, for
 * `buildReference`. O(rows log rows).
 *
 * Rows whose prediction or target is missing or does not fit the task are left out. Only a binary model
 * and a regression have an estimator, if their targets are not all the same.
 *
 * @param options.predictions The declared output, as in a batch.
 * @param options.targets One for each row, as in `recordTargets`.
 * @param options.chunks The chunk of each row, whole numbers from 0, such as the number of its day. The
 * bands of estimates hold for predictions over about the time of a chunk. Of more than 60, neighbours
 * are merged. Without it the rows are cut into at most 20 chunks in their order.
 * @throws RangeError when there are not as many predictions, targets and chunks.
 */
export function measureReferenceQuality(options: {
  readonly outputs: OutputsConfig;
  readonly predictions: TensorData;
  readonly targets: ArrayLike<TargetValue | bigint | null | undefined>;
  readonly chunks?: ArrayLike<number>;
}): ReferenceQuality {
  const { outputs, targets, chunks } = options;
  const scoring = createScoring(outputs);
  const rows = targets.length;
  const block = { name: outputNameOf(outputs), data: options.predictions };
  const predictions = scoring.readOutputs([block], rows);
  if (predictions === undefined || (chunks !== undefined && chunks.length !== rows)) {
    throw new RangeError(
      `there are ${options.predictions.length} predictions, ${rows} targets${chunks === undefined ? '' : ` and ${chunks.length} chunks`}; give one of each for every row`,
    );
  }
  const sums = new Float64Array(scoring.width);
  const numbers: { prediction: number; target: number; chunk: number }[] = [];
  for (let row = 0; row < rows; row += 1) {
    const value = targets[row];
    const prediction = predictions[row];
    if (value === null || value === undefined || !isScorable(prediction)) continue;
    const target = scoring.readTarget(typeof value === 'bigint' ? Number(value) : value);
    if (target === undefined) continue;
    scoring.add(sums, prediction, target);
    if (typeof prediction !== 'number' || typeof target !== 'number') continue;
    numbers.push({ prediction, target, chunk: chunks?.[row] ?? 0 });
  }
  const { samples, scores } = scoring.scores(sums);
  const estimator = estimatorOf(
    outputs,
    Float64Array.from(numbers, ({ prediction }) => prediction),
    Float64Array.from(numbers, ({ target }) => target),
    chunks === undefined
      ? chunksInOrder(numbers.length)
      : renumbered(Float64Array.from(numbers, ({ chunk }) => chunk)),
  );
  return { samples, scores, ...(estimator === undefined ? {} : { estimator }) };
}

function estimatorOf(
  outputs: OutputsConfig,
  predictions: Float64Array,
  targets: Float64Array,
  chunks: ArrayLike<number>,
): QualityEstimator | undefined {
  if (new Set(targets).size < 2) return undefined;
  if (outputs.task === 'binary') {
    const { decisionThreshold } = outputs;
    return { task: 'binary', ...fitBinary(predictions, targets, chunks, decisionThreshold) };
  }
  if (outputs.task !== 'regression') return undefined;
  return { task: 'regression', ...fitErrors(predictions, targets, chunks) };
}

function chunksInOrder(rows: number): Float64Array {
  const chunks = Math.max(1, Math.min(defaultChunks, Math.floor(rows / rowsPerChunk)));
  return Float64Array.from({ length: rows }, (_, row) => Math.floor((row * chunks) / rows));
}

/** Renumbers chunks from 0 in their order; neighbours become one where there are too many. */
function renumbered(chunks: Float64Array): Float64Array {
  const numbers = [...new Set(chunks)].sort((a, b) => a - b);
  const kept = Math.min(mostChunks, numbers.length);
  const ranks = new Map(
    numbers.map((number, rank) => [number, Math.floor((rank * kept) / numbers.length)]),
  );
  return chunks.map((chunk) => ranks.get(chunk)!);
}
