import type { Clock, Scheduler } from '@modelmeter/core';
import { Cron } from 'croner';

/** A clock with timers. */
export interface TimerClock extends Clock {
  /** Calls `run` once at `timeMs`; returns a function that cancels the call. */
  at(timeMs: number, run: () => void): () => void;
}

// setTimeout takes at most 2^31 - 1 milliseconds, so longer waits use several timeouts.
const longestTimeoutMs = 2 ** 31 - 1;

/** The clock of the machine. Its timers do not keep the process alive. */
export const systemTimerClock: TimerClock = {
  now: () => Date.now(),
  at(timeMs, run) {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const leftMs = timeMs - Date.now();
      timer =
        leftMs > longestTimeoutMs
          ? setTimeout(wait, longestTimeoutMs)
          : setTimeout(run, Math.max(0, leftMs));
      timer.unref();
    };
    wait();
    return () => clearTimeout(timer);
  },
};

/** Runs cron schedules on a clock. The next run is planned after the current one has returned. */
export function createScheduler(clock: TimerClock): Scheduler {
  return {
    schedule(expression, timezone, run) {
      const cron = new Cron(expression, { timezone, paused: true });
      let cancel: () => void = () => {};
      let nextMs: number | null = null;
      const plan = (): void => {
        const next = cron.nextRun(new Date(clock.now()));
        nextMs = next === null ? null : next.getTime();
        if (nextMs === null) return;
        cancel = clock.at(nextMs, () => {
          try {
            run();
          } finally {
            plan();
          }
        });
      };
      plan();
      return {
        nextRun: () => nextMs,
        stop() {
          nextMs = null;
          cancel();
        },
      };
    },
  };
}
