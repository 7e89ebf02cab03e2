import type { FeatureDrift } from '@modelmeter/core';
import { changePoints } from '@modelmeter/kernel/statistics';
import type { ChunkResult, FeatureChanges } from './drift-result.js';

/**
 * The features whose deciding score changes its level or begins to rise or fall over the chunks, with
 * the chunks in which it does. Takes six chunks or more; O(features x chunks²).
 */
export function changesOver(
  features: readonly FeatureDrift[],
  chunks: readonly ChunkResult[],
): FeatureChanges[] {
  return features.flatMap(({ name, statistic }) => {
    const scores = chunks.map((chunk) => {
      const score = chunk.features.find((feature) => feature.name === name)?.scores[statistic];
      return score !== undefined && Number.isFinite(score) ? score : Number.NaN;
    });
    const changes = changePoints(scores).map((index) => chunks[index]!.key);
    return changes.length === 0 ? [] : [{ feature: name, statistic, chunks: changes }];
  });
}
