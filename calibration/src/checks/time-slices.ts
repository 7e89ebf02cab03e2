import {
  addToSlot,
  type ComparedFeature,
  historySlots,
  inOrdinaryTime,
  slotWidth,
} from '@modelmeter/core/drift';
import type { FeatureConfig } from '@modelmeter/core/settings';
import type { ColumnProfile } from '@modelmeter/kernel/profiles';
import type { TimedTable } from '../data/timed-tables.js';
import { pick, profileOf } from '../profiling.js';
import { type Column, featuresOf } from '../table.js';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** Changes a column of a window, as a fault in its feed would. */
export type Fault = (column: Column) => Column;

/** A reference with its history, and the windows after it. */
export interface TimeSlices {
  readonly features: readonly FeatureConfig[];
  readonly referenceEndMs: number;
  readonly lastMs: number;
  /**
   * The rows of a window against the reference: its same hours, or all of it with `isWhole`.
   *
   * @param fault Applied to the feature of that name.
   */
  samples(
    startMs: number,
    endMs: number,
    options?: {
      readonly isWhole?: boolean;
      readonly fault?: { readonly feature: string; readonly apply: Fault };
    },
  ): ComparedFeature[];
}

/** Takes the rows of a time as the reference. */
export function sliceTime(table: TimedTable, startMs: number, referenceMs: number): TimeSlices {
  const { times, columns } = table;
  const referenceEndMs = startMs + referenceMs;
  const rowsBetween = (fromMs: number, toMs: number): Uint32Array => {
    const first = firstAtOrAfter(times, fromMs);
    const end = firstAtOrAfter(times, toMs);
    return Uint32Array.from({ length: end - first }, (_, index) => first + index);
  };
  const reference = columns.map((column) =>
    profileOf(pick(column, rowsBetween(startMs, referenceEndMs))),
  );
  const empty = historySlots(startMs, referenceEndMs - 1);
  const counts = new Map(
    columns.map(({ name }, index) => [
      name,
      new Float64Array(empty.slots * slotWidth(reference[index]!)),
    ]),
  );
  for (let slot = 0; slot < empty.slots; slot += 1) {
    const from = empty.startMs + slot * empty.slotMs;
    const rows = rowsBetween(from, from + empty.slotMs);
    for (const [index, column] of columns.entries()) {
      const profile = reference[index]!;
      addToSlot(counts.get(column.name)!, slot, profile, profileOf(pick(column, rows), profile));
    }
  }
  const history = { ...empty, features: counts };
  const features = featuresOf(columns);
  return {
    features,
    referenceEndMs,
    lastMs: times.at(-1)!,
    samples(fromMs, toMs, { isWhole = false, fault } = {}) {
      const rows = rowsBetween(fromMs, toMs);
      return columns.map((column, index) => {
        const profile: ColumnProfile = reference[index]!;
        const picked = pick(column, rows);
        const values = fault?.feature === column.name ? fault.apply(picked) : picked;
        const sample = {
          feature: features[index]!,
          reference: profile,
          current: profileOf(values, profile),
        };
        return isWhole ? sample : inOrdinaryTime(sample, history, { startMs: fromMs, endMs: toMs });
      });
    },
  };
}

function firstAtOrAfter(times: Float64Array, timeMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
