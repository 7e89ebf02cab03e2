import type { QualityEstimate } from '../quality/rolling-estimate.js';
import {
  type EstimatedScore,
  type EstimateWithdrawal,
  estimateWithdrawals,
  scoreBounds,
} from '../vocabulary.js';
import type { ModelLabels } from './label-sets.js';
import { byLabel, lazily } from './series-by-label.js';
import type { SeriesStore } from './tracked-store.js';

/** Publishes the estimated quality of a model. */
export interface EstimateInstruments {
  /** Without an estimate all series are absent; with one that was withdrawn, all but its reasons. */
  estimate(found: QualityEstimate | undefined): void;
}

/**
 * The series of estimates of a model; they are created with the first estimate.
 *
 * @param minimumSamples Predictions below which nothing is shown.
 */
export function createEstimateInstruments(
  store: SeriesStore,
  model: ModelLabels,
  minimumSamples: number,
): EstimateInstruments {
  const scores = lazily((score: EstimatedScore) => ({
    value: store.gauge('model_quality_estimate', { ...model, score }),
    bounds: byLabel(scoreBounds, (bound) =>
      store.gauge('model_quality_estimate_bound', { ...model, score, bound }),
    ),
  }));
  const reasons = lazily((reason: EstimateWithdrawal) =>
    store.gauge('model_quality_estimate_withdrawn', { ...model, reason }),
  );
  return {
    estimate(found) {
      const isShown = found !== undefined && found.predictions >= minimumSamples;
      if (isShown) {
        for (const name of Object.keys(found.scores)) scores.of(name as EstimatedScore);
        for (const reason of estimateWithdrawals) {
          reasons.of(reason).set(Number(found.withdrawn.some((one) => one.reason === reason)));
        }
      } else for (const reason of reasons.made.values()) reason.set(undefined);
      const held = isShown && found.withdrawn.length === 0 ? found : undefined;
      for (const [name, { value, bounds }] of scores.made) {
        value.set(held?.scores[name]);
        for (const bound of scoreBounds) bounds[bound].set(held?.bounds[name]?.[bound]);
      }
    },
  };
}
