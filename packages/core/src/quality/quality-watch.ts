import type { QualitySnapshot } from './quality.js';

/** A score that fell below its threshold, or came back. */
export interface QualityChange {
  readonly score: 'accuracy';
  readonly value: number;
  readonly threshold: number;
  /** Targets of the window. */
  readonly samples: number;
  readonly isMet: boolean;
}

/** Follows the accuracy of a model. */
export interface QualityWatch {
  /** What has changed since the last call. */
  change(
    snapshot: Pick<QualitySnapshot, 'samples' | 'scores' | 'intervals'>,
  ): QualityChange | undefined;
  /** Whether the accuracy reached the threshold when it was last known. */
  isMet: boolean;
}

/**
 * Follows the accuracy of a model.
 *
 * It falls below the threshold when all of its interval does, and comes back when the accuracy itself
 * reaches the threshold, so that noise at the threshold changes nothing.
 */
export function watchQuality(options: {
  readonly threshold: number;
  readonly minimumSamples: number;
}): QualityWatch {
  const { threshold, minimumSamples } = options;
  const watch: QualityWatch = {
    isMet: true,
    change({ samples, scores, intervals }) {
      const value = scores.accuracy;
      if (value === undefined || samples < minimumSamples) return undefined;
      const least = watch.isMet ? (intervals.accuracy?.high ?? value) : value;
      const isMet = least >= threshold;
      if (isMet === watch.isMet) return undefined;
      watch.isMet = isMet;
      return { score: 'accuracy', value, threshold, samples, isMet };
    },
  };
  return watch;
}
