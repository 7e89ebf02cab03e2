import { createRandom, type Random } from '../../src/numeric/random.js';

export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** Vectors of independent standard normal values, shifted by `shift` in every value. */
export function normalVectors(
  rows: number,
  dimension: number,
  seed: number,
  shift = 0,
): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: rows * dimension }, () => normal(random) + shift);
}

/** A stream of vectors of one of eight topics; `share` of them have the first topic. */
export function createTopics(dimension: number, seed: number) {
  const random = createRandom(seed);
  const centres = Array.from({ length: 8 }, () =>
    Float64Array.from({ length: dimension }, () => normal(random)),
  );
  return (rows: number, share: number): Float32Array => {
    const vectors = new Float32Array(rows * dimension);
    for (let row = 0; row < rows; row += 1) {
      const centre = centres[random.next() < share ? 0 : 1 + random.integer(7)]!;
      for (let index = 0; index < dimension; index += 1) {
        vectors[row * dimension + index] = centre[index]! + 1.5 * normal(random);
      }
    }
    return vectors;
  };
}

/** Rows of a table of independent normal columns, of which the first two are correlated. */
export function correlatedTable(
  rows: number,
  columns: number,
  correlation: number,
  random: Random,
): Float64Array {
  const table = Float64Array.from({ length: rows * columns }, () => normal(random));
  const rest = Math.sqrt(1 - correlation ** 2);
  for (let at = 0; at < table.length; at += columns) {
    table[at + 1] = correlation * table[at]! + rest * table[at + 1]!;
  }
  return table;
}
