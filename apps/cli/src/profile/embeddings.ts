import { createRandom, type NumericArray } from '@modelmeter/kernel';
import {
  createEmbeddingCounter,
  type EmbeddingBasis,
  type EmbeddingProfile,
  embeddingProfile,
} from '@modelmeter/kernel/profiles';
import type { FeatureColumn } from '../read/columns.js';
import type { Reader } from '../read/reader.js';
import type { DataSource } from '../read/source.js';
import { oneGroup } from './groups.js';
import { readNumbers } from './read-numbers.js';

/** Vectors that the basis of a reference is made from. */
const sampledVectors = 4000;

/**
 * Profiles vectors as a reference. It is read twice: its basis comes from a sample, its
 * sums from all rows. Memory does not grow with the rows.
 */
export async function embeddingReference(
  reader: Reader,
  source: DataSource,
  column: FeatureColumn,
): Promise<EmbeddingProfile> {
  const { dimension = 1, together: columns } = column;
  const random = createRandom(1);
  const sample: Float64Array[] = [];
  let seen = 0;
  for await (const vector of vectorsOf(reader, source, column, dimension)) {
    seen += 1;
    // Vitter's reservoir: vector number k takes the place of one kept with chance most / k.
    if (sample.length < sampledVectors) sample.push(vector.slice());
    else {
      const place = random.integer(seen);
      if (place < sampledVectors) sample[place] = vector.slice();
    }
  }
  const together = new Float64Array(sample.length * dimension);
  for (const [row, vector] of sample.entries()) together.set(vector, row * dimension);
  const { basis } = embeddingProfile(together, columns === undefined ? { dimension } : { columns });
  return countEmbedding(reader, source, column, basis);
}

/** Counts vectors on the basis of a reference. */
export async function countEmbedding(
  reader: Reader,
  source: DataSource,
  column: FeatureColumn,
  basis: EmbeddingBasis,
): Promise<EmbeddingProfile> {
  const counter = createEmbeddingCounter(basis);
  const slots = new Float64Array(counter.width);
  for await (const vector of vectorsOf(reader, source, column, basis.dimension)) {
    counter.add(vector, slots);
  }
  return counter.profile(slots);
}

/** The vectors of a feature, each valid until the next one: their values come one below the other. */
async function* vectorsOf(
  { database }: Reader,
  source: DataSource,
  column: FeatureColumn,
  dimension: number,
): AsyncGenerator<Float64Array> {
  const vector = new Float64Array(dimension);
  let filled = 0;
  for await (const block of readNumbers(database, source, [column], oneGroup)) {
    const values: NumericArray = block.columns[0]!;
    for (let from = 0; from < values.length; ) {
      const taken = Math.min(dimension - filled, values.length - from);
      vector.set(values.subarray(from, from + taken), filled);
      filled += taken;
      from += taken;
      if (filled < dimension) continue;
      yield vector;
      filled = 0;
    }
  }
}
