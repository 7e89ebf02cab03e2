import { Cron } from 'croner';
import type { TimerClock } from './clock.js';
import { messageOf } from './failures.js';

/** The schedule of runs that start on demand only. */
export const manualSchedule = 'manual';

/** A schedule that runs until it is stopped. */
export interface ScheduledTask {
  /** Time of the next run in milliseconds since the Unix epoch; null when there is none. */
  nextRun(): number | null;
  stop(): void;
}

/** The problem of a schedule or time zone, and its correction; undefined if both are valid. */
export function scheduleProblem(expression: string, timezone: string): string | undefined {
  if (expression === manualSchedule) return undefined;
  let reason: string;
  try {
    if (new Cron(expression, { timezone, paused: true }).nextRun() !== null) return undefined;
    reason = 'it never runs';
  } catch (error) {
    reason = messageOf(error);
  }
  return `"${expression}" in time zone "${timezone}" is not a valid schedule (${reason}); write a cron expression such as "0 */6 * * *" and a time zone such as "UTC", or schedule: ${manualSchedule}`;
}

/** A schedule is followed for so many runs to see how often it runs. */
const followedRuns = 500;
const yearMs = 365.25 * 24 * 3_600_000;

/** Runs of a valid cron expression in a year, at least 1; undefined for runs on demand. */
export function runsPerYear(expression: string, timezone: string): number | undefined {
  if (expression === manualSchedule) return undefined;
  const cron = new Cron(expression, { timezone, paused: true });
  const startMs = Date.UTC(2025, 0, 1);
  const runs = cron.nextRuns(followedRuns, new Date(startMs));
  const inYear = runs.filter((run) => run.getTime() - startMs <= yearMs);
  if (inYear.length < followedRuns) return Math.max(1, inYear.length);
  return (followedRuns * yearMs) / (inYear.at(-1)!.getTime() - startMs);
}

/**
 * Calls `run` at the times of a cron expression. After a jump of the clock, the next run is computed
 * from the new time; missed runs are skipped.
 */
export function scheduleRuns(
  clock: TimerClock,
  expression: string,
  timezone: string,
  run: () => void,
): ScheduledTask {
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
}
