import type { ColumnProfile, FeatureProfile } from '@modelmeter/kernel/profiles';
import { featureBins, profileCounts } from '../bins/feature-bins.js';

/**
 * Rows of a reference by time. It shows what is usual at an hour of the day or a day of the week,
 * and how much a feature moves from one week to the next.
 */
export interface ReferenceHistory {
  /** Start of the first slot, a multiple of `slotMs` since the Unix epoch (UTC). */
  readonly startMs: number;
  /** Length of a slot: an hour or a day. */
  readonly slotMs: number;
  /** Number of slots, each right after the one before. */
  readonly slots: number;
  /**
   * Rows by feature, slot by slot: in the exported bins of its profile (`featureBins`), then those
   * with a missing value.
   */
  readonly features: ReadonlyMap<string, Float64Array>;
}

export const hourMs = 3_600_000;
export const dayMs = 86_400_000;
/** Twelve weeks of hours; a longer time has slots of a day. */
const mostHours = 84 * 24;
/** Three years of days; rows before them are not in the history. */
const mostDays = 3 * 366;

/** A history without rows that ends with the slot of `lastMs`. */
export interface EmptyHistory {
  readonly startMs: number;
  readonly slotMs: number;
  readonly slots: number;
}

/**
 * The slots for rows between two times: hours, or days for more than twelve weeks. A range of more
 * than three years keeps its last 1098 days.
 *
 * @param firstMs Time of the first row in milliseconds since the Unix epoch.
 * @param lastMs Time of the last row.
 */
export function historySlots(firstMs: number, lastMs: number): EmptyHistory {
  const between = (slotMs: number): number =>
    Math.floor(lastMs / slotMs) - Math.floor(firstMs / slotMs) + 1;
  if (between(hourMs) <= mostHours) {
    const startMs = Math.floor(firstMs / hourMs) * hourMs;
    return { startMs, slotMs: hourMs, slots: between(hourMs) };
  }
  const slots = Math.min(between(dayMs), mostDays);
  return { startMs: (Math.floor(lastMs / dayMs) - slots + 1) * dayMs, slotMs: dayMs, slots };
}

/** The slot of a time; undefined outside the history. */
export function slotOf(
  { startMs, slotMs, slots }: EmptyHistory,
  timeMs: number,
): number | undefined {
  const slot = Math.floor((timeMs - startMs) / slotMs);
  return slot >= 0 && slot < slots ? slot : undefined;
}

/** Number of counts of a feature in one slot. O(counts). */
export function slotWidth(profile: ColumnProfile): number {
  return featureBins(profile).reference.length + 1;
}

/** Adds rows that were counted on the grid or vocabulary of the reference to a slot. O(counts). */
export function addToSlot(
  counts: Float64Array,
  slot: number,
  reference: ColumnProfile,
  rows: ColumnProfile,
): void {
  const bins = featureBins(reference).fold(profileCounts(rows, reference));
  const offset = slot * (bins.length + 1);
  for (const [bin, count] of bins.entries()) counts[offset + bin]! += count;
  counts[offset + bins.length]! += rows.missing;
}

/** The JSON form: `counts` by feature, slot by slot. */
export function historyToJson({ startMs, slotMs, slots, features }: ReferenceHistory): object {
  return {
    start: new Date(startMs).toISOString(),
    slotSeconds: slotMs / 1000,
    slots,
    features: Object.fromEntries(
      Array.from(features, ([name, counts]) => [name, Array.from(counts)]),
    ),
  };
}

/**
 * Reads the JSON form.
 *
 * @param profiles The features of the reference, whose bins the counts must have.
 * @returns What is wrong with it as the end of a sentence, if something is.
 */
export function historyFromJson(
  value: unknown,
  profiles: ReadonlyMap<string, FeatureProfile>,
): ReferenceHistory | string {
  const { start, slotSeconds, slots, features } = (value ?? {}) as Record<string, unknown>;
  const startMs = typeof start === 'string' ? Date.parse(start) : Number.NaN;
  const slotMs = Number(slotSeconds) * 1000;
  if (slotMs !== hourMs && slotMs !== dayMs) return `history.slotSeconds must be 3600 or 86400`;
  if (!Number.isFinite(startMs) || startMs % slotMs !== 0) {
    return 'history.start must be a time at the start of a slot';
  }
  if (!Number.isInteger(slots) || Number(slots) < 1 || Number(slots) > mostHours) {
    return `history.slots must be a whole number from 1 to ${mostHours}`;
  }
  if (typeof features !== 'object' || features === null) return 'history.features is missing';
  const counts = new Map<string, Float64Array>();
  for (const [name, rows] of Object.entries(features)) {
    const profile = profiles.get(name);
    if (profile === undefined || profile.type === 'embedding') {
      return `history.features has the unknown feature "${name}"`;
    }
    const length = Number(slots) * slotWidth(profile);
    const isValid =
      Array.isArray(rows) &&
      rows.length === length &&
      rows.every((count) => Number.isFinite(count) && count >= 0);
    if (!isValid) return `history.features.${name} must be ${length} counts of 0 or more`;
    counts.set(name, Float64Array.from(rows as number[]));
  }
  return { startMs, slotMs, slots: Number(slots), features: counts };
}
