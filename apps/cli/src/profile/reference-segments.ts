import type { FeatureConfig } from '@modelmeter/core/settings';
import { CliError } from '../errors.js';
import type { Input } from '../read/input.js';
import type { Reader } from '../read/reader.js';
import { requireColumn } from '../read/source.js';
import { largestSegments } from './aggregates.js';
import { segmentGrouping } from './groups.js';
import { groupProfiles } from './profile-input.js';
import type { GroupProfile } from './profile-source.js';

/** The segments that are judged, and what the others were. */
export interface SegmentsOfReference {
  readonly references: ReadonlyMap<string, GroupProfile>;
  readonly leftOut: { readonly segments: number; readonly rows: number };
}

/** The largest segments of a reference, on the grids of the whole; of a profile those it has. */
export async function referenceSegments(
  reader: Reader,
  input: Input,
  whole: GroupProfile,
  column: string,
  limit: number,
  features: readonly Pick<FeatureConfig, 'name' | 'type'>[],
): Promise<SegmentsOfReference> {
  if (input.kind === 'profile') {
    const { segments } = input.profile;
    if (segments?.feature !== column) {
      throw new CliError(
        'OPTION_INVALID',
        `--segment ${column} needs a reference with that segment, and ${input.name} has ${segments === undefined ? 'none' : `those of "${segments.feature}"`}. Make it with: modelmeter reference --segment ${column}.`,
      );
    }
    const references = new Map<string, GroupProfile>();
    for (const [value, profiles] of [...segments.values].slice(0, limit)) {
      const [any] = profiles.values();
      const rows = any === undefined ? 0 : any.count + any.missing;
      references.set(value, { key: value, rows, features: profiles, invalid: new Map() });
    }
    return { references, leftOut: { segments: segments.values.size - references.size, rows: 0 } };
  }
  requireColumn(input.source, column);
  const { values, leftOut } = await largestSegments(reader.database, input.source, column, limit);
  const grouping = segmentGrouping(column, values);
  const found = await groupsByKey(groupProfiles(reader, input.source, features, whole, grouping));
  // Groups come by their number; the largest is the first of `values`.
  return { references: new Map(values.map((value) => [value, found.get(value)!])), leftOut };
}

export async function groupsByKey(
  groups: AsyncIterable<GroupProfile>,
): Promise<Map<string, GroupProfile>> {
  const byKey = new Map<string, GroupProfile>();
  for await (const group of groups) byKey.set(group.key, group);
  return byKey;
}
