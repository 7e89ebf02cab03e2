import type { ColumnProfile } from '@modelmeter/kernel/profiles';
import { ordinaryMovement } from '@modelmeter/kernel/statistics';
import { profileInBins } from '../bins/profile-in-bins.js';
import { comparablePeriods, type TimeRange } from '../history/comparable-periods.js';
import { dayMs, type ReferenceHistory } from '../history/reference-history.js';
import type { Compared } from './compared-feature.js';

/**
 * Periods from which their movement decides. With fewer of them, the tails of the F distribution are
 * so long that hardly any shift would be found. A window of some hours needs three at least, since it
 * has nothing else to be compared with.
 */
const leastPeriods = { week: 4, day: 7, partOfDay: 3 } as const;

/** Rows per bin below which the same hours of a weekday are too thin: then those of all days count. */
const leastRowsPerBin = 20;

/**
 * Compares a window with the same hours in the history of the reference: the reference becomes the
 * sum of the comparable periods, and `ordinary` says how much they differ. Periods are the same
 * hours of the week or, where those are too few or thin, of the day. Where both are too few, the
 * sample stays as it is: the window is compared with the whole reference.
 * O(slots x bins).
 */
export function inOrdinaryTime<Sample extends Compared>(
  sample: Sample,
  history: ReferenceHistory,
  window: TimeRange,
): Sample {
  const counts = history.features.get(sample.feature.name);
  if (counts === undefined) return sample;
  const width = counts.length / history.slots;
  const currentRows = sample.current.count + sample.current.missing;
  for (const period of ['week', 'day'] as const) {
    const { starts, others, slots } = comparablePeriods(history, window, period);
    const periodsAt = (from: readonly number[]): Float64Array[] =>
      from.map((start) => sumOfSlots(counts, width, start, slots));
    const periods = periodsAt(starts);
    const isPartOfDay = slots * history.slotMs < dayMs;
    if (periods.length < leastPeriods[isPartOfDay ? 'partOfDay' : period]) continue;
    const movement = ordinaryMovement(periods, currentRows, others.map(periodsAt));
    if (movement === undefined) continue;
    const sum = sumOf(periods);
    const isThin = sum.reduce((rows, count) => rows + count, 0) < leastRowsPerBin * width;
    if (isThin && period === 'week') continue;
    const { rowsPerBlock, degreesOfFreedom, psi } = movement;
    return {
      ...sample,
      reference: profileInBins(sample.reference as ColumnProfile, sum),
      ...(sample.exported === undefined
        ? {}
        : { exported: { reference: sum, current: sample.exported.current } }),
      ordinary: { rowsPerBlock, degreesOfFreedom, psi, period, periods: periods.length },
    };
  }
  return sample;
}

function sumOfSlots(
  counts: Float64Array,
  width: number,
  start: number,
  slots: number,
): Float64Array {
  const sum = new Float64Array(width);
  for (let slot = start; slot < start + slots; slot += 1) {
    for (let bin = 0; bin < width; bin += 1) sum[bin]! += counts[slot * width + bin]!;
  }
  return sum;
}

function sumOf(periods: readonly Float64Array[]): Float64Array {
  return periods[0]!.map((_, bin) => periods.reduce((rows, period) => rows + period[bin]!, 0));
}
