import { KernelError } from '../../errors.js';
import { addPairs, pairSlots } from './column-pairs.js';
import type { EmbeddingBasis, EmbeddingProfile } from './embedding-profile.js';
import { createFourierFeatures, frequencies } from './fourier-features.js';
import { standardize } from './standardize.js';

/** Counts vectors into sums that the caller holds, such as the panes of a window. */
export interface EmbeddingCounter {
  /** Number of slots that the sums take. */
  readonly width: number;
  /**
   * Adds whole vectors, row-major, to the slots; returns how many of them are missing.
   *
   * @throws KernelError INVALID_ARGUMENT when the values are not whole vectors.
   */
  add(vectors: ArrayLike<number>, slots: Float64Array): number;
  /** Adds vectors that are missing. */
  addMissing(rows: number, slots: Float64Array): void;
  /** The profile of slots, or of a sum of slots; copied. */
  profile(slots: Float64Array): EmbeddingProfile;
}

/** The first slots; the sums of the features and of pairs of columns follow. */
const slot = { count: 0, missing: 1, norm: 2, cosine: 3, sums: 4 } as const;
const pairsFrom = slot.sums + 2 * frequencies;

/**
 * A counter of vectors. A vector takes O(dimension log dimension), some 10 µs for 384 values; a row of
 * columns whose pairs are counted O(columns²).
 *
 * @example
 * const counter = createEmbeddingCounter(reference.basis);
 * const slots = new Float64Array(counter.width);
 * counter.add(vectors, slots);
 * counter.profile(slots);
 */
export function createEmbeddingCounter(basis: EmbeddingBasis): EmbeddingCounter {
  const { dimension, mean, columns } = basis;
  const hasPairs = columns?.pairs !== undefined;
  const width = pairsFrom + (hasPairs ? pairSlots(dimension) : 0);
  const addFeatures = createFourierFeatures(dimension, basis.width, basis.seed);
  const vector = new Float64Array(dimension);
  const lengthOfMean = Math.sqrt(mean.reduce((sum, value) => sum + value * value, 0));

  function addVector(slots: Float64Array): void {
    let square = 0;
    let product = 0;
    for (let index = 0; index < dimension; index += 1) {
      const value = vector[index]!;
      square += value * value;
      product += value * mean[index]!;
    }
    if (!(square < Infinity)) {
      slots[slot.missing]! += 1;
      return;
    }
    const norm = Math.sqrt(square);
    slots[slot.count]! += 1;
    slots[slot.norm]! += norm;
    const scale = norm * lengthOfMean;
    if (scale > 0) slots[slot.cosine]! += Math.max(-1, Math.min(1, product / scale));
    addFeatures(vector, slots, slot.sums);
    if (hasPairs) addPairs(vector, slots, pairsFrom);
  }

  return {
    width,
    add(vectors, slots) {
      requireWholeVectors('EmbeddingCounter.add(vectors)', vectors, dimension);
      const before = slots[slot.missing]!;
      for (let start = 0; start < vectors.length; start += dimension) {
        for (let index = 0; index < dimension; index += 1) vector[index] = vectors[start + index]!;
        if (columns !== undefined) standardize(vector, columns);
        addVector(slots);
      }
      return slots[slot.missing]! - before;
    },
    addMissing(rows, slots) {
      slots[slot.missing]! += rows;
    },
    profile(slots) {
      const count = slots[slot.count]!;
      const most = Math.max(count, 1);
      return {
        type: 'embedding',
        basis,
        count,
        missing: slots[slot.missing]!,
        meanNorm: Math.min(slots[slot.norm]! / most, Number.MAX_VALUE),
        meanCosine: slots[slot.cosine]! / most,
        sums: slots.slice(slot.sums, pairsFrom),
        ...(hasPairs ? { pairs: slots.slice(pairsFrom, width) } : {}),
      };
    },
  };
}

export function requireWholeVectors(
  place: string,
  values: ArrayLike<number>,
  dimension: number,
): void {
  if (values.length % dimension === 0) return;
  throw new KernelError('INVALID_ARGUMENT', {
    place: `${place}.length`,
    value: values.length,
    nextStep: `pass whole vectors of ${dimension} values, row-major`,
  });
}
