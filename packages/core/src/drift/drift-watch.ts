import type { DriftConfig, FeatureConfig, OutputsConfig } from '../config.js';
import {
  createFeatureWindow,
  type FeatureWindow,
  windowLength,
  windowProfile,
} from '../feature-window.js';
import { lastColumn, type PredictionBatch } from '../prediction.js';
import { outputFeature, type Reference } from '../reference.js';
import { type DriftStreaks, evaluateDrift, streaksAfter } from './drift.js';
import type { FeatureDrift } from './feature-drift.js';
import type { FeatureSample, StatisticFailure } from './measure.js';
import type { DriftRules } from './rules.js';

/** One reference, and everything that is counted and remembered against it. */
export interface DriftWatch {
  readonly reference: Reference;
  /** One window of the features, and one of the output where the reference has it. */
  readonly windows: readonly FeatureWindow[];
  countFeatures(batch: PredictionBatch, nowMs: number): void;
  /** Nothing where the reference does not know the output. */
  countOutput(batch: PredictionBatch, nowMs: number): void;
  /** Judges the windows that end with the last whole pane before `nowMs`. */
  run(nowMs: number): FeatureDrift[];
}

/** Starts empty windows on the grid of a reference. */
export function createDriftWatch(options: {
  readonly reference: Reference;
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsConfig;
  readonly drift: DriftConfig;
  readonly rules: DriftRules;
  readonly startMs: number;
  readonly onFailure: StatisticFailure;
}): DriftWatch {
  const { reference, drift, startMs } = options;
  const output = outputFeature(options.outputs);
  const windowOf = (features: readonly FeatureConfig[]): FeatureWindow =>
    createFeatureWindow({ features, reference, windowMs: drift.window, startMs });
  const features = windowOf(options.features);
  const outputWindow = reference.features.has(output.name) ? windowOf([output]) : undefined;
  const windows = outputWindow === undefined ? [features] : [features, outputWindow];
  let streaks: DriftStreaks = new Map();

  return {
    reference,
    windows,
    countFeatures(batch, nowMs) {
      features.count(batch.features, batch.rows, nowMs);
    },
    countOutput(batch, nowMs) {
      const block = batch.outputs.find(({ name }) => name === output.name);
      const data = block === undefined ? undefined : lastColumn(block.data, batch.rows);
      if (outputWindow === undefined || data === undefined) return;
      outputWindow.count([{ names: [output.name], data }], batch.rows, nowMs);
    },
    run(nowMs) {
      const samples = windows.flatMap((window) => windowSamples(window, drift.window, nowMs));
      const found = evaluateDrift(samples, options.rules, {
        streaks,
        onFailure: options.onFailure,
      });
      streaks = streaksAfter(found);
      return found;
    },
  };
}

function windowSamples(
  window: FeatureWindow,
  configuredMs: number,
  nowMs: number,
): FeatureSample[] {
  return window.features.map((cells) => {
    const lengthMs = windowLength(cells.feature, configuredMs);
    const startMs = Math.floor(nowMs / window.paneMs) * window.paneMs - lengthMs;
    const isWhole = startMs >= window.coveredFromMs;
    const counts = window.window(cells, lengthMs, nowMs);
    return {
      feature: cells.feature,
      reference: cells.profile,
      current: windowProfile(cells, counts),
      invalid: counts.invalid,
      ...(isWhole
        ? {}
        : { notReady: `its window of ${lengthMs / 3_600_000} hours is not whole yet` }),
    };
  });
}
