import type { OutputsConfig } from './settings/outputs.js';
import type { ErrorReason, UnreadReason } from './vocabulary.js';

/** Values of features or outputs, row-major. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | readonly (string | number | bigint | boolean | null | undefined)[];

/** One tensor of features: `rows x names.length`, row-major. Read during the call only. */
export interface FeatureBlock {
  readonly names: readonly string[];
  readonly data: TensorData;
}

/** One output of the model: `rows x columns`, row-major. Read during the call only. */
export interface OutputBlock {
  readonly name: string;
  readonly data: TensorData;
}

/** What an adapter tells about one call of a model. */
export interface PredictionBatch {
  /** Rows of the call; 0 is allowed. */
  readonly rows: number;
  readonly features: readonly FeatureBlock[];
  /** Empty when the call failed. */
  readonly outputs: readonly OutputBlock[];
  /** One id a row, under which targets will come; left out, no target can be joined. */
  readonly predictionIds?: readonly string[] | undefined;
  /** Real time of the call in seconds. */
  readonly durationSeconds: number;
  /** Set when the call failed; `cause` is what was thrown, for the hooks. */
  readonly error?: { readonly reason: ErrorReason; readonly cause?: unknown } | undefined;
  /**
   * Why features are not there though the call had some: left out by the sampling rate, or while
   * too many reads were under way. Such a call is counted and timed, its features are not.
   */
  readonly unread?: UnreadReason | undefined;
  /** What the caller gave for the hooks. */
  readonly context?: unknown;
}

/** A ground truth that came later. */
export interface Target {
  readonly predictionId: string;
  /** Binary: true/false or 1/0. Multiclass: the class. Regression: the number. */
  readonly value: string | number | boolean;
}

/**
 * The one value a row that quality and drift read of an output: the values themselves where there
 * is one column; the class with the highest score, missing where every score is NaN, where a
 * multiclass output has a score a class; else the last column, which of a binary score is the
 * positive class. Undefined where the data are no whole number of columns.
 *
 * @throws RangeError when a multiclass output has several columns and not one a class.
 */
export function outputValues(
  data: TensorData,
  rows: number,
  outputs: OutputsConfig,
): TensorData | undefined {
  if (data.length === rows) return data;
  const columns = data.length / rows;
  if (!Number.isInteger(columns) || columns === 0) return undefined;
  if (outputs.task === 'multiclass') return highestClasses(data, columns, outputs);
  if (data instanceof Float32Array || data instanceof Float64Array) {
    return data.filter((_, index) => index % columns === columns - 1);
  }
  return Array.from({ length: rows }, (_, row) => data[(row + 1) * columns - 1]!);
}

function highestClasses(
  scores: TensorData,
  columns: number,
  outputs: Extract<OutputsConfig, { task: 'multiclass' }>,
): TensorData {
  const { classes } = outputs;
  if (columns !== classes.length) {
    throw new RangeError(
      `the output "${outputs.class}" has ${columns} scores a row and outputs.classes has ${classes.length} names; name one a score, in their order`,
    );
  }
  return Array.from({ length: scores.length / columns }, (_, row) => {
    let best: number | undefined;
    let highest = Number.NEGATIVE_INFINITY;
    for (let column = 0; column < columns; column += 1) {
      const score = Number(scores[row * columns + column]);
      if (Number.isNaN(score) || (best !== undefined && score <= highest)) continue;
      best = column;
      highest = score;
    }
    return best === undefined ? null : classes[best]!;
  });
}

/** A value as a number, NaN where it is missing, undefined where it is none. */
export function numberOf(value: TensorData[number] | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  return value === null || value === undefined ? Number.NaN : undefined;
}
