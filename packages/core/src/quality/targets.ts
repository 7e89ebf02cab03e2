import type { Clock } from '../clock.js';
import type { Failures } from '../failures.js';
import type { Instruments } from '../metrics/instruments.js';
import type { PredictionBatch, Target } from '../prediction.js';
import type { MonitorSettings } from '../settings/monitor.js';
import { type OutputsConfig, outputNameOf } from '../settings/outputs.js';
import type { TargetStatus } from '../vocabulary.js';
import { pickBatch } from '../windows/pick-rows.js';
import { createScoring } from './create-scoring.js';
import { createEarlyTargets } from './early-targets.js';
import { createQuality, type QualitySnapshot } from './quality.js';
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
/** How far the clocks of senders may be ahead. */
const clockToleranceMs = 300_000;

/** Creates an empty store of predictions. */
export function createTargets(options: {
  readonly settings: Pick<MonitorSettings, 'outputs' | 'quality'>;
  readonly clock: Clock;
  readonly instruments: Instruments;
  readonly failures: Failures;
}): Targets {
  const { settings, clock, instruments, failures } = options;
  const { outputs } = settings;
  const { targetTimeToLive, maximumPendingTargets, corrections, holdTargets } = settings.quality;
  const scoring = createScoring(outputs);
  const quality = createQuality({
    scoring,
    windowMs: settings.quality.window,
    timeToLiveMs: targetTimeToLive,
    minimumSamples: settings.quality.minimumSamples,
    cohortCoverage: settings.quality.cohortCoverage,
    expectedDelayMs: settings.quality.expectedTargetDelay,
  });
  const join = createTargetJoin({
    timeToLiveMs: targetTimeToLive,
    maximumPending: maximumPendingTargets,
    corrections,
    segmentations: 0,
  });
  const early =
    holdTargets === undefined
      ? undefined
      : createEarlyTargets({
          holdMs: holdTargets,
          maximumWaiting: maximumPendingTargets,
          corrections,
        });

  /** Joins a target; `timeMs` is when it became known, NaN if its sender did not say. */
  function joinTarget(
    predictionId: string,
    target: number,
    timeMs: number,
    nowMs: number,
  ): TargetStatus {
    const joined = join.take(predictionId, target, nowMs);
    if (joined.status === 'matched') {
      const { prediction } = joined;
      instruments.outcome(quality.record(prediction.output, target, prediction.timeMs, nowMs));
      const knownMs = Number.isNaN(timeMs) ? nowMs : timeMs;
      instruments.targetDelay(Math.max(0, knownMs - prediction.timeMs) / 1000);
    } else if (joined.status === 'corrected') {
      quality.correct(joined.prediction, joined.earlier, target);
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
    return early.hold(predictionId, { value: target, timeMs }, nowMs) ? 'held' : 'duplicate';
  }

  /** Forgets what has waited too long. */
  function expire(nowMs: number): void {
    join.expire(nowMs);
    for (let lost = early?.expire(nowMs) ?? 0; lost > 0; lost -= 1) instruments.target('unmatched');
  }

  /** Joins the target of a new prediction that came before it. */
  function joinEarlyTarget(predictionId: string, nowMs: number): void {
    const target = early?.take(predictionId);
    if (target === undefined) return;
    instruments.target(joinTarget(predictionId, target.value, target.timeMs, nowMs));
  }

  function accepts(timeMs: number, nowMs: number): boolean {
    return timeMs >= nowMs - targetTimeToLive && timeMs <= nowMs + clockToleranceMs;
  }

  /** When the predictions of a batch were made. */
  function timeOf({ timeMs }: PredictionBatch, nowMs: number): number {
    if (timeMs === undefined) return nowMs;
    if (accepts(timeMs, nowMs)) return timeMs;
    throw new RangeError(
      `the predictions were made at ${timeMs} ms since the Unix epoch, which is not within quality.targetTimeToLive before now (${nowMs}); they are not scored`,
    );
  }

  function rememberRows(batch: PredictionBatch, ids: readonly string[], nowMs: number) {
    if (ids.length !== batch.rows) {
      throw new RangeError(
        `the batch has ${batch.rows} rows but ${ids.length} prediction ids; give one id for each row`,
      );
    }
    const timeMs = timeOf(batch, nowMs);
    const values = scoring.readOutputs(batch.outputs, batch.rows);
    if (values === undefined) {
      throw new RangeError(
        `the batch has the outputs ${batch.outputs.map(({ name }) => name).join(', ') || '(none)'}, but the monitor reads ${outputSetting(outputs)} with one value for each row`,
      );
    }
    const known = new Set<number>();
    let unusable = 0;
    for (let row = 0; row < batch.rows; row += 1) {
      // A single NaN would make the sums of errors NaN permanently.
      if (!Number.isFinite(values[row])) unusable += 1;
      else if (join.remember(ids[row]!, { timeMs, output: values[row]!, segments: [] }, nowMs)) {
        joinEarlyTarget(ids[row]!, nowMs);
      } else known.add(row);
    }
    quality.predicted(batch.rows - known.size, timeMs);
    instruments.duplicatePredictions(known.size);
    if (unusable > 0) {
      const message = `${unusable} of ${batch.rows} rows of ${outputSetting(outputs)} have no finite number; their targets cannot be scored`;
      failures.count('outputs', new RangeError(message));
    }
    return known;
  }

  return {
    remember(batch, nowMs) {
      if (batch.predictionIds === undefined) return batch;
      try {
        const known = rememberRows(batch, batch.predictionIds, nowMs);
        if (known.size === 0) return batch;
        const fresh = Array.from({ length: batch.rows }, (_, row) => row);
        return pickBatch(
          batch,
          fresh.filter((row) => !known.has(row)),
        );
      } catch (error) {
        failures.count('outputs', error);
        return batch;
      }
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
    accepts,
    quality: () => quality.snapshot(clock.now()),
    collect(nowMs) {
      expire(nowMs);
      const snapshot = quality.snapshot(nowMs);
      instruments.quality(snapshot, join);
      instruments.targetsHeld(early?.waiting ?? 0);
      instruments.targetDelays(snapshot.delay);
      instruments.cohort(snapshot.cohort);
    },
  };
}

function outputSetting(outputs: OutputsConfig): string {
  const setting =
    outputs.task === 'binary' ? 'score' : outputs.task === 'multiclass' ? 'class' : 'value';
  return `outputs.${setting} "${outputNameOf(outputs)}"`;
}
