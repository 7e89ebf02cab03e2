import { dayMs, type EmptyHistory } from './reference-history.js';

/** A window of time, in milliseconds since the Unix epoch; the end is not in it. */
export interface TimeRange {
  readonly startMs: number;
  readonly endMs: number;
}

/** After how long the hours of a window come again. */
export type Period = 'day' | 'week';

/** The parts of a history that are comparable with a window: the same hours of day, or of week. */
export interface ComparablePeriods {
  readonly period: Period;
  /** Slots of each part. */
  readonly slots: number;
  /** First slot of each part. */
  readonly starts: readonly number[];
  /**
   * The same hours of the other days of the week, day by day: comparable among themselves, not with
   * the window.
   */
  readonly others: readonly (readonly number[])[];
}

const daysOf = { day: 1, week: 7 } as const satisfies Record<Period, number>;

/**
 * The parts of a history that are as long as a window and lie a whole number of days or weeks from
 * it, without those that overlap it. Empty where the history is too short, or its slots are longer
 * than the window. O(slots of the history).
 */
export function comparablePeriods(
  history: EmptyHistory,
  { startMs, endMs }: TimeRange,
  period: Period,
): ComparablePeriods {
  const slots = Math.round((endMs - startMs) / history.slotMs);
  const first = Math.round((endMs - history.startMs) / history.slotMs) - slots;
  const slotsOfDay = dayMs / history.slotMs;
  const cycle = daysOf[period] * slotsOfDay;
  if (slots < 1) return { period, slots, starts: [], others: [] };
  const step = Math.ceil(slots / cycle) * cycle;
  const startsFrom = (phase: number): number[] => {
    const starts: number[] = [];
    const lowest = ((phase % step) + step) % step;
    for (let start = lowest; start + slots <= history.slots; start += step) {
      if (start + slots <= first || start >= first + slots) starts.push(start);
    }
    return starts;
  };
  const hasOtherDays = period === 'week' && slots <= slotsOfDay;
  return {
    period,
    slots,
    starts: startsFrom(first),
    others: hasOtherDays
      ? Array.from({ length: 6 }, (_, day) => startsFrom(first + (day + 1) * slotsOfDay))
      : [],
  };
}
