import type { Clock } from '../clock.js';
import type { Failures } from '../failures.js';
import type { Instruments } from '../metrics/instruments.js';
import type { PredictionBatch, Target } from '../prediction.js';
import type { MonitorSettings } from '../settings/monitor.js';
import type { TargetStatus } from '../vocabulary.js';
import { createScoring } from './create-scoring.js';
import { createEarlyTargets } from './early-targets.js';
import { createQuality, type QualitySnapshot } from './quality.js';
import {
  clockToleranceMs,
  createPredictionReader,
  isScoredTime,
  type PredictionStore,
} from './remember-predictions.js';
import type { ScoredTarget } from './scoring.js';
import { createSegments } from './segments/segment-quality.js';
import { createTargetJoin } from './target-join.js';

/** The number of targets by result, and the first hundred that were not joined. */
export interface TargetResult {
  readonly matched: number;
  /** Targets of predictions that had one already, which stays. */
  readonly duplicate: number;
  /** Targets that replaced an earlier one, with `quality.corrections: 'last'`. */
  readonly corrected: number;
  /** Targets that wait for their prediction, with `quality.holdTargets`. */
  readonly held: number;
  readonly unmatched: number;
  readonly invalid: number;
  readonly problems: readonly {
    readonly index: number;
    readonly predictionId: string;
    readonly status: 'unmatched' | 'invalid';
    /** What of an invalid target is not valid. */
    readonly invalid?: 'value' | 'time';
  }[];
}

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
  record(targets: readonly Target[]): TargetResult;
  /** Whether a prediction of that id is remembered. */
  knows(predictionId: string): boolean;
  /** Whether predictions made at a time are scored. */
  accepts(timeMs: number, nowMs: number): boolean;
  /** The quality over the current window. */
  quality(): QualitySnapshot;
  /** Forgets predictions and targets whose time has ended, and publishes the scores. */
  collect(nowMs: number): void;
}

const problemsReported = 100;

/** Creates an empty store of predictions. */
export function createTargets(options: {
  readonly settings: Pick<MonitorSettings, 'outputs' | 'quality' | 'driftDetection'>;
  readonly clock: Clock;
  readonly instruments: Instruments;
  readonly failures: Failures;
}): Targets {
  const { settings, clock, instruments, failures } = options;
  const { outputs } = settings;
  const { targetTimeToLive: timeToLiveMs, holdTargets, corrections } = settings.quality;
  const maximumPending = settings.quality.maximumPendingTargets;
  const scoring = createScoring(outputs, settings.quality.interval);
  const quality = createQuality({
    scoring,
    windowMs: settings.quality.window,
    timeToLiveMs,
    minimumSamples: settings.quality.minimumSamples,
    cohortCoverage: settings.quality.cohortCoverage,
    expectedDelayMs: settings.quality.expectedTargetDelay,
  });
  const names = segmentNames(settings);
  const segments = createSegments({
    scoring,
    isBinary: outputs.task === 'binary',
    names,
    maximumSegments: settings.quality.maximumSegments,
    windowMs: settings.quality.segmentWindow,
    minimumSamples: settings.quality.minimumSamples,
    segmentMinimumSamples: settings.quality.segmentMinimumSamples,
  });
  const join = createTargetJoin({
    timeToLiveMs,
    maximumPending,
    corrections,
    segmentations: names.length,
  });
  const early =
    holdTargets === undefined
      ? undefined
      : createEarlyTargets({ holdMs: holdTargets, maximumWaiting: maximumPending, corrections });
  const read = createPredictionReader({
    outputs,
    scoring,
    timeToLiveMs,
    segmentsOf: segments.codes,
  });

  /** Joins a target; `timeMs` is when it became known, NaN if its sender did not say. */
  function joinTarget(
    predictionId: string,
    target: ScoredTarget,
    timeMs: number,
    nowMs: number,
  ): TargetStatus {
    const joined = join.take(predictionId, target, nowMs);
    if (joined.status === 'matched') {
      const { prediction } = joined;
      instruments.outcome(quality.record(prediction.output, target, prediction.timeMs, nowMs));
      segments.record(prediction.segments, prediction.output, target, nowMs);
      const knownMs = Number.isNaN(timeMs) ? nowMs : timeMs;
      instruments.targetDelay(Math.max(0, knownMs - prediction.timeMs) / 1000);
    } else if (joined.status === 'corrected') {
      const { prediction, earlier: replaced } = joined;
      quality.correct(prediction, replaced, target);
      segments.correct(prediction.segments, prediction.output, replaced, target);
    }
    return joined.status;
  }

  function recordOne(
    { predictionId, value, timeMs = Number.NaN }: Target,
    nowMs: number,
  ): TargetStatus | 'held' | 'invalid_time' {
    const target = scoring.readTarget(value);
    if (target === undefined) return 'invalid';
    if (timeMs > nowMs + clockToleranceMs) return 'invalid_time';
    const status = joinTarget(predictionId, target, timeMs, nowMs);
    if (status !== 'unmatched' || early === undefined) return status;
    return early.hold(predictionId, { target, timeMs }, nowMs) ? 'held' : 'duplicate';
  }

  /** Forgets what has waited too long. */
  function expire(nowMs: number): void {
    join.expire(nowMs);
    for (let lost = early?.expire(nowMs) ?? 0; lost > 0; lost -= 1) instruments.target('unmatched');
  }

  function storeAt(nowMs: number): PredictionStore {
    return {
      keep(predictionId, prediction) {
        if (!join.remember(predictionId, prediction, nowMs)) return false;
        const held = early?.take(predictionId);
        if (held !== undefined) {
          instruments.target(joinTarget(predictionId, held.target, held.timeMs, nowMs));
        }
        return true;
      },
      counted(rows, timeMs, known) {
        quality.predicted(rows, timeMs);
        instruments.duplicatePredictions(known);
      },
      failed: (error) => failures.count('outputs', error),
    };
  }

  const snapshotAt = (nowMs: number): QualitySnapshot => ({
    ...quality.snapshot(nowMs),
    segments: segments.snapshot(nowMs),
  });

  return {
    remember(batch, nowMs) {
      if (batch.predictionIds === undefined) return batch;
      return failures.guard('outputs', () => read(batch, nowMs, storeAt(nowMs))) ?? batch;
    },
    record(targets) {
      const counts = { matched: 0, duplicate: 0, corrected: 0, held: 0, unmatched: 0, invalid: 0 };
      const problems: TargetResult['problems'][number][] = [];
      failures.guard('targets', () => {
        const nowMs = clock.now();
        expire(nowMs);
        for (const [index, target] of targets.entries()) {
          const found = recordOne(target, nowMs);
          const status = found === 'invalid_time' ? 'invalid' : found;
          counts[status] += 1;
          if (status !== 'held') instruments.target(status);
          if (problems.length === problemsReported) continue;
          const { predictionId } = target;
          if (status === 'unmatched') problems.push({ index, predictionId, status });
          if (status === 'invalid') {
            const invalid = found === 'invalid_time' ? 'time' : 'value';
            problems.push({ index, predictionId, status, invalid });
          }
        }
      });
      return { ...counts, problems };
    },
    knows: join.knows,
    accepts: (timeMs, nowMs) => isScoredTime(timeMs, nowMs, timeToLiveMs),
    quality: () => snapshotAt(clock.now()),
    collect(nowMs) {
      expire(nowMs);
      const snapshot = snapshotAt(nowMs);
      instruments.quality(snapshot, join);
      instruments.targetsHeld(early?.waiting ?? 0);
      instruments.targetDelays(snapshot.delay);
      instruments.cohort(snapshot.cohort);
      instruments.segments(snapshot.segments, segments.totals());
    },
  };
}

function segmentNames({
  quality,
  driftDetection,
}: Pick<MonitorSettings, 'quality' | 'driftDetection'>): readonly string[] {
  if (quality.segments !== undefined) return quality.segments;
  return driftDetection.segment === undefined ? [] : [driftDetection.segment];
}
