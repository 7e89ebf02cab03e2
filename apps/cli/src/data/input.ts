import { readFile } from 'node:fs/promises';
import { type Reference, referenceFromJson } from '@modelmeter/core';
import type { FeatureConfig } from '@modelmeter/core/config';
import { type FeatureProfile, numericProfile } from '@modelmeter/kernel/profiles';
import { messageOf } from '../errors.js';
import { type FeatureColumn, featureColumn, featuresOf } from './columns.js';
import { type Grouping, oneGroup } from './groups.js';
import { numbersInText } from './numbers-in-text.js';
import {
  type GroupProfile,
  profileGroups,
  profileReference,
  type Reader,
} from './profile-source.js';
import { type DataSource, openSource, unreadable } from './source.js';

type Feature = Pick<FeatureConfig, 'name' | 'type'>;

/** One side of a comparison: rows that can be counted, or a profile of rows counted before. */
export type Input =
  | { readonly kind: 'data'; readonly name: string; readonly source: DataSource }
  | { readonly kind: 'profile'; readonly name: string; readonly profile: Reference };

/**
 * Opens a data set, or a profile written by `modelmeter reference`, `profile` or `merge`.
 *
 * @throws CliError DATA_UNREADABLE, CoreError REFERENCE_FORMAT.
 */
export async function openInput(reader: Reader, name: string): Promise<Input> {
  const profile = name.endsWith('.json') ? await readProfile(name) : undefined;
  if (profile !== undefined) return { kind: 'profile', name, profile };
  return { kind: 'data', name, source: await openSource(reader.database, name) };
}

/** The profile in a file, or undefined where it holds rows of JSON. */
async function readProfile(path: string): Promise<Reference | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    // The engine knows globs and tells of files that are not there.
    if (path.includes('*')) return undefined;
    throw unreadable(path, messageOf(error));
  }
  if (!/^\s*\{\s*"format"\s*:/.test(text.slice(0, 200))) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(path, error);
  }
  return referenceFromJson(value, path);
}

/** The features that an input has, without the columns that serve for something else. */
export function featuresOfInput(input: Input, except: ReadonlySet<string>): Feature[] {
  if (input.kind === 'data') return featuresOf(input.source, except);
  return [...input.profile.features]
    .filter(([name]) => !except.has(name))
    .map(([name, { type }]) => ({ name, type }));
}

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
