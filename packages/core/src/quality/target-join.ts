import type { Restoring } from '../restoring.js';
import type { ExpiryReason } from '../vocabulary.js';
import { createIdQueue } from './id-queue.js';
import { restoreIds, type SavedIds, saveIds } from './saved-ids.js';
import { type ScoredOutput, type ScoredTarget, sameTarget } from './scoring.js';
import { noSegment } from './segments/segment-codes.js';

/** A prediction without a target so far. */
export interface PendingPrediction {
  /** When it was made. */
  readonly timeMs: number;
  readonly output: ScoredOutput;
  /** Number of its segment, by segmentation. */
  readonly segments: readonly number[];
}

/** A target that another one replaces, and when it arrived. */
export interface EarlierTarget {
  readonly target: ScoredTarget;
  readonly timeMs: number;
}

/** What a target is to the prediction of its id. */
export type JoinedTarget =
  | { readonly status: 'matched'; readonly prediction: PendingPrediction }
  | {
      readonly status: 'corrected';
      readonly prediction: PendingPrediction;
      readonly earlier: EarlierTarget;
    }
  | { readonly status: 'unmatched' | 'duplicate' };

/** Predictions by id, until their target arrives, their time-to-live ends or capacity is reached. */
export interface TargetJoin {
  /** Keeps a prediction; false when one with the same id is known, which stays. */
  remember(predictionId: string, prediction: PendingPrediction, nowMs: number): boolean;
  /** Joins a target with the prediction of its id. */
  take(predictionId: string, target: ScoredTarget, nowMs: number): JoinedTarget;
  /** The output of a prediction that is remembered, joined or not. */
  outputOf(predictionId: string): ScoredOutput | undefined;
  /** Whether a prediction is remembered, joined or not. */
  knows(predictionId: string): boolean;
  /** Forgets predictions whose time-to-live has ended. */
  expire(nowMs: number): void;
  readonly pending: number;
  /** Predictions forgotten before their target arrived. */
  readonly expired: Readonly<Record<ExpiryReason, number>>;
  save(): SavedJoin;
  /**
   * @param keepsSegments Whether the numbers of the saved segments still mean the same; the restored
   *   predictions are of no segment otherwise.
   */
  restore(saved: SavedJoin, restoring: Restoring, keepsSegments: boolean): void;
}

/** The remembered predictions, joined or not. */
export interface SavedJoin {
  readonly ids: SavedIds<ScoredOutput | ScoredTarget>;
  readonly pending: number;
  readonly expired: Readonly<Record<ExpiryReason, number>>;
}

/** Columns of what is kept with an id; `joinedMs` is NaN until the target arrives. */
const numbers = { rememberedMs: 0, timeMs: 1, joinedMs: 2, segments: 3 };
const values = { output: 0, target: 1 };

/**
 * An empty store of at most `maximumPending` predictions; the oldest is dropped first.
 *
 * Joined ids stay until their time-to-live ends, so that a prediction or a target that is sent twice
 * counts once. The time-to-live begins when a prediction is remembered. Each call is O(1) amortised,
 * whatever the number of predictions. Takes 100 to 150 bytes for a prediction, and the text of its id.
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
  const queue = createIdQueue<ScoredOutput | ScoredTarget>({
    numbers: numbers.segments + segmentations,
    values: 2,
  });
  let pending = 0;
  const expired: Record<ExpiryReason, number> = { time_to_live: 0, capacity: 0 };

  function forgetOldest(reason: ExpiryReason): void {
    if (Number.isNaN(queue.number(queue.oldest, numbers.joinedMs))) {
      pending -= 1;
      expired[reason] += 1;
    }
    queue.removeOldest();
  }

  function predictionAt(position: number): PendingPrediction {
    return {
      timeMs: queue.number(position, numbers.timeMs),
      output: queue.value(position, values.output) as ScoredOutput,
      segments: Array.from({ length: segmentations }, (_, index) =>
        queue.number(position, numbers.segments + index),
      ),
    };
  }

  return {
    remember(predictionId, { timeMs, output, segments }, nowMs) {
      const position = queue.add(predictionId);
      if (position < 0) return false;
      queue.setNumber(position, numbers.rememberedMs, nowMs);
      queue.setNumber(position, numbers.timeMs, timeMs);
      queue.setNumber(position, numbers.joinedMs, Number.NaN);
      for (let index = 0; index < segmentations; index += 1) {
        queue.setNumber(position, numbers.segments + index, segments[index]!);
      }
      queue.setValue(position, values.output, output);
      pending += 1;
      if (queue.size > maximumPending) forgetOldest('capacity');
      return true;
    },
    take(predictionId, target, nowMs) {
      const position = queue.find(predictionId);
      if (position < 0) return { status: 'unmatched' };
      const joinedMs = queue.number(position, numbers.joinedMs);
      if (Number.isNaN(joinedMs)) {
        queue.setNumber(position, numbers.joinedMs, nowMs);
        queue.setValue(position, values.target, target);
        pending -= 1;
        return { status: 'matched', prediction: predictionAt(position) };
      }
      const earlier = queue.value(position, values.target) as ScoredTarget;
      if (corrections === 'first' || sameTarget(earlier, target)) return { status: 'duplicate' };
      queue.setValue(position, values.target, target);
      return {
        status: 'corrected',
        prediction: predictionAt(position),
        earlier: { target: earlier, timeMs: joinedMs },
      };
    },
    outputOf(predictionId) {
      const position = queue.find(predictionId);
      if (position < 0) return undefined;
      return queue.value(position, values.output) as ScoredOutput;
    },
    knows: (predictionId) => queue.find(predictionId) >= 0,
    expire(nowMs) {
      while (
        queue.oldest >= 0 &&
        queue.number(queue.oldest, numbers.rememberedMs) + timeToLiveMs <= nowMs
      ) {
        forgetOldest('time_to_live');
      }
    },
    get pending() {
      return pending;
    },
    expired,
    save: () => ({ ids: saveIds(queue), pending, expired }),
    restore(saved, { shiftMs }, keepsSegments) {
      const before = { ...saved.expired };
      restoreIds(queue, keepsSegments ? saved.ids : withoutSegments(saved.ids, segmentations));
      const { oldest, size } = queue;
      for (let index = oldest; index < oldest + size; index += 1) {
        for (const column of [numbers.rememberedMs, numbers.timeMs, numbers.joinedMs]) {
          queue.setNumber(index, column, queue.number(index, column) + shiftMs);
        }
      }
      pending = saved.pending;
      Object.assign(expired, before);
      while (queue.size > maximumPending) forgetOldest('capacity');
    },
  };
}

/** The same predictions, of no segment of as many segmentations as there are now. */
function withoutSegments(saved: SavedJoin['ids'], segmentations: number): SavedJoin['ids'] {
  const columns = { ...saved.columns, numbers: numbers.segments + segmentations };
  const rows = new Float64Array(saved.ids.length * columns.numbers).fill(noSegment);
  for (let row = 0; row < saved.ids.length; row += 1) {
    const from = row * saved.columns.numbers;
    rows.set(saved.numbers.subarray(from, from + numbers.segments), row * columns.numbers);
  }
  return { ...saved, columns, numbers: rows };
}
