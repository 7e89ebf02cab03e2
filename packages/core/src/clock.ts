/** Where every window, schedule and time-to-live reads the time. */
export interface Clock {
  /** Milliseconds since the Unix epoch; never goes backwards by more than it must. */
  now(): number;
}

/** A schedule that runs until it is stopped. */
export interface ScheduledTask {
  /** Time of the next run in milliseconds since the Unix epoch, or null when there is none. */
  nextRun(): number | null;
  stop(): void;
}

/** Starts `run` at the times that a cron expression names, on the clock of the host program. */
export interface Scheduler {
  schedule(expression: string, timezone: string, run: () => void): ScheduledTask;
}

/** The time of the machine. */
export const systemClock: Clock = { now: () => Date.now() };
