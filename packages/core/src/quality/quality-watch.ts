import type { Scores } from './scoring.js';

/** A score that fell below its threshold, or came back. */
export interface QualityChange {
  readonly score: 'accuracy';
  readonly value: number;
  readonly threshold: number;
  /** Targets of the window. */
  readonly samples: number;
  readonly isMet: boolean;
}

/**
 * Follows the accuracy of a model; returns what has changed.
 *
 * It falls below the threshold when all of its interval does, and comes back when the accuracy itself
 * reaches the threshold, so that noise at the threshold is no change.
 */
export function watchQuality(options: {
  readonly threshold: number;
  readonly minimumSamples: number;
}): (scores: Scores) => QualityChange | undefined {
  const { threshold, minimumSamples } = options;
  let isMet = true;
  return ({ samples, scores, intervals }) => {
    const value = scores.accuracy;
    if (value === undefined || samples < minimumSamples) return undefined;
    const nowMet = isMet ? (intervals.accuracy?.high ?? value) >= threshold : value >= threshold;
    if (nowMet === isMet) return undefined;
    isMet = nowMet;
    return { score: 'accuracy', value, threshold, samples, isMet };
  };
}
