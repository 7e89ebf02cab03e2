/** Where every window, schedule and time-to-live reads the time. */
export interface Clock {
  /** Milliseconds since the Unix epoch; never goes backwards by more than it must. */
  now(): number;
  /**
   * Calls `run` once at `timeMs`; returns how to cancel it. Drift runs on a schedule need it: a
   * clock without it runs drift on demand only.
   */
  at?(timeMs: number, run: () => void): () => void;
}

/** A clock that can also call back. */
export type TimerClock = Required<Clock>;

export function canCallBack(clock: Clock): clock is TimerClock {
  return clock.at !== undefined;
}

// setTimeout takes at most 2^31 - 1 milliseconds; longer waits are split.
const longestTimeoutMs = 2 ** 31 - 1;

/** The time of the machine. Waiting timers do not keep the process alive. */
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
      // Browsers number their timers and have nothing to release.
      if (typeof timer === 'object') timer.unref();
    };
    wait();
    return () => clearTimeout(timer);
  },
};
