import type { Failures } from '../failures.js';
import type { Instruments } from '../metrics/instruments.js';
import type { PredictionBatch, Target } from '../prediction.js';
import type { Reference } from '../reference.js';
import type { Restoring } from '../restoring.js';
import type { MonitorSettings } from '../settings/monitor.js';
import type { FeatureWindow } from '../windows/feature-window.js';
import { type Comparison, createChampionComparison } from './champion-comparison.js';
import { createScoring } from './create-scoring.js';
import { createEarlyTargets } from './early-targets.js';
import { createEstimates } from './estimates.js';
import { createQuality, type Quality, type QualitySnapshot } from './quality.js';
import { createTargetRecorder, noTargets, type TargetResult } from './record-targets.js';
import {
  createPredictionReader,
  isScoredTime,
  type PredictionStore,
} from './remember-predictions.js';
import { restoreTargets, type SavedTargets, saveTargets } from './saved-targets.js';
import type { ScoredOutput, ScoredTarget, Scoring } from './scoring.js';
import { createSegments, type Segments } from './segments/segment-quality.js';
import { createTargetJoin } from './target-join.js';
import type { VersionPredictions } from './versions.js';

/** The predictions of a model that await their targets, and the resulting quality. */
export interface Targets {
  /**
   * Remembers the predictions of a batch under their ids, if it has some. Never throws; ids, times or
   * outputs that do not fit the rows are counted as a failure.
   *
   * @returns The rows that are not known already; the batch itself if that is all of them.
   */
  remember(batch: PredictionBatch, nowMs: number): PredictionBatch;
  /** Joins targets with their predictions; never throws. */
  record(targets: readonly Target[], nowMs: number): TargetResult;
  /** Whether a prediction of that id is remembered. */
  knows(predictionId: string): boolean;
  /** Whether predictions made at a time are scored. */
  accepts(timeMs: number, nowMs: number): boolean;
  /** The predictions that are remembered, for the comparison with another version. */
  readonly predictions: VersionPredictions;
  /** The quality over the current window. */
  quality(nowMs: number): QualitySnapshot;
  /** Forgets predictions and targets whose time has ended, publishes the quality and returns it. */
  collect(nowMs: number): QualitySnapshot;
  save(): SavedTargets;
  /** Continues, with the reference that was in use when the targets were saved. */
  restore(saved: SavedTargets, restoring: Restoring): void;
}

/** What the predictions of a model and their targets are kept with. */
interface TargetsOptions {
  readonly settings: Pick<
    MonitorSettings,
    'outputs' | 'quality' | 'driftDetection' | 'alerts' | 'champion'
  >;
  readonly instruments: Instruments;
  readonly failures: Failures;
  /** The current reference. */
  readonly reference: () => Reference | undefined;
  /** The features on the bins of the reference, in windows of time; empty without such windows. */
  readonly featureWindows: () => readonly FeatureWindow[];
  /** The predictions of a version of the same model. */
  readonly findVersion: (version: string) => VersionPredictions | undefined;
}

/** Creates an empty store of predictions. */
export function createTargets(options: TargetsOptions): Targets {
  const { settings, instruments, failures, reference } = options;
  const { outputs } = settings;
  const { targetTimeToLive: timeToLiveMs, holdTargets, corrections } = settings.quality;
  const { maximumPendingTargets: maximumPending } = settings.quality;
  const scoring = createScoring(outputs, settings.quality.interval);
  const quality = createModelQuality(settings, scoring);
  const estimates = createEstimates({
    outputs,
    scoring,
    windowMs: settings.quality.window,
    referenceQuality: () => reference()?.quality,
    featureWindows: options.featureWindows,
  });
  const segments = createModelSegments(settings, scoring, instruments);
  const join = createTargetJoin({
    timeToLiveMs,
    maximumPending,
    corrections,
    segmentations: segmentNames(settings).length,
  });
  const early =
    holdTargets === undefined
      ? undefined
      : createEarlyTargets({ holdMs: holdTargets, maximumWaiting: maximumPending, corrections });
  const comparison = createModelComparison(options, scoring);
  const recorder = createTargetRecorder({
    scoring,
    join,
    early,
    count: instruments.target,
    onMatched(target, { output, timeMs, segments: own }, predictionId, knownMs, nowMs) {
      const outcome = quality.record(output, target, timeMs, nowMs);
      instruments.outcome(outcome);
      comparison?.add(predictionId, target, outcome.values[0]!);
      segments.record(own, output, target, nowMs);
      estimates.arrived(output, target, timeMs, nowMs);
      instruments.targetDelay(Math.max(0, knownMs - timeMs) / 1000);
    },
    onCorrected(target, prediction, replaced) {
      quality.correct(prediction, replaced, target);
      segments.correct(prediction.segments, prediction.output, replaced, target);
      estimates.corrected(prediction, replaced, target);
    },
  });
  const read = createPredictionReader({
    outputs,
    scoring,
    timeToLiveMs,
    segmentsOf: segments.codes,
  });

  const kept = {
    outputs,
    scoring,
    reference,
    join,
    early,
    quality,
    segments,
    estimates,
    comparison,
  };

  const storeAt = (nowMs: number): PredictionStore => ({
    keep(predictionId, prediction) {
      if (!join.remember(predictionId, prediction, nowMs)) return false;
      estimates.predicted(prediction.output, prediction.timeMs);
      recorder.joinEarly(predictionId, nowMs);
      return true;
    },
    counted(rows, timeMs, known) {
      quality.predicted(rows, timeMs);
      instruments.duplicatePredictions(known);
    },
    failed: (error) => failures.count('outputs', error),
  });

  function snapshotAt(nowMs: number): QualitySnapshot {
    const estimate = estimates.snapshot(nowMs);
    return {
      ...quality.snapshot(nowMs),
      segments: segments.snapshot(nowMs),
      ...(estimate === undefined ? {} : { estimate }),
      ...(comparison === undefined ? {} : { champion: comparison.snapshot() }),
    };
  }

  return {
    remember(batch, nowMs) {
      // The time-to-live of an id must not depend on when metrics are read.
      recorder.expire(nowMs);
      if (batch.predictionIds === undefined) {
        failures.guard('outputs', () => estimates.unidentified(batch, nowMs));
        return batch;
      }
      return failures.guard('outputs', () => read(batch, nowMs, storeAt(nowMs))) ?? batch;
    },
    record: (targets, nowMs) =>
      failures.guard('targets', () => recorder.record(targets, nowMs)) ?? noTargets,
    knows: join.knows,
    predictions: {
      outputs,
      scoreOf: (id, target) => scoreOf(scoring, join.outputOf(id), target),
    },
    accepts: (timeMs, nowMs) => isScoredTime(timeMs, nowMs, timeToLiveMs),
    quality: snapshotAt,
    collect(nowMs) {
      recorder.expire(nowMs);
      const snapshot = snapshotAt(nowMs);
      instruments.quality(snapshot, join);
      instruments.targetsHeld(early?.waiting ?? 0);
      instruments.segments(snapshot.segments, segments.overflow());
      publish(snapshot, instruments);
      return snapshot;
    },
    save: () => saveTargets(kept),
    restore: (saved, restoring) => restoreTargets(kept, saved, restoring),
  };
}

function publish(
  { delay, cohort, estimate, champion }: QualitySnapshot,
  instruments: Instruments,
): void {
  instruments.targetDelays(delay);
  instruments.cohort(cohort);
  instruments.estimate(estimate);
  instruments.champion(champion);
}

function createModelQuality(
  { quality, alerts }: Pick<MonitorSettings, 'quality' | 'alerts'>,
  scoring: Scoring,
): Quality {
  return createQuality({
    scoring,
    windowMs: quality.window,
    timeToLiveMs: quality.targetTimeToLive,
    minimumSamples: quality.minimumSamples,
    cohortCoverage: quality.cohortCoverage,
    expectedDelayMs: alerts.expectedTargetDelay,
  });
}

/** The comparison with the champion; undefined without one. */
function createModelComparison(
  { settings: { champion, outputs }, failures, findVersion }: TargetsOptions,
  scoring: Scoring,
): Comparison | undefined {
  if (champion === undefined) return undefined;
  return createChampionComparison({
    settings: champion,
    outputs,
    scoring,
    findChampion: () => findVersion(champion.version),
    onMismatch: (error) => failures.count('targets', error),
  });
}

/** The first score of the task that is a mean. */
function scoreOf(
  scoring: Scoring,
  output: ScoredOutput | undefined,
  target: ScoredTarget,
): number | undefined {
  return output === undefined ? undefined : scoring.outcome(output, target).values[0];
}

/** The segments of a model, whose targets are counted as they arrive. */
function createModelSegments(
  settings: Pick<MonitorSettings, 'outputs' | 'quality' | 'driftDetection'>,
  scoring: Scoring,
  instruments: Pick<Instruments, 'segmentTarget'>,
): Segments {
  return createSegments({
    scoring,
    isBinary: settings.outputs.task === 'binary',
    names: segmentNames(settings),
    maximumSegments: settings.quality.maximumSegments,
    windowMs: settings.quality.segmentWindow,
    minimumSamples: settings.quality.minimumSamples,
    segmentMinimumSamples: settings.quality.segmentMinimumSamples,
    onTarget: instruments.segmentTarget,
  });
}

function segmentNames({
  quality,
  driftDetection,
}: Pick<MonitorSettings, 'quality' | 'driftDetection'>): readonly string[] {
  if (quality.segments !== undefined) return quality.segments;
  return driftDetection.segment === undefined ? [] : [driftDetection.segment];
}
