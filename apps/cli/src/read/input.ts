import { open, readFile } from 'node:fs/promises';
import { type Reference, referenceFromJson } from '@modelmeter/core';
import { multivariateName } from '@modelmeter/core/settings';
import { CliError } from '../errors.js';
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
    const { dimension, columns } = profile.basis;
    const together = columns === undefined ? {} : { together: columns.names };
    return [{ name, type: profile.type, dimension, ...together }];
  });
}

/**
 * The numeric ones among some features as one feature: a vector per row.
 *
 * @throws CliError OPTION_INVALID when there are none, when one of the features has its name, or when
 * a profile holds others together.
 */
export function featuresTogether(input: Input, features: readonly Feature[]): Feature {
  if (features.some(({ name }) => name === multivariateName)) {
    throw new CliError(
      'OPTION_INVALID',
      `${input.name} has a column "${multivariateName}", which is the name of the numeric features together. Rename the column, leave it out with --exclude, or leave out multivariate.`,
    );
  }
  const names = features.filter(({ type }) => type === 'numeric').map(({ name }) => name);
  if (names.length === 0) {
    throw new CliError(
      'OPTION_INVALID',
      `${input.name} has no numeric feature to compare together with others. Name numeric columns, or leave out multivariate.`,
    );
  }
  const own: Feature = {
    name: multivariateName,
    type: 'embedding',
    dimension: names.length,
    together: names,
  };
  if (input.kind === 'data') return own;
  const counted = featuresOfInput(input).find(({ together }) => together !== undefined);
  const held = counted?.together ?? [];
  if (counted !== undefined && sameNames(held, names)) return counted;
  throw new CliError(
    'OPTION_INVALID',
    `${input.name} holds ${held.length === 0 ? 'no numeric features together' : `${held.join(', ')} together`}, and ${names.join(', ')} are to be compared together. Make it again from the data with modelmeter reference --multivariate, or leave out multivariate.`,
  );
}

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  const names = new Set(some);
  return some.length === others.length && others.every((name) => names.has(name));
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
