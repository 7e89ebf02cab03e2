import { createIdQueue } from './id-queue.js';

/** A target that came before its prediction. */
export interface EarlyTarget {
  /** As the scoring has read it. */
  readonly value: number;
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
}

const column = { heldMs: 0, value: 1, timeMs: 2 };

/**
 * An empty store. It holds at most `maximumWaiting` ids; the oldest leaves first. Of several targets of
 * one prediction the first stays, or the last, as `corrections` says. Each call is O(1) amortised.
 */
export function createEarlyTargets(options: {
  readonly holdMs: number;
  readonly maximumWaiting: number;
  readonly corrections: 'first' | 'last';
}): EarlyTargets {
  const queue = createIdQueue(3);
  let waiting = 0;
  /** Targets that left for newer ones since the last call of `expire`. */
  let displaced = 0;

  /** The value is NaN once its prediction has come; the id then stays until its turn to leave. */
  const isWaiting = (position: number): boolean =>
    position >= 0 && !Number.isNaN(queue.get(position, column.value));

  function put(position: number, { value, timeMs }: EarlyTarget, nowMs: number): void {
    queue.set(position, column.heldMs, nowMs);
    queue.set(position, column.value, value);
    queue.set(position, column.timeMs, timeMs);
  }

  function forgetOldest(): number {
    const lost = isWaiting(queue.oldest) ? 1 : 0;
    waiting -= lost;
    queue.removeOldest();
    return lost;
  }

  return {
    get waiting() {
      return waiting;
    },
    hold(predictionId, target, nowMs) {
      const known = queue.find(predictionId);
      if (isWaiting(known)) {
        const isOther = queue.get(known, column.value) !== target.value;
        if (options.corrections === 'first' || !isOther) return false;
        put(known, target, queue.get(known, column.heldMs));
        return true;
      }
      put(known >= 0 ? known : queue.add(predictionId), target, nowMs);
      waiting += 1;
      if (queue.size > options.maximumWaiting) displaced += forgetOldest();
      return true;
    },
    take(predictionId) {
      if (waiting === 0) return undefined;
      const position = queue.find(predictionId);
      if (!isWaiting(position)) return undefined;
      const target = {
        value: queue.get(position, column.value),
        timeMs: queue.get(position, column.timeMs),
      };
      queue.set(position, column.value, Number.NaN);
      waiting -= 1;
      return target;
    },
    expire(nowMs) {
      let lost = displaced;
      displaced = 0;
      while (queue.oldest >= 0 && queue.get(queue.oldest, column.heldMs) + options.holdMs <= nowMs) {
        lost += forgetOldest();
      }
      return lost;
    },
  };
}
