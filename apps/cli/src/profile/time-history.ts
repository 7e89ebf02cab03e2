import {
  addToSlot,
  historySlots,
  type ReferenceHistory,
  slotOf,
  slotWidth,
  type TimeRange,
} from '@modelmeter/core/drift';
import type { ColumnProfile } from '@modelmeter/kernel/profiles';
import type { Feature } from '../read/columns.js';
import type { Reader } from '../read/reader.js';
import { type DataSource, relation } from '../read/source.js';
import { type CalendarGrouping, calendarGrouping } from './groups.js';
import { groupProfiles } from './profile-input.js';
import type { GroupProfile } from './profile-source.js';

const hourMs = 3_600_000;

/** A column of times, and how they are written if that is not to be detected. */
export interface TimeColumn {
  readonly column: string;
  readonly format?: string | undefined;
}

/**
 * The whole hours from the first to the last time of a source; undefined without rows.
 *
 * @throws CliError COLUMN_UNKNOWN, TIME_UNREADABLE.
 */
export async function timeRangeOf(
  reader: Reader,
  source: DataSource,
  { column, format }: TimeColumn,
): Promise<TimeRange | undefined> {
  const { expression, columns, notes } = await hoursOf(reader, source, { column, format });
  for (const note of notes) if (!source.log.notes.includes(note)) source.log.notes.push(note);
  const found = await reader.database.connection.runAndReadAll(
    `SELECT min(t), max(t) FROM (SELECT ${expression} AS t FROM ${relation(source, columns)})`,
  );
  const [first, last] = found.getRows()[0]!;
  if (first === null || last === null) return undefined;
  return { startMs: Number(first) * 1000, endMs: Number(last) * 1000 + hourMs };
}

/**
 * The rows of a reference by hour, or by day if it is long, in the bins of its profiles.
 *
 * @throws CliError COLUMN_UNKNOWN, TIME_UNREADABLE.
 */
export async function historyOf(
  reader: Reader,
  source: DataSource,
  features: readonly Feature[],
  reference: GroupProfile,
  time: TimeColumn,
): Promise<ReferenceHistory | undefined> {
  const range = await timeRangeOf(reader, source, time);
  if (range === undefined) return undefined;
  const slots = historySlots(range.startMs, range.endMs - 1);
  const grouping =
    slots.slotMs === hourMs
      ? await hoursOf(reader, source, time)
      : await calendarGrouping(reader.database, source, `day:${time.column}`, time.format);
  const columns = features.filter(({ type }) => type !== 'embedding');
  const profileOf = (name: string) => reference.features.get(name) as ColumnProfile;
  const counts = new Map(
    columns.map(({ name }) => [name, new Float64Array(slots.slots * slotWidth(profileOf(name)))]),
  );
  for await (const group of groupProfiles(reader, source, columns, reference, grouping)) {
    const slot = slotOf(slots, group.range!.startMs);
    if (slot === undefined) continue;
    for (const [name, profile] of group.features) {
      addToSlot(counts.get(name)!, slot, profileOf(name), profile as ColumnProfile);
    }
  }
  return { ...slots, features: counts };
}

function hoursOf(
  { database }: Reader,
  source: DataSource,
  { column, format }: TimeColumn,
): Promise<CalendarGrouping> {
  return calendarGrouping(database, source, `hour:${column}`, format);
}
