import { CoreError } from './errors.js';
import { numberOf, type TensorData } from './prediction.js';

/** Vectors row by row, as one array of numbers. */
export type VectorData = Float32Array | Float64Array;

/**
 * The vectors of a value as one array, row-major: of an array with one vector after the other, or of
 * a list of vectors. A vector that is null or undefined is NaN throughout, as is a value that is not
 * a number. Float arrays are returned as they are. O(values).
 *
 * @param name Name of the feature, for the message of an error.
 * @throws CoreError BATCH_INVALID when a vector does not have `dimension` values.
 */
export function vectorData(value: unknown, dimension: number, name: string): VectorData {
  if (value instanceof Float32Array || value instanceof Float64Array) {
    return whole(value, dimension, name);
  }
  if (!isList(value)) throw wrongLength(name, dimension, value === null ? 'null' : typeof value);
  if (!value.some(isList)) {
    if (value.length > 0 && value.every((item) => item === null || item === undefined)) {
      return new Float64Array(value.length * dimension).fill(Number.NaN);
    }
    const flat = value as TensorData;
    const numbers = Float64Array.from({ length: flat.length }, (_, at) => numeric(flat[at]));
    return whole(numbers, dimension, name);
  }
  const vectors = new Float64Array(value.length * dimension);
  for (const [row, vector] of value.entries()) {
    const at = row * dimension;
    if (!isList(vector)) {
      vectors.fill(Number.NaN, at, at + dimension);
      continue;
    }
    if (vector.length !== dimension) throw wrongLength(name, dimension, `${vector.length} values`);
    for (let index = 0; index < dimension; index += 1) {
      vectors[at + index] = numeric(vector[index] as TensorData[number]);
    }
  }
  return vectors;
}

function whole(values: VectorData, dimension: number, name: string): VectorData {
  if (values.length % dimension === 0) return values;
  throw wrongLength(name, dimension, `${values.length} values`);
}

function numeric(value: TensorData[number] | undefined): number {
  return numberOf(value) ?? Number.NaN;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function wrongLength(name: string, dimension: number, found: string): CoreError {
  return new CoreError(
    'BATCH_INVALID',
    `The embedding "${name}" has ${found}; a vector has ${dimension}. Pass whole vectors, or correct the dimension of the feature.`,
  );
}
