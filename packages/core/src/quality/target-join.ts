import type { ExpiryReason } from '../vocabulary.js';
import { createIdQueue } from './id-queue.js';

/** A prediction without a target so far. */
export interface PendingPrediction {
  /** When it was made. */
  readonly timeMs: number;
  /** Score (binary), class index (multiclass) or value (regression). */
  readonly output: number;
  /** Number of its segment, by segmentation. */
  readonly segments: readonly number[];
}

/** What a target is to the prediction of its id. */
export type JoinedTarget =
  | { readonly status: 'matched'; readonly prediction: PendingPrediction }
  | {
      readonly status: 'corrected';
      readonly prediction: PendingPrediction;
      /** The target that it replaces, and when that arrived. */
      readonly earlier: { readonly target: number; readonly timeMs: number };
    }
  | { readonly status: 'unmatched' | 'duplicate' };

/** Predictions by id, until their target arrives, their time-to-live ends or capacity is reached. */
export interface TargetJoin {
  /** Keeps a prediction; false when one with the same id is known, which stays. */
  remember(predictionId: string, prediction: PendingPrediction, nowMs: number): boolean;
  /** Joins a target with the prediction of its id. */
  take(predictionId: string, target: number, nowMs: number): JoinedTarget;
  /** Whether a prediction is remembered, joined or not. */
  knows(predictionId: string): boolean;
  /** Forgets predictions whose time-to-live has ended. */
  expire(nowMs: number): void;
  readonly pending: number;
  /** Predictions forgotten before their target arrived. */
  readonly expired: Readonly<Record<ExpiryReason, number>>;
}

/** Columns of the numbers that are kept with an id; `joinedMs` is NaN until the target arrives. */
const column = { rememberedMs: 0, timeMs: 1, output: 2, joinedMs: 3, target: 4, segments: 5 };

/**
 * An empty store of at most `maximumPending` predictions; the oldest is dropped first.
 *
 * Joined ids stay until their time-to-live ends, so that a prediction or a target that is sent twice
 * counts once. The time-to-live begins when a prediction is remembered. Each call is O(1) amortised
 * and takes under a microsecond, whatever the number of predictions.
 */
export function createTargetJoin(options: {
  readonly timeToLiveMs: number;
  readonly maximumPending: number;
  /** Whether a later, different target replaces the first. */
  readonly corrections: 'first' | 'last';
  /** Numbers of segments of each prediction. */
  readonly segmentations: number;
}): TargetJoin {
  const { timeToLiveMs, maximumPending, corrections, segmentations } = options;
  const queue = createIdQueue(column.segments + segmentations);
  let pending = 0;
  const expired: Record<ExpiryReason, number> = { time_to_live: 0, capacity: 0 };

  function forgetOldest(reason: ExpiryReason): void {
    if (Number.isNaN(queue.get(queue.oldest, column.joinedMs))) {
      pending -= 1;
      expired[reason] += 1;
    }
    queue.removeOldest();
  }

  function predictionAt(position: number): PendingPrediction {
    return {
      timeMs: queue.get(position, column.timeMs),
      output: queue.get(position, column.output),
      segments: Array.from({ length: segmentations }, (_, index) =>
        queue.get(position, column.segments + index),
      ),
    };
  }

  return {
    remember(predictionId, { timeMs, output, segments }, nowMs) {
      const position = queue.add(predictionId);
      if (position < 0) return false;
      queue.set(position, column.rememberedMs, nowMs);
      queue.set(position, column.timeMs, timeMs);
      queue.set(position, column.output, output);
      queue.set(position, column.joinedMs, Number.NaN);
      for (let index = 0; index < segmentations; index += 1) {
        queue.set(position, column.segments + index, segments[index]!);
      }
      pending += 1;
      if (queue.size > maximumPending) forgetOldest('capacity');
      return true;
    },
    take(predictionId, target, nowMs) {
      const position = queue.find(predictionId);
      if (position < 0) return { status: 'unmatched' };
      const joinedMs = queue.get(position, column.joinedMs);
      if (Number.isNaN(joinedMs)) {
        queue.set(position, column.joinedMs, nowMs);
        queue.set(position, column.target, target);
        pending -= 1;
        return { status: 'matched', prediction: predictionAt(position) };
      }
      const earlier = queue.get(position, column.target);
      if (corrections === 'first' || earlier === target) return { status: 'duplicate' };
      queue.set(position, column.target, target);
      return {
        status: 'corrected',
        prediction: predictionAt(position),
        earlier: { target: earlier, timeMs: joinedMs },
      };
    },
    knows: (predictionId) => queue.find(predictionId) >= 0,
    expire(nowMs) {
      while (
        queue.oldest >= 0 &&
        queue.get(queue.oldest, column.rememberedMs) + timeToLiveMs <= nowMs
      ) {
        forgetOldest('time_to_live');
      }
    },
    get pending() {
      return pending;
    },
    expired,
  };
}
