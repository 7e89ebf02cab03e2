import type { OutputsConfig, OutputsOf } from './settings/outputs.js';
import type { ErrorReason, UnreadReason } from './vocabulary.js';

/**
 * Values of features or outputs, row-major.
 *
 * Whole numbers above 2^53 keep their digits as categories when they are bigint or text; as numbers
 * they have lost them already. A numeric feature takes any number to the nearest double.
 */
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

/**
 * One tensor of features: `rows x names.length`, row-major; an embedding has a block of its own,
 * `rows x dimension`. Read during the call only.
 */
export interface FeatureBlock {
  readonly names: readonly string[];
  readonly data: TensorData;
  /** Values per vector of an embedding; left out for features with one value per row. */
  readonly dimension?: number | undefined;
}

/** Values per row of a block. */
export function blockColumns({ names, dimension = 1 }: FeatureBlock): number {
  return names.length * dimension;
}

/** One output of the model: `rows x columns`, row-major. Read during the call only. */
export interface OutputBlock {
  readonly name: string;
  readonly data: TensorData;
}

/** Values by name that tell segments apart, one per row; null or undefined where one is missing. */
export type SegmentValues = Readonly<
  Record<string, readonly (string | number | boolean | null | undefined)[]>
>;

/** One call of a model, as reported by an adapter. */
export interface PredictionBatch {
  /** Rows of the call; 0 is allowed. */
  readonly rows: number;
  readonly features: readonly FeatureBlock[];
  /** Empty when the call failed. */
  readonly outputs: readonly OutputBlock[];
  /** One id per row, to which targets refer; without ids no target can be joined. */
  readonly predictionIds?: readonly string[] | undefined;
  /**
   * When the predictions were made, in milliseconds since the Unix epoch, where that is not now. At
   * most `quality.targetTimeToLive` ago, and 5 minutes ahead for clocks that differ.
   */
  readonly timeMs?: number | undefined;
  /**
   * Values by name that only tell segments apart, one per row: the names that `quality.segments` lists
   * and that are not features.
   */
  readonly segments?: SegmentValues | undefined;
  /** Elapsed time of the call in seconds. */
  readonly durationSeconds: number;
  /** Set when the call failed; `cause` is what was thrown, for the hooks. */
  readonly error?: { readonly reason: ErrorReason; readonly cause?: unknown } | undefined;
  /**
   * Why the features of the call were not read: skipped by the sampling rate, or because too many
   * reads were pending. The call itself is counted and timed.
   */
  readonly unread?: UnreadReason | undefined;
  /** The context that the caller passed for the hooks. */
  readonly context?: unknown;
}

/**
 * A true outcome. Binary: true/false or 1/0. Multiclass: the class. Multilabel: the labels that
 * apply. Regression: the number. Ranking: the ids of the relevant items, or their gains by id.
 */
export type TargetValue =
  | string
  | number
  | boolean
  | readonly (string | number)[]
  | Readonly<Record<string, number>>;

/** Whether a target is a list of names. */
export function isNameList(value: TargetValue): value is readonly (string | number)[] {
  return Array.isArray(value);
}

/** The true outcome of a prediction, known later. */
export interface Target {
  readonly predictionId: string;
  readonly value: TargetValue;
  /**
   * When the outcome became known, in milliseconds since the Unix epoch, where that is not now; its
   * delay counts up to then. At most 5 minutes ahead.
   */
  readonly timeMs?: number | undefined;
}

/**
 * The value per row that quality and drift use of an output. With one column, its values. For a
 * multiclass output with one score per class, the class with the highest score, null if every score
 * is NaN; for a multilabel output the number of labels given, for a ranking its first item.
 * Otherwise the last column, which is the positive class of a binary score. Undefined if the number
 * of values is not a multiple of the rows. O(values).
 *
 * @throws RangeError when a multiclass output has several columns but not one per class.
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
  if (outputs.task === 'multilabel') return labelsGiven(data, columns, outputs);
  if (outputs.task === 'ranking') {
    return Array.from({ length: rows }, (_, row) => data[row * columns]!);
  }
  if (data instanceof Float32Array || data instanceof Float64Array) {
    return data.filter((_, index) => index % columns === columns - 1);
  }
  return Array.from({ length: rows }, (_, row) => data[(row + 1) * columns - 1]!);
}

function highestClasses(
  scores: TensorData,
  columns: number,
  outputs: OutputsOf<'multiclass'>,
): TensorData {
  const { classes } = outputs;
  if (columns !== classes.length) {
    throw new RangeError(
      `the output "${outputs.class}" has ${columns} scores per row and outputs.classes has ${classes.length} names; name one class per score, in the same order`,
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

/** The number of labels whose score reaches the threshold; NaN where a score is missing. */
function labelsGiven(
  scores: TensorData,
  columns: number,
  { decisionThreshold }: OutputsOf<'multilabel'>,
): Float64Array {
  const given = new Float64Array(scores.length / columns);
  for (let index = 0; index < scores.length; index += 1) {
    const score = Number(scores[index] ?? Number.NaN);
    const row = Math.floor(index / columns);
    if (Number.isNaN(score)) given[row] = Number.NaN;
    else if (score >= decisionThreshold) given[row]! += 1;
  }
  return given;
}

/** A value as a number: NaN if it is missing, undefined if it is not a number. */
export function numberOf(value: TensorData[number] | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  return value === null || value === undefined ? Number.NaN : undefined;
}
