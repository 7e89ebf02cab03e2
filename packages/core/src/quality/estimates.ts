import type { PredictionBatch } from '../prediction.js';
import type { Restoring } from '../restoring.js';
import { type OutputsConfig, outputNameOf } from '../settings/outputs.js';
import type { FeatureWindow } from '../windows/feature-window.js';
import type { QualityEstimator, ReferenceQuality } from './estimate/reference-quality.js';
import { createFeatureSupport } from './feature-support.js';
import {
  createRollingEstimate,
  type QualityEstimate,
  type RollingEstimate,
  type SavedEstimate,
} from './rolling-estimate.js';
import { isScorable, type ScoredOutput, type ScoredTarget, type Scoring } from './scoring.js';
import type { EarlierTarget, PendingPrediction } from './target-join.js';

/** The estimated quality of a model, for as long as its reference has an estimator. */
export interface Estimates {
  predicted(output: ScoredOutput, timeMs: number): void;
  /** Counts predictions without ids, which never get a target. */
  unidentified(batch: PredictionBatch, nowMs: number): void;
  arrived(output: ScoredOutput, target: ScoredTarget, predictedMs: number, nowMs: number): void;
  /** Replaces a target that was counted. */
  corrected(
    prediction: Pick<PendingPrediction, 'output' | 'timeMs'>,
    earlier: EarlierTarget,
    target: ScoredTarget,
  ): void;
  snapshot(nowMs: number): QualityEstimate | undefined;
  save(): SavedEstimate | undefined;
  /** Continues the estimate of the current reference, which must be the one that was saved. */
  restore(saved: SavedEstimate, restoring: Restoring): void;
}

/**
 * Estimates from the current reference; with another reference they start again. The threshold of a
 * binary model is that of its settings.
 */
export function createEstimates(options: {
  readonly outputs: OutputsConfig;
  readonly scoring: Pick<Scoring, 'readOutputs'>;
  readonly windowMs: number;
  readonly referenceQuality: () => ReferenceQuality | undefined;
  /** The features of the predictions, on the bins of the reference; empty where they are not counted. */
  readonly featureWindows: () => readonly FeatureWindow[];
}): Estimates {
  const { outputs, scoring, windowMs, referenceQuality } = options;
  const furthestOutside = createFeatureSupport(windowMs, outputNameOf(outputs));
  let source: QualityEstimator | undefined;
  let rolling: RollingEstimate | undefined;

  function current(): RollingEstimate | undefined {
    const estimator = referenceQuality()?.estimator;
    if (estimator === source) return rolling;
    source = estimator;
    rolling =
      estimator?.task === outputs.task
        ? createRollingEstimate(withThreshold(estimator, outputs), windowMs)
        : undefined;
    return rolling;
  }

  function count(
    output: ScoredOutput,
    target: ScoredTarget,
    predictedMs: number,
    nowMs: number,
    by: 1 | -1,
  ): void {
    if (typeof output !== 'number' || typeof target !== 'number') return;
    current()?.arrived(output, target, predictedMs, nowMs, by);
  }

  return {
    predicted(output, timeMs) {
      if (typeof output === 'number') current()?.predicted(output, timeMs);
    },
    unidentified(batch, nowMs) {
      const estimate = current();
      if (estimate === undefined) return;
      const values = scoring.readOutputs(batch.outputs, batch.rows);
      for (let row = 0; row < (values?.length ?? 0); row += 1) {
        const output = values![row];
        if (typeof output === 'number' && isScorable(output)) estimate.predicted(output, nowMs);
      }
    },
    arrived: (output, target, predictedMs, nowMs) => count(output, target, predictedMs, nowMs, 1),
    corrected({ output, timeMs }, earlier, target) {
      count(output, earlier.target, timeMs, earlier.timeMs, -1);
      count(output, target, timeMs, earlier.timeMs, 1);
    },
    snapshot: (nowMs) =>
      current()?.snapshot(nowMs, furthestOutside(options.featureWindows(), nowMs)),
    save: () => current()?.save(),
    restore: (saved, restoring) => current()?.restore(saved, restoring),
  };
}

function withThreshold(estimator: QualityEstimator, outputs: OutputsConfig): QualityEstimator {
  if (estimator.task !== 'binary' || outputs.task !== 'binary') return estimator;
  return { ...estimator, decisionThreshold: outputs.decisionThreshold };
}
