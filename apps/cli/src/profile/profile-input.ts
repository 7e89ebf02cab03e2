import type { Reference } from '@modelmeter/core';
import { embeddingProfile, type FeatureProfile, numericProfile } from '@modelmeter/kernel/profiles';
import { currentColumn, type Feature, referenceColumn } from '../read/columns.js';
import type { Input } from '../read/input.js';
import type { Reader } from '../read/reader.js';
import type { DataSource } from '../read/source.js';
import { type Grouping, oneGroup } from './groups.js';
import { type GroupProfile, profileGroups, profileReference } from './profile-source.js';

/** Profiles an input as a reference, or takes the profile that it is. */
export async function referenceProfile(
  reader: Reader,
  input: Input,
  features: readonly Feature[],
): Promise<GroupProfile> {
  if (input.kind === 'profile') return groupOf(input.profile);
  const columns = features.map((feature) => referenceColumn(input.source, feature));
  return profileReference(reader, input.source, columns);
}

/** Profiles all rows of an input on the grids of a reference; a profile must be on them already. */
export async function currentProfile(
  reader: Reader,
  input: Input,
  features: readonly Feature[],
  reference: GroupProfile,
): Promise<GroupProfile> {
  if (input.kind === 'profile') return groupOf(input.profile);
  for await (const group of groupProfiles(reader, input.source, features, reference, oneGroup)) {
    return group;
  }
  return emptyGroup(reference);
}

/** Profiles each group of rows of a source on the grids of a reference. */
export function groupProfiles(
  reader: Reader,
  source: DataSource,
  features: readonly Feature[],
  reference: GroupProfile,
  grouping: Grouping,
): AsyncGenerator<GroupProfile> {
  const columns = features.map((feature) => currentColumn(source, feature));
  return profileGroups(reader, source, columns, reference.features, grouping);
}

/** A profile that was counted before. */
export function groupOf({ rows, features }: Pick<Reference, 'rows' | 'features'>): GroupProfile {
  return { key: '', rows, features, invalid: new Map() };
}

/** No rows, on the grids of a reference. */
export function emptyGroup(reference: GroupProfile, key = ''): GroupProfile {
  const empty = (profile: FeatureProfile): FeatureProfile => {
    if (profile.type === 'numeric') {
      return numericProfile(new Float64Array(0), { grid: profile.grid });
    }
    if (profile.type === 'embedding') {
      return embeddingProfile(new Float64Array(0), { basis: profile.basis });
    }
    return { ...profile, count: 0, missing: 0, counts: profile.counts.map(() => 0), other: 0 };
  };
  return {
    key,
    rows: 0,
    features: new Map(Array.from(reference.features, ([name, profile]) => [name, empty(profile)])),
    invalid: new Map(),
  };
}
