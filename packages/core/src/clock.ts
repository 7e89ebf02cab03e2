/** The time source of windows, schedules and times-to-live. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Calls `run` once at `timeMs`; returns a function that cancels it. Without `at`, drift runs on
   * demand only.
   */
  at?(timeMs: number, run: () => void): () => void;
  /**
   * Milliseconds of a clock that is never set, such as `performance.now()`. With it, windows and
   * times-to-live go on when `now` is set forward or back.
   */
  monotonic?(): number;
}

/** A clock with timers, which drift runs on a schedule need. */
export type TimerClock = Clock & Required<Pick<Clock, 'at'>>;

/** Whether a clock has timers. */
export function canCallBack(clock: Clock): clock is TimerClock {
  return clock.at !== undefined;
}

// setTimeout takes at most 2^31 - 1 milliseconds; longer waits are split.
const longestTimeoutMs = 2 ** 31 - 1;

/** The clock of the machine. Its timers do not keep the process alive. */
export const systemClock: TimerClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
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

/** Smaller differences between two clocks are not a jump: they are corrected slowly, or measured late. */
const smallestJumpMs = 60_000;

/**
 * Returns a function that says by how many milliseconds the clock has been set since its last call; 0
 * if it was not, or if the clock has no monotonic time to tell.
 */
export function watchJumps(clock: Clock): () => number {
  let lastMs = clock.now();
  let lastMonotonicMs = clock.monotonic?.() ?? 0;
  return () => {
    if (clock.monotonic === undefined) return 0;
    const nowMs = clock.now();
    const monotonicMs = clock.monotonic();
    const jumpMs = nowMs - lastMs - (monotonicMs - lastMonotonicMs);
    lastMs = nowMs;
    lastMonotonicMs = monotonicMs;
    return Math.abs(jumpMs) < smallestJumpMs ? 0 : jumpMs;
  };
}
