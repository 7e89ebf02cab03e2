import type { ScoreName } from '../quality-scores.js';
import type { QualitySnapshot } from './quality.js';
import type { QualityThreshold } from './thresholds.js';

/** A score that became worse than its threshold, or came back. */
export interface QualityChange {
  readonly score: ScoreName;
  readonly value: number;
  /** The absolute threshold, or that of the reference less the drop. */
  readonly threshold: number;
  /** Targets of the window. */
  readonly samples: number;
  readonly isMet: boolean;
}

/** Follows the scores of a model that have thresholds. */
export interface QualityWatch {
  /** What has changed since the last call. O(thresholds). */
  changes(
    snapshot: Pick<QualitySnapshot, 'samples' | 'scores' | 'intervals'>,
    thresholds: readonly QualityThreshold[],
  ): QualityChange[];
  /** The scores that were worse than their thresholds when they were last known. */
  readonly missed: Set<ScoreName>;
}

/**
 * Follows the scores of a model that have thresholds.
 *
 * A score is worse than its threshold when all of its interval is, and comes back when the score
 * itself reaches the threshold, so that noise at the threshold changes nothing.
 */
export function watchQuality(options: { readonly minimumSamples: number }): QualityWatch {
  const missed = new Set<ScoreName>();
  return {
    missed,
    changes({ samples, scores, intervals }, thresholds) {
      if (samples < options.minimumSamples) return [];
      return thresholds.flatMap(({ score, direction, value: threshold }) => {
        const value = scores[score];
        if (value === undefined) return [];
        const { low, high } = intervals[score] ?? { low: value, high: value };
        const best = direction === 'below' ? high : low;
        const shown = missed.has(score) ? value : best;
        const isMet = direction === 'below' ? shown >= threshold : shown <= threshold;
        if (isMet !== missed.has(score)) return [];
        if (isMet) missed.delete(score);
        else missed.add(score);
        return [{ score, value, threshold, samples, isMet }];
      });
    },
  };
}
