import type { EmbeddingBasis } from './embedding-profile.js';

const largestSize = 4;

/** Brings the columns of a table row to one scale, in place. */
export function standardize(
  vector: Float64Array,
  { centre, scale }: NonNullable<EmbeddingBasis['columns']>,
): void {
  for (let index = 0; index < vector.length; index += 1) {
    const value = scale[index]! > 0 ? (vector[index]! - centre[index]!) / scale[index]! : 0;
    vector[index] = Number.isNaN(value) ? 0 : Math.max(-largestSize, Math.min(largestSize, value));
  }
}
