import type { Restoring } from '../restoring.js';
import { createIdQueue } from './id-queue.js';
import { restoreIds, type SavedIds, saveIds } from './saved-ids.js';
import { type ScoredTarget, sameTarget } from './scoring.js';

/** A target that came before its prediction. */
export interface EarlyTarget {
  readonly target: ScoredTarget;
  /** When the target became known; NaN if its sender did not say. */
  readonly timeMs: number;
}

/** Targets that came before their predictions, until those come or the time to wait ends. */
export interface EarlyTargets {
  /** Number of targets that wait. */
  readonly waiting: number;
  /** Keeps a target; false when one of the same prediction waits already and stays. */
  hold(predictionId: string, target: EarlyTarget, nowMs: number): boolean;
  /** The target of a prediction that has come, which no longer waits. */
  take(predictionId: string): EarlyTarget | undefined;
  /** Forgets targets whose prediction did not come in time; returns how many. */
  expire(nowMs: number): number;
  save(): SavedEarlyTargets;
  restore(saved: SavedEarlyTargets, restoring: Restoring): void;
}

/** The targets that wait, and the ids whose prediction has come. */
export interface SavedEarlyTargets {
  readonly ids: SavedIds<ScoredTarget>;
  readonly waiting: number;
  readonly displaced: number;
}

const numbers = { heldMs: 0, timeMs: 1 };

/**
 * An empty store. It holds at most `maximumWaiting` ids; the oldest leaves first. Of several targets of
 * one prediction the first stays, or the last, as `corrections` says. Each call is O(1) amortised.
 */
export function createEarlyTargets(options: {
  readonly holdMs: number;
  readonly maximumWaiting: number;
  readonly corrections: 'first' | 'last';
}): EarlyTargets {
  const queue = createIdQueue<ScoredTarget>({ numbers: 2, values: 1 });
  let waiting = 0;
  /** Targets that left for newer ones since the last call of `expire`. */
  let displaced = 0;

  /** Undefined once its prediction has come; the id then stays until its turn to leave. */
  const targetAt = (position: number): ScoredTarget | undefined =>
    position < 0 ? undefined : queue.value(position, 0);

  function put(position: number, { target, timeMs }: EarlyTarget, heldMs: number): void {
    queue.setNumber(position, numbers.heldMs, heldMs);
    queue.setNumber(position, numbers.timeMs, timeMs);
    queue.setValue(position, 0, target);
  }

  function forgetOldest(): number {
    const lost = targetAt(queue.oldest) === undefined ? 0 : 1;
    waiting -= lost;
    queue.removeOldest();
    return lost;
  }

  return {
    get waiting() {
      return waiting;
    },
    hold(predictionId, early, nowMs) {
      const known = queue.find(predictionId);
      const held = targetAt(known);
      if (held !== undefined) {
        if (options.corrections === 'first' || sameTarget(held, early.target)) return false;
        put(known, early, queue.number(known, numbers.heldMs));
        return true;
      }
      put(known >= 0 ? known : queue.add(predictionId), early, nowMs);
      waiting += 1;
      if (queue.size > options.maximumWaiting) displaced += forgetOldest();
      return true;
    },
    take(predictionId) {
      if (waiting === 0) return undefined;
      const position = queue.find(predictionId);
      const target = targetAt(position);
      if (target === undefined) return undefined;
      queue.setValue(position, 0, undefined);
      waiting -= 1;
      return { target, timeMs: queue.number(position, numbers.timeMs) };
    },
    expire(nowMs) {
      let lost = displaced;
      displaced = 0;
      while (
        queue.oldest >= 0 &&
        queue.number(queue.oldest, numbers.heldMs) + options.holdMs <= nowMs
      ) {
        lost += forgetOldest();
      }
      return lost;
    },
    save: () => ({ ids: saveIds(queue), waiting, displaced }),
    restore(saved, { shiftMs }) {
      restoreIds(queue, saved.ids);
      const { oldest, size } = queue;
      for (let index = oldest; index < oldest + size; index += 1) {
        for (const column of [numbers.heldMs, numbers.timeMs]) {
          queue.setNumber(index, column, queue.number(index, column) + shiftMs);
        }
      }
      waiting = saved.waiting;
      displaced = saved.displaced;
      while (queue.size > options.maximumWaiting) displaced += forgetOldest();
    },
  };
}
