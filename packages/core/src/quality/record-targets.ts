import type { Target } from '../prediction.js';
import type { TargetStatus } from '../vocabulary.js';
import type { EarlyTargets } from './early-targets.js';
import { clockToleranceMs } from './remember-predictions.js';
import type { ScoredTarget, Scoring } from './scoring.js';
import type { EarlierTarget, PendingPrediction, TargetJoin } from './target-join.js';

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

/** The result of no targets. */
export const noTargets: TargetResult = {
  matched: 0,
  duplicate: 0,
  corrected: 0,
  held: 0,
  unmatched: 0,
  invalid: 0,
  problems: [],
};

/** Joins targets with predictions, whichever comes first. */
export interface TargetRecorder {
  record(targets: readonly Target[], nowMs: number): TargetResult;
  /** Joins the target of a new prediction that came before it, if there is one. */
  joinEarly(predictionId: string, nowMs: number): void;
  /** Forgets predictions and targets that have waited too long. */
  expire(nowMs: number): void;
}

const problemsReported = 100;

/** The recorder of a join and of the targets that may come first. */
export function createTargetRecorder(options: {
  readonly scoring: Pick<Scoring, 'readTarget'>;
  readonly join: TargetJoin;
  readonly early: EarlyTargets | undefined;
  /** Receives the status of each target, once it has one. */
  readonly count: (status: TargetStatus) => void;
  readonly onMatched: (
    target: ScoredTarget,
    prediction: PendingPrediction,
    predictionId: string,
    knownMs: number,
    nowMs: number,
  ) => void;
  readonly onCorrected: (
    target: ScoredTarget,
    prediction: PendingPrediction,
    earlier: EarlierTarget,
  ) => void;
}): TargetRecorder {
  const { scoring, join, early, count, onMatched, onCorrected } = options;

  /** @param timeMs When the target became known; NaN if its sender did not say. */
  function joinTarget(
    predictionId: string,
    target: ScoredTarget,
    timeMs: number,
    nowMs: number,
  ): TargetStatus {
    const joined = join.take(predictionId, target, nowMs);
    if (joined.status === 'matched') {
      const knownMs = Number.isNaN(timeMs) ? nowMs : timeMs;
      onMatched(target, joined.prediction, predictionId, knownMs, nowMs);
    } else if (joined.status === 'corrected') {
      onCorrected(target, joined.prediction, joined.earlier);
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

  function expire(nowMs: number): void {
    join.expire(nowMs);
    for (let lost = early?.expire(nowMs) ?? 0; lost > 0; lost -= 1) count('unmatched');
  }

  return {
    record(targets, nowMs) {
      expire(nowMs);
      const counts = { matched: 0, duplicate: 0, corrected: 0, held: 0, unmatched: 0, invalid: 0 };
      const problems: TargetResult['problems'][number][] = [];
      for (const [index, target] of targets.entries()) {
        const found = recordOne(target, nowMs);
        const status = found === 'invalid_time' ? 'invalid' : found;
        counts[status] += 1;
        if (status !== 'held') count(status);
        if (problems.length === problemsReported) continue;
        const { predictionId } = target;
        if (status === 'unmatched') problems.push({ index, predictionId, status });
        if (status === 'invalid') {
          const invalid = found === 'invalid_time' ? 'time' : 'value';
          problems.push({ index, predictionId, status, invalid });
        }
      }
      return { ...counts, problems };
    },
    joinEarly(predictionId, nowMs) {
      const held = early?.take(predictionId);
      if (held === undefined) return;
      count(joinTarget(predictionId, held.target, held.timeMs, nowMs));
    },
    expire,
  };
}
