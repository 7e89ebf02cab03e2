import type { TimerClock } from '@modelmeter/core';

/** A clock that only advances when asked to, and then runs every timer that falls due. */
export interface SimulatedClock extends TimerClock {
  /** Advances to `timeMs`. Timers run in the order of their times, each at its own time. */
  advanceTo(timeMs: number): void;
}

/** A clock that starts at `startMs`. */
export function createSimulatedClock(startMs: number): SimulatedClock {
  let nowMs = startMs;
  const timers = new Set<{ readonly timeMs: number; readonly run: () => void }>();

  function nextDue(untilMs: number): { timeMs: number; run: () => void } | undefined {
    let next: { timeMs: number; run: () => void } | undefined;
    for (const timer of timers) {
      if (timer.timeMs <= untilMs && (next === undefined || timer.timeMs < next.timeMs)) {
        next = timer;
      }
    }
    return next;
  }

  return {
    now: () => nowMs,
    at(timeMs, run) {
      const timer = { timeMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advanceTo(timeMs) {
      for (let timer = nextDue(timeMs); timer !== undefined; timer = nextDue(timeMs)) {
        timers.delete(timer);
        nowMs = Math.max(nowMs, timer.timeMs);
        timer.run();
      }
      nowMs = Math.max(nowMs, timeMs);
    },
  };
}
