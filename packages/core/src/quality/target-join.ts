import type { ExpiryReason } from '../vocabulary.js';
import type { ScoredOutput } from './scoring.js';

/** A prediction without a target so far. */
export interface PendingPrediction {
  readonly timeMs: number;
  readonly output: ScoredOutput;
}

/** Predictions by id, until their target arrives, their time-to-live ends or capacity is reached. */
export interface TargetJoin {
  /** Keeps a prediction; an earlier one with the same id is replaced. */
  remember(predictionId: string, prediction: PendingPrediction): void;
  /** The prediction of a target; a second target of the same prediction is a duplicate. */
  take(
    predictionId: string,
  ): { status: 'matched'; prediction: PendingPrediction } | { status: 'unmatched' | 'duplicate' };
  /** Whether a prediction is remembered, joined or not. */
  knows(predictionId: string): boolean;
  /** Forgets predictions whose time-to-live has ended. */
  expire(nowMs: number): void;
  readonly pending: number;
  /** Predictions forgotten before their target arrived. */
  readonly expired: Readonly<Record<ExpiryReason, number>>;
}

interface Entry extends PendingPrediction {
  joined: boolean;
}

/**
 * An empty store of at most `maximumPending` predictions; the oldest is dropped first.
 *
 * Joined ids stay until their time-to-live ends, so that a target sent twice counts once.
 * Each call is O(1) amortised.
 */
export function createTargetJoin(options: {
  readonly timeToLiveMs: number;
  readonly maximumPending: number;
}): TargetJoin {
  // A Map iterates in insertion order, which is the order of time: the oldest entry is the first.
  const entries = new Map<string, Entry>();
  let pending = 0;
  const expired: Record<ExpiryReason, number> = { time_to_live: 0, capacity: 0, replaced: 0 };

  function forget(predictionId: string, entry: Entry, reason: ExpiryReason): void {
    entries.delete(predictionId);
    if (entry.joined) return;
    pending -= 1;
    expired[reason] += 1;
  }

  return {
    remember(predictionId, prediction) {
      const earlier = entries.get(predictionId);
      if (earlier !== undefined) forget(predictionId, earlier, 'replaced');
      if (entries.size >= options.maximumPending) {
        const [oldestId, oldest] = entries.entries().next().value!;
        forget(oldestId, oldest, 'capacity');
      }
      entries.set(predictionId, { ...prediction, joined: false });
      pending += 1;
    },
    take(predictionId) {
      const entry = entries.get(predictionId);
      if (entry === undefined) return { status: 'unmatched' };
      if (entry.joined) return { status: 'duplicate' };
      entry.joined = true;
      pending -= 1;
      return { status: 'matched', prediction: entry };
    },
    knows: (predictionId) => entries.has(predictionId),
    expire(nowMs) {
      for (const [predictionId, entry] of entries) {
        if (entry.timeMs + options.timeToLiveMs > nowMs) break;
        forget(predictionId, entry, 'time_to_live');
      }
    },
    get pending() {
      return pending;
    },
    expired,
  };
}
