import type { Clock, ScheduledTask, Scheduler } from '../src/clock.js';
import type { FeatureConfig } from '../src/config.js';
import { buildReference, type Reference, type ReferenceColumns } from '../src/reference.js';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** A Thursday at midnight UTC, the start of a week of panes. */
export const startMs = 2_900 * 7 * dayMs;

/** A clock that stands still until it is told to go on. */
export function fakeClock(nowMs: number = startMs): Clock & { advance(byMs: number): void } {
  let current = nowMs;
  return {
    now: () => current,
    advance(byMs) {
      current += byMs;
    },
  };
}

/** A scheduler whose runs are started by hand. */
export function manualScheduler(): Scheduler & { run(): void; readonly stopped: boolean } {
  let scheduled: (() => void) | undefined;
  let stopped = false;
  return {
    schedule(_expression, _timezone, run): ScheduledTask {
      scheduled = run;
      return {
        nextRun: () => startMs + dayMs,
        stop() {
          stopped = true;
        },
      };
    },
    run() {
      scheduled?.();
    },
    get stopped() {
      return stopped;
    },
  };
}

/** Uniform numbers in [0, 1) from a seed (mulberry32, public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Normal numbers by Box and Muller 1958. */
export function normals(random: () => number, length: number, mean: number = 0): Float64Array {
  return Float64Array.from(
    { length },
    () => mean + Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}

export function referenceOf(
  features: readonly FeatureConfig[],
  columns: ReferenceColumns,
): Reference {
  return buildReference({
    modelName: 'late-flights',
    modelVersion: '3',
    created: '2026-01-01T00:00:00.000Z',
    source: 'rows of a test',
    features,
    columns,
  });
}
