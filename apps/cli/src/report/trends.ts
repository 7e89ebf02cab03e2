import type { ChunkFeature, ChunkResult } from '../compare/drift-result.js';

/** A feature in one chunk; `found` is undefined when the chunk lacks the column. */
export interface TrendPoint {
  readonly key: string;
  readonly rows: number;
  readonly found: ChunkFeature | undefined;
}

/** The trend of each feature over the chunks, by its name. */
export function trendsOf(chunks: readonly ChunkResult[]): (name: string) => readonly TrendPoint[] {
  const byName = chunks.map(({ key, rows, features }) => ({
    key,
    rows,
    features: new Map(features.map((feature) => [feature.name, feature])),
  }));
  return (name) =>
    byName.map(({ key, rows, features }) => ({ key, rows, found: features.get(name) }));
}
