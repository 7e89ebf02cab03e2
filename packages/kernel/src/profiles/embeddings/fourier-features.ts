import { createRandom, type Random } from '../../numeric/random.js';
import { hadamardTransform } from './hadamard.js';

/** Random frequencies of every basis; each has a cosine and a sine. */
export const frequencies = 128;

/** Cosines and sines are whole multiples of 1 / `featureUnit`, so that their sums are exact. */
export const featureUnit = 2 ** 20;

/** Angles are rounded to the middle of a step, the same for every sample. */
const steps = 4096;
const quarter = steps / 4;
const cosines = Float64Array.from({ length: steps }, (_, step) =>
  Math.round(featureUnit * Math.cos((2 * Math.PI * (step + 0.5)) / steps)),
);

/** Adds the features of a vector, in units of 1 / `featureUnit`: cosines, then sines. */
export type FourierFeatures = (vector: Float64Array, sums: Float64Array, offset: number) => void;

/** Signs, order and weights of one block of frequencies. */
interface Block {
  readonly signs: Float64Array;
  readonly order: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Random Fourier features of a Gaussian kernel exp(-|x - y|² / (2 width²)): the mean product of the
 * features of two vectors estimates the kernel.
 *
 * The frequencies are the rows of H G P H B / √length, with Hadamard matrices H, random signs B, a
 * permutation P and normal weights G: each row is Gaussian, and a vector takes O(dimension log
 * dimension). Source: Rahimi and Recht 2007, NIPS 20 (the features); Le, Sarlós and Smola 2013,
 * ICML 30 (the matrix).
 *
 * @param dimension Values per vector.
 * @param width Above 0.
 */
export function createFourierFeatures(
  dimension: number,
  width: number,
  seed: number,
): FourierFeatures {
  let length = 2;
  while (length < dimension) length *= 2;
  const perBlock = Math.min(length, frequencies);
  const random = createRandom(seed);
  const scale = steps / (2 * Math.PI * width * Math.sqrt(length));
  const blocks = Array.from({ length: frequencies / perBlock }, () =>
    randomBlock(length, scale, random),
  );
  const first = new Float64Array(length);
  const angles = new Float64Array(perBlock);

  return (vector, sums, offset) => {
    let at = offset;
    for (const { signs, order, weights } of blocks) {
      for (let index = 0; index < dimension; index += 1) {
        first[index] = signs[index]! * vector[index]!;
      }
      first.fill(0, dimension);
      hadamardTransform(first, length);
      // The first outputs of a longer transform are those of its folded input.
      angles.fill(0);
      for (let index = 0; index < length; index += 1) {
        angles[index & (perBlock - 1)]! += weights[index]! * first[order[index]!]!;
      }
      hadamardTransform(angles, perBlock);
      for (let index = 0; index < perBlock; index += 1) {
        const step = Math.floor(angles[index]!);
        sums[at + index]! += cosines[step & (steps - 1)]!;
        sums[at + index + frequencies]! += cosines[(step - quarter) & (steps - 1)]!;
      }
      at += perBlock;
    }
  };
}

function randomBlock(length: number, scale: number, random: Random): Block {
  const signs = Float64Array.from({ length }, () => (random.next() < 0.5 ? -1 : 1));
  const order = Int32Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last -= 1) {
    const place = random.integer(last + 1);
    const moved = order[last]!;
    order[last] = order[place]!;
    order[place] = moved;
  }
  const weights = Float64Array.from({ length }, () => scale * normal(random));
  return { signs, order, weights };
}

/** A standard normal number. Source: Box and Muller 1958, Annals of Mathematical Statistics 29. */
function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}
