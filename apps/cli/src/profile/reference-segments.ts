import { CliError } from '../errors.js';
import type { Feature } from '../read/columns.js';
import type { Input } from '../read/input.js';
import type { Reader } from '../read/reader.js';
import { largestSegments } from './aggregates.js';
import { segmentGrouping } from './groups.js';
import { groupProfiles } from './profile-input.js';
import type { GroupProfile } from './profile-source.js';

/** The segments of a reference that are compared, and what the others were. */
export interface SegmentsOfReference {
  readonly references: ReadonlyMap<string, GroupProfile>;
  readonly leftOut: { readonly segments: number; readonly rows: number };
  /** All segments that the reference has, compared or not. */
  readonly known: readonly string[];
}

/** The largest segments of a reference, on the grids of the whole; of a profile those it has. */
export async function referenceSegments(
  reader: Reader,
  input: Input,
  whole: GroupProfile,
  column: string,
  limit: number,
  features: readonly Feature[],
): Promise<SegmentsOfReference> {
  if (input.kind === 'profile') return segmentsOfProfile(input, column, limit);
  const { values: all } = await largestSegments(reader.database, input.source, column, 100_000);
  const { values: found, leftOut } = await largestSegments(
    reader.database,
    input.source,
    column,
    limit,
  );
  const values = found.map(({ value }) => value);
  const grouping = segmentGrouping(input.source, column, values);
  const groups = await groupsByKey(groupProfiles(reader, input.source, features, whole, grouping));
  // Groups come by their number; the largest is the first of `values`.
  return {
    references: new Map(values.map((value) => [value, groups.get(value)!])),
    leftOut,
    known: all.map(({ value }) => value),
  };
}

function segmentsOfProfile(
  { name, profile }: Extract<Input, { kind: 'profile' }>,
  column: string,
  limit: number,
): SegmentsOfReference {
  const { segments } = profile;
  if (segments?.feature !== column) {
    throw new CliError(
      'OPTION_INVALID',
      `--segment ${column} needs a reference with that segment, and ${name} has ${segments === undefined ? 'none' : `those of "${segments.feature}"`}. Make it with: modelmeter reference --segment ${column}.`,
    );
  }
  const references = new Map<string, GroupProfile>();
  for (const [value, features] of [...segments.values].slice(0, limit)) {
    const [any] = features.values();
    const rows = any === undefined ? 0 : any.count + any.missing;
    references.set(value, { key: value, rows, features, invalid: new Map() });
  }
  return {
    references,
    leftOut: { segments: segments.values.size - references.size, rows: 0 },
    known: [...segments.values.keys()],
  };
}

export async function groupsByKey(
  groups: AsyncIterable<GroupProfile>,
): Promise<Map<string, GroupProfile>> {
  const byKey = new Map<string, GroupProfile>();
  for await (const group of groups) byKey.set(group.key, group);
  return byKey;
}
