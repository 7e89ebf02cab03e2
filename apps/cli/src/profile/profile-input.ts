import type { Reference } from '@modelmeter/core';
import type { FeatureConfig } from '@modelmeter/core/settings';
import { type FeatureProfile, numericProfile } from '@modelmeter/kernel/profiles';
import { type FeatureColumn, featureColumn } from '../read/columns.js';
import type { Input } from '../read/input.js';
import type { Reader } from '../read/reader.js';
import { type DataSource, unreadable } from '../read/source.js';
import { type Grouping, oneGroup } from './groups.js';
import { numbersInText } from './numbers-in-text.js';
import { type GroupProfile, profileGroups, profileReference } from './profile-source.js';

type Feature = Pick<FeatureConfig, 'name' | 'type'>;

/** Warns of each feature that nobody declared and that is categorical by a few texts only. */
export async function warnOfNumbersInText(
  { database }: Reader,
  input: Input,
  undeclared: readonly Feature[],
  onWarning: (message: string) => void,
): Promise<void> {
  if (input.kind === 'profile') return;
  try {
    for (const message of await numbersInText(database, input.source, undeclared)) {
      onWarning(message);
    }
  } catch (error) {
    throw unreadable(input.name, error);
  }
}

/** Profiles an input as a reference, or takes the profile that it is. */
export async function referenceProfile(
  reader: Reader,
  input: Input,
  features: readonly Feature[],
): Promise<GroupProfile> {
  if (input.kind === 'profile') return groupOf(input.profile);
  return profileReference(reader, input.source, columnsOf(input.source, features));
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
  const columns = columnsOf(source, features);
  return profileGroups(reader, source, columns, reference.features, grouping);
}

function columnsOf(source: DataSource, features: readonly Feature[]): FeatureColumn[] {
  return features.map((feature) => featureColumn(source, feature));
}

function groupOf({ rows, features }: Reference): GroupProfile {
  return { key: '', rows, features, invalid: new Map() };
}

export function emptyGroup(reference: GroupProfile): GroupProfile {
  const empty = (profile: FeatureProfile): FeatureProfile =>
    profile.type === 'numeric'
      ? numericProfile(new Float64Array(0), { grid: profile.grid })
      : { ...profile, count: 0, missing: 0, counts: profile.counts.map(() => 0), other: 0 };
  return {
    key: '',
    rows: 0,
    features: new Map(Array.from(reference.features, ([name, profile]) => [name, empty(profile)])),
    invalid: new Map(),
  };
}
