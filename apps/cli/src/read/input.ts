import { readFile } from 'node:fs/promises';
import { type Reference, referenceFromJson } from '@modelmeter/core';
import type { FeatureConfig } from '@modelmeter/core/settings';
import { messageOf } from '../errors.js';
import { featuresOf } from './columns.js';
import type { Reader } from './reader.js';
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
