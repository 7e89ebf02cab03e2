import type { Restoring } from '../restoring.js';
import type { EstimateWithdrawal } from '../vocabulary.js';
import { createPaneBuffer, type SavedPanes } from '../windows/pane-buffer.js';
import { calibrated, estimateBinary } from './estimate/binary-estimate.js';
import { errorBinOf, estimateErrors } from './estimate/error-estimate.js';
import type { QualityEstimator } from './estimate/reference-quality.js';
import type { Estimate } from './estimate/rows.js';
import {
  binnedDecision,
  binnedLevelOf,
  binnedLevels,
  binnedScores,
  scoresOfLevels,
} from './estimate/score-levels.js';
import { largestShareOutside, type OutsideFeature } from './feature-support.js';

/** The quality of the predictions of the window, estimated from the reference. */
export interface QualityEstimate extends Estimate {
  /** Why the estimate does not hold; empty when nothing speaks against it. */
  readonly withdrawn: readonly Withdrawal[];
}

/** A reason against an estimate, and a sentence with its numbers. */
export interface Withdrawal {
  readonly reason: EstimateWithdrawal;
  readonly message: string;
}

/** The rolling estimate of one estimator. */
export interface RollingEstimate {
  readonly estimator: QualityEstimator;
  predicted(output: number, timeMs: number): void;
  /** @param count 1, or -1 for a target that was counted and is replaced. */
  arrived(output: number, target: number, predictedMs: number, nowMs: number, count: 1 | -1): void;
  /** @param feature The feature that lies furthest outside of the reference, if one does. */
  snapshot(nowMs: number, feature?: OutsideFeature): QualityEstimate;
  save(): SavedEstimate;
  restore(saved: SavedEstimate, restoring: Restoring): void;
}

/** The sums of the predictions, and of the targets that have arrived. */
export interface SavedEstimate {
  readonly cohorts: SavedPanes;
  readonly arrivals: SavedPanes;
}

const panes = 60;
/** Targets that must have arrived before they can contradict an estimate. */
const fewestTargets = 100;
/** Half widths of the band beyond which arrived targets contradict it: about one window in 500. */
const contradiction = 1.6;

/**
 * Estimates the quality of the predictions of a rolling window: of those whose targets are in by their
 * targets, of the others by the reference. Memory: for a binary model 120 panes of at most 772 sums.
 */
export function createRollingEstimate(
  estimator: QualityEstimator,
  windowMs: number,
): RollingEstimate {
  const kind = estimator.task === 'binary' ? binaryKind(estimator) : errorKind(estimator);
  const { width, levelOf, level: columns } = kind;
  const paneMs = windowMs / panes;
  // Predictions of each level, then the sums of their targets, then predictions out of support.
  const cohorts = createPaneBuffer({ paneMs, panes, width: width * (1 + columns) + 1 });
  const arrivals = createPaneBuffer({ paneMs, panes, width: width * (1 + columns) });
  const [low, high] = estimator.support;

  function addTarget(
    pane: Float64Array | undefined,
    output: number,
    target: number,
    count: number,
  ): void {
    if (pane === undefined) return;
    const at = width + columns * levelOf(output);
    kind.add(pane, at, output, target, count);
  }

  return {
    estimator,
    predicted(output, timeMs) {
      const pane = cohorts.at(timeMs);
      if (pane === undefined) return;
      pane[levelOf(output)]! += 1;
      if (output < low || output > high) pane[width * (1 + columns)]! += 1;
    },
    arrived(output, target, predictedMs, nowMs, count) {
      addTarget(cohorts.at(predictedMs), output, target, count);
      const pane = arrivals.at(nowMs);
      addTarget(pane, output, target, count);
      if (pane !== undefined) pane[levelOf(output)]! += count;
    },
    snapshot(nowMs, feature) {
      const sums = cohorts.sumWith(nowMs, panes);
      const outside = sums.at(-1)!;
      const estimate = kind.estimate(sums, true);
      const withdrawn: Withdrawal[] = [];
      if (outside > largestShareOutside * estimate.predictions) {
        withdrawn.push({
          reason: 'outside_support',
          message: `${outside} of ${estimate.predictions} predictions lie outside of those of the reference, ${low} to ${high}`,
        });
      }
      if (feature !== undefined && feature.share > largestShareOutside) {
        withdrawn.push({
          reason: 'outside_support',
          message: `${(100 * feature.share).toFixed(1)} % of the values of "${feature.name}" are none of the reference`,
        });
      }
      const known = arrivals.sumWith(nowMs, panes);
      const message = contradictionOf(kind.estimate(known, false), kind.realised(known));
      if (message !== undefined) withdrawn.push({ reason: 'calibration_drift', message });
      return { ...estimate, withdrawn };
    },
    save: () => ({ cohorts: cohorts.save(), arrivals: arrivals.save() }),
    restore(saved, restoring) {
      cohorts.restore(saved.cohorts, restoring);
      arrivals.restore(saved.arrivals, restoring);
    },
  };
}

/** What the tasks do differently with sums by level. */
interface Kind {
  /** Number of levels of the predictions. */
  readonly width: number;
  /** Sums of targets at each level. */
  readonly level: number;
  levelOf(output: number): number;
  add(pane: Float64Array, at: number, output: number, target: number, count: number): void;
  /** @param isPartial Whether the targets that are known take the place of their estimates. */
  estimate(sums: Float64Array, isPartial: boolean): Estimate;
  realised(sums: Float64Array): Readonly<Record<string, number>>;
}

function binaryKind(estimator: Extract<QualityEstimator, { task: 'binary' }>): Kind {
  const threshold = estimator.decisionThreshold;
  const scores = binnedScores(threshold);
  const decision = binnedDecision(threshold);
  const probabilities = calibrated(estimator, scores);
  const targetsOf = (sums: Float64Array) => ({
    positives: Float64Array.from(scores, (_, level) => sums[binnedLevels + 2 * level]!),
    negatives: Float64Array.from(scores, (_, level) => sums[binnedLevels + 2 * level + 1]!),
  });
  return {
    width: binnedLevels,
    level: 2,
    levelOf: (output) => binnedLevelOf(output, threshold),
    add(pane, at, _output, target, count) {
      pane[at + (target === 1 ? 0 : 1)]! += count;
    },
    estimate(sums, isPartial) {
      const predictions = sums.subarray(0, binnedLevels);
      const arrived = isPartial ? { arrived: targetsOf(sums) } : {};
      const levels = { scores, predictions, decision, ...arrived };
      return estimateBinary(estimator, levels, probabilities) as Estimate;
    },
    realised: (sums) =>
      scoresOfLevels({ ...targetsOf(sums), decision }) as Readonly<Record<string, number>>,
  };
}

function errorKind(estimator: Extract<QualityEstimator, { task: 'regression' }>): Kind {
  const width = estimator.absolute.length;
  return {
    width,
    level: 2,
    levelOf: (output) => errorBinOf(estimator.edges, output),
    add(pane, at, output, target, count) {
      const error = output - target;
      pane[at]! += count * Math.abs(error);
      pane[at + 1]! += count * error * error;
    },
    estimate: (sums) => estimateErrors(estimator, sums) as Estimate,
    realised(sums) {
      let [rows, absolute, squared] = [0, 0, 0];
      for (let bin = 0; bin < width; bin += 1) {
        rows += sums[bin]!;
        absolute += sums[width + 2 * bin]!;
        squared += sums[width + 2 * bin + 1]!;
      }
      if (rows === 0) return {};
      return {
        mean_absolute_error: absolute / rows,
        root_mean_squared_error: Math.sqrt(squared / rows),
      };
    },
  };
}

/** Scores by which arrived targets are held against an estimate. */
const contradicting = ['accuracy', 'roc_auc', 'mean_absolute_error'];

function contradictionOf(
  { predictions, scores, bounds }: Estimate,
  realised: Readonly<Record<string, number>>,
): string | undefined {
  if (predictions < fewestTargets) return undefined;
  for (const name of contradicting) {
    const [estimate, band, value] = [scores[name], bounds[name], realised[name]];
    if (estimate === undefined || band === undefined || value === undefined) continue;
    // A band that ends at the limit of the score has its half width on the other side.
    const half = Math.max(band.high - estimate, estimate - band.low);
    if (Math.abs(value - estimate) <= contradiction * half) continue;
    return `${name} is ${value.toFixed(3)} on the ${predictions} targets that arrived, and the reference expects ${estimate.toFixed(3)}, between ${band.low.toFixed(3)} and ${band.high.toFixed(3)}`;
  }
  return undefined;
}
