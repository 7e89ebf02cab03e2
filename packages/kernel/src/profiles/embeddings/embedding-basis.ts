import { principalDirections } from '../../numeric/principal-directions.js';
import { createRandom, type Random } from '../../numeric/random.js';
import type { NumericArray } from '../../types.js';
import { pairVariation } from './column-pairs.js';
import type { EmbeddingBasis } from './embedding-profile.js';
import {
  createFourierFeatures,
  type FourierFeatures,
  featureUnit,
  frequencies,
} from './fourier-features.js';
import { standardize } from './standardize.js';

const maximumSample = 1000;
const comparedPairs = 2000;
/** The interquartile range of a normal distribution in standard deviations. */
const normalQuartileRange = 1.349;
const mainDirections = 16;
/** Enough for a variance along a direction, and short in a file. */
const storedDigits = 6;

/** The basis of a reference, from a seeded sample of its vectors. */
export function createEmbeddingBasis(
  vectors: NumericArray,
  dimension: number,
  {
    seed,
    columns: names,
  }: { readonly seed: number; readonly columns: readonly string[] | undefined },
): EmbeddingBasis {
  const random = createRandom(seed);
  const sample = sampleOf(vectors, dimension, names !== undefined, random);
  const columns = names === undefined ? undefined : columnScales(sample, names);
  if (columns !== undefined) for (const vector of sample) standardize(vector, columns);
  const width = medianDistance(sample, random);
  return {
    dimension,
    seed,
    width,
    mean: meanOf(sample, dimension),
    ...featureVariation(sample, createFourierFeatures(dimension, width, seed)),
    ...(columns === undefined ? {} : { columns: withPairs(columns, sample) }),
  };
}

function withPairs(
  columns: NonNullable<EmbeddingBasis['columns']>,
  sample: readonly Float64Array[],
): NonNullable<EmbeddingBasis['columns']> {
  const pairs = pairVariation(sample, columns.names.length);
  return pairs === undefined ? columns : { ...columns, pairs };
}

/** Copies of vectors, each as likely as any other; those that are missing are left out. */
function sampleOf(
  vectors: NumericArray,
  dimension: number,
  isTable: boolean,
  random: Random,
): Float64Array[] {
  const rows = vectors.length / dimension;
  const chosen: number[] = [];
  let seen = 0;
  for (let row = 0; row < rows; row += 1) {
    const vector = vectors.subarray(row * dimension, (row + 1) * dimension);
    if (!isTable && !(squareOf(vector) < Infinity)) continue;
    seen += 1;
    // Vitter's reservoir: vector number k takes the place of one kept with chance most / k.
    if (chosen.length < maximumSample) chosen.push(row);
    else {
      const place = random.integer(seen);
      if (place < maximumSample) chosen[place] = row;
    }
  }
  return chosen.map((row) =>
    Float64Array.from(vectors.subarray(row * dimension, (row + 1) * dimension)),
  );
}

function squareOf(vector: NumericArray): number {
  let square = 0;
  for (let index = 0; index < vector.length; index += 1) square += vector[index]! * vector[index]!;
  return square;
}

/** The median and the deviation of each column; a constant column has the scale 0. */
function columnScales(
  sample: readonly Float64Array[],
  names: readonly string[],
): NonNullable<EmbeddingBasis['columns']> {
  const centre = new Float64Array(names.length);
  const scale = new Float64Array(names.length);
  for (let column = 0; column < names.length; column += 1) {
    const values = Float64Array.from(sample, (vector) => vector[column]!)
      .filter(Number.isFinite)
      .sort();
    const last = values.length - 1;
    if (last < 0) continue;
    const middle = values[last >> 1]!;
    const quartiles = values[Math.floor(0.75 * last)]! - values[Math.floor(0.25 * last)]!;
    // A column of many equal values has no quartiles apart: then its mean distance from the median.
    const distance = values.reduce((sum, value) => sum + Math.abs(value - middle), 0);
    const spread = quartiles > 0 ? quartiles / normalQuartileRange : distance / values.length;
    centre[column] = middle;
    scale[column] = spread < Infinity ? spread : 0;
  }
  return { names: [...names], centre, scale };
}

/** The median distance between random pairs of different vectors; 1 where all are equal. */
function medianDistance(sample: readonly Float64Array[], random: Random): number {
  const squares: number[] = [];
  for (let pair = 0; pair < comparedPairs && sample.length > 0; pair += 1) {
    const a = sample[random.integer(sample.length)]!;
    const b = sample[random.integer(sample.length)]!;
    let square = 0;
    for (let index = 0; index < a.length; index += 1) square += (a[index]! - b[index]!) ** 2;
    if (square > 0 && square < Infinity) squares.push(square);
  }
  squares.sort((a, b) => a - b);
  return squares.length === 0 ? 1 : Math.sqrt(squares[squares.length >> 1]!);
}

function meanOf(sample: readonly Float64Array[], dimension: number): Float64Array {
  const mean = new Float64Array(dimension);
  for (const vector of sample) {
    for (let index = 0; index < dimension; index += 1) {
      mean[index]! += vector[index]! / sample.length;
    }
  }
  return mean;
}

/**
 * How the features vary: tr Σ² of their covariance Σ, scaled so that tr Σ + |mean|² = 1, and its
 * main directions.
 *
 * The trace of the square of a sample covariance is too large by some (tr Σ)² / rows, which is
 * taken off. Source: Bai and Saranadasa 1996, Statistica Sinica 6, section 3.
 */
function featureVariation(
  sample: readonly Float64Array[],
  addFeatures: FourierFeatures,
): Pick<EmbeddingBasis, 'traceOfSquare' | 'directions' | 'variances'> {
  const size = 2 * frequencies;
  const freedom = Math.max(sample.length - 1, 2);
  const covariance = featureCovariance(sample, addFeatures, freedom);
  let trace = 0;
  let squares = 0;
  for (let i = 0; i < size; i += 1) trace += covariance[i * size + i]!;
  for (const value of covariance) squares += value ** 2;
  const correction = freedom ** 2 / ((freedom - 1) * (freedom + 2));
  const { directions, variances } = principalDirections(covariance, size, mainDirections);
  return {
    traceOfSquare: Math.max(0, correction * (squares - trace ** 2 / freedom)),
    directions: directions.map((value) => Number(value.toPrecision(storedDigits))),
    variances,
  };
}

function featureCovariance(
  sample: readonly Float64Array[],
  addFeatures: FourierFeatures,
  freedom: number,
): Float64Array {
  const size = 2 * frequencies;
  const matrix = sample.map((vector) => {
    const features = new Float64Array(size);
    addFeatures(vector, features, 0);
    return features;
  });
  const mean = meanOf(matrix, size);
  for (const features of matrix) {
    for (let index = 0; index < size; index += 1) features[index]! -= mean[index]!;
  }
  const covariance = new Float64Array(size * size);
  const scale = 1 / (freedom * frequencies * featureUnit ** 2);
  for (let i = 0; i < size; i += 1) {
    const row = covariance.subarray(i * size, (i + 1) * size);
    for (const features of matrix) {
      const value = features[i]! * scale;
      for (let j = 0; j <= i; j += 1) row[j]! += value * features[j]!;
    }
    for (let j = 0; j < i; j += 1) covariance[j * size + i] = row[j]!;
  }
  return covariance;
}
