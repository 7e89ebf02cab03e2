import { open, readFile } from 'node:fs/promises';
import { type Reference, referenceFromJson } from '@modelmeter/core';
import { type Feature, featuresOf } from './columns.js';
import type { ReadReport } from './read-report.js';
import type { Reader } from './reader.js';
import { type DataSource, openSource, type ReadOptions, unreadable } from './source.js';

export interface DataInput {
  readonly kind: 'data';
  readonly name: string;
  readonly source: DataSource;
}

/** One side of a comparison: rows that can be counted, or a profile of rows counted before. */
export type Input =
  | DataInput
  | { readonly kind: 'profile'; readonly name: string; readonly profile: Reference };

/**
 * Opens a data set, or a profile written by `modelmeter reference`, `profile` or `merge`.
 *
 * @throws CliError DATA_UNREADABLE, CoreError REFERENCE_FORMAT.
 */
export async function openInput(
  { database }: Reader,
  name: string,
  options: ReadOptions = {},
): Promise<Input> {
  const profile = name.endsWith('.json') ? await readProfile(database, name) : undefined;
  if (profile !== undefined) return { kind: 'profile', name, profile };
  return { kind: 'data', name, source: await openSource(database, name, options) };
}

/** The features that an input has, as what it holds. */
export function featuresOfInput(input: Input): Feature[] {
  if (input.kind === 'data') return featuresOf(input.source);
  return Array.from(input.profile.features).flatMap(([name, profile]): Feature[] => {
    if (profile.type !== 'embedding') return [{ name, type: profile.type }];
    // The numeric features together are compared by a monitor, which sees whole rows.
    const { dimension, columns } = profile.basis;
    return columns === undefined ? [{ name, type: profile.type, dimension }] : [];
  });
}

/** The names of all columns of an input, compared or not. */
export function columnNames(input: Input): string[] {
  return [...(input.kind === 'data' ? input.source.columns : input.profile.features).keys()];
}

export const profileReport: ReadReport = {
  format: 'profile',
  detected: {},
  rejected: { rows: 0, examples: [] },
  leftOut: [],
  notes: [],
};

/** The profile in a file, or undefined where it holds rows of JSON. */
async function readProfile(
  database: Reader['database'],
  path: string,
): Promise<Reference | undefined> {
  let text: string;
  try {
    if (!/^\s*\{\s*"format"\s*:/.test(await startOf(path))) return undefined;
    text = await readFile(path, 'utf8');
  } catch (error) {
    // A glob is not a file; the engine finds the files that it means.
    if (path.includes('*')) return undefined;
    throw unreadable(database, path, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(database, path, error);
  }
  return referenceFromJson(value, path);
}

async function startOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(200), 0, 200, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
