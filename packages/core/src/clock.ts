/** The time source of windows, schedules and times-to-live. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Calls `run` once at `timeMs`; returns a function that cancels it. Without `at`, drift runs on
   * demand only.
   */
  at?(timeMs: number, run: () => void): () => void;
}

/** A clock with timers, which drift runs on a schedule need. */
export type TimerClock = Required<Clock>;

/** Whether a clock has timers. */
export function canCallBack(clock: Clock): clock is TimerClock {
  return clock.at !== undefined;
}

// setTimeout takes at most 2^31 - 1 milliseconds; longer waits are split.
const longestTimeoutMs = 2 ** 31 - 1;

/** The clock of the machine. Its timers do not keep the process alive. */
export const systemClock: TimerClock = {
  now: () => Date.now(),
  at(timeMs, run) {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (): void => {
      const leftMs = timeMs - Date.now();
      timer =
        leftMs > longestTimeoutMs
          ? setTimeout(wait, longestTimeoutMs)
          : setTimeout(run, Math.max(0, leftMs));
      // In browsers a timer is a number, which needs no unref.
      if (typeof timer === 'object') timer.unref();
    };
    wait();
    return () => clearTimeout(timer);
  },
};
