import { requireNumericArray } from '../../checks/arguments.js';
import { requireIntegerIn } from '../../checks/number-arguments.js';
import type { NumericArray } from '../../types.js';
import { createEmbeddingBasis } from './embedding-basis.js';
import { createEmbeddingCounter, requireWholeVectors } from './embedding-counter.js';
import {
  type EmbeddingBasis,
  type EmbeddingProfile,
  maximumDimension,
} from './embedding-profile.js';

export interface EmbeddingProfileOptions {
  /** Values per vector; left out with a `basis` or `columns`, which have it. */
  readonly dimension?: number;
  /** The basis of a reference; left out, one is made from the vectors. */
  readonly basis?: EmbeddingBasis;
  /** Names of the columns of a table, where a vector holds a row of it; each gets its own scale. */
  readonly columns?: readonly string[];
  /** Whole number from 0 to 2^32 - 1: the same seed gives the same basis; default 1. */
  readonly seed?: number;
}

/**
 * Profiles vectors, row-major: as a reference with a basis of its own, or on the basis of one.
 *
 * The basis is made from a seeded sample of at most 1000 vectors. Without a vector its width is 1.
 * O(rows x dimension log dimension).
 *
 * @throws KernelError INVALID_ARGUMENT when the vectors are not a float array of whole vectors, or an
 * option is out of its range.
 */
export function embeddingProfile(
  vectors: NumericArray,
  options: EmbeddingProfileOptions,
): EmbeddingProfile {
  requireNumericArray('embeddingProfile(vectors)', vectors);
  const { seed = 1, columns } = options;
  const dimension = options.basis?.dimension ?? options.dimension ?? columns?.length ?? Number.NaN;
  requireIntegerIn('embeddingProfile(options.dimension)', dimension, 1, maximumDimension);
  requireIntegerIn('embeddingProfile(options.seed)', seed, 0, 0xffffffff);
  requireWholeVectors('embeddingProfile(vectors)', vectors, dimension);
  const basis = options.basis ?? createEmbeddingBasis(vectors, dimension, { seed, columns });
  const counter = createEmbeddingCounter(basis);
  const slots = new Float64Array(counter.width);
  counter.add(vectors, slots);
  return counter.profile(slots);
}
