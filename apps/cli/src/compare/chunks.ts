import { columnFeatures } from '@modelmeter/core/settings';
import { groupProfiles } from '../profile/profile-input.js';
import type { GroupProfile } from '../profile/profile-source.js';
import { type Comparison, requireRows } from './comparison.js';
import type { ChunkResult } from './drift-result.js';
import type { Evaluator } from './evaluator.js';

/** The chunks of the current rows in their order; undefined when none were asked for. */
export async function compareChunks(
  { reader, current, features, chunking }: Comparison,
  reference: GroupProfile,
  evaluator: Evaluator,
): Promise<ChunkResult[] | undefined> {
  if (chunking === undefined) return undefined;
  const source = requireRows(current, '--chunk-by and --chunk-size');
  const chunks: ChunkResult[] = [];
  const columns = columnFeatures(features);
  for await (const chunk of groupProfiles(reader, source, columns, reference, chunking)) {
    chunks.push(evaluator.chunk(reference, chunk));
  }
  return chunks;
}
