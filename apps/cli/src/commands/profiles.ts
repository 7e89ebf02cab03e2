import { readFile } from 'node:fs/promises';
import { loadBatchConfig } from '@modelmeter/config-file';
import {
  createReference,
  outputFeature,
  type Reference,
  referenceFromJson,
  referenceToJson,
} from '@modelmeter/core';
import { type FeatureConfig, settingDefaults } from '@modelmeter/core/settings';
import { KernelError } from '@modelmeter/kernel';
import {
  commonGrid,
  type FeatureProfile,
  mergeProfiles,
  numericProfile,
} from '@modelmeter/kernel/profiles';
import { CliError, messageOf } from '../errors.js';
import { writeText } from '../files.js';
import { categoriesKept } from '../profile/aggregates.js';
import { currentProfile, referenceProfile, warnOfNumbersInText } from '../profile/profile-input.js';
import type { GroupProfile } from '../profile/profile-source.js';
import { referenceSegments } from '../profile/reference-segments.js';
import { featuresOfInput, openInput } from '../read/input.js';
import { requireColumn } from '../read/source.js';
import { warn } from '../warn.js';
import { withReader } from './with-reader.js';

export interface ProfileOptions {
  readonly data: string;
  readonly out: string;
  readonly columns?: readonly string[];
  readonly config?: string;
  readonly model?: string;
  readonly segment?: string;
  readonly maximumSegments?: number;
  readonly name: string;
  readonly modelVersion: string;
}

/** `modelmeter reference`: profiles a data set on grids of its own. */
export async function referenceCommand(options: ProfileOptions): Promise<void> {
  const declared =
    options.config === undefined ? undefined : await loadBatchConfig(options.config, options.model);
  const { profile, segments } = await withReader(async (reader) => {
    const input = await openInput(reader, options.data);
    if (input.kind === 'profile') throw alreadyProfile(options.data);
    const available = featuresOfInput(input, new Set());
    const ofConfig: Pick<FeatureConfig, 'name' | 'type'>[] = [...(declared?.features ?? [])];
    const features = ofConfig.length === 0 ? [...available] : [...ofConfig];
    if (declared?.outputs !== undefined) {
      const output = outputFeature(declared.outputs);
      ofConfig.push(output);
      if (input.source.columns.has(output.name)) features.push(output);
    }
    const chosen =
      options.columns?.map((name) => {
        requireColumn(input.source, name);
        const byName = (feature: { readonly name: string }): boolean => feature.name === name;
        // What is neither declared nor read as a feature is a time, told to be one.
        return (
          features.find(byName) ?? available.find(byName) ?? { name, type: 'numeric' as const }
        );
      }) ?? features;
    const declaredNames = new Set(ofConfig.map(({ name }) => name));
    const undeclared = chosen.filter(({ name }) => !declaredNames.has(name));
    await warnOfNumbersInText(reader, input, undeclared, warn);
    const whole = await referenceProfile(reader, input, chosen);
    const { segment: column, maximumSegments: limit = settingDefaults.maximumSegments } = options;
    if (column === undefined) return { profile: whole, segments: undefined };
    const { references } = await referenceSegments(reader, input, whole, column, limit, chosen);
    const values = Array.from(references, ([value, { features: own }]) => [value, own] as const);
    return { profile: whole, segments: { feature: column, values: new Map(values) } };
  });
  await writeProfile(options.out, profile, {
    modelName: options.model ?? options.name,
    modelVersion: options.modelVersion,
    source: options.data,
    ...(segments === undefined ? {} : { segments }),
  });
}

export interface GridProfileOptions {
  readonly grid: string;
  readonly data: string;
  readonly out: string;
}

/** `modelmeter profile`: counts a data set on the grids of a reference. */
export async function profileCommand(options: GridProfileOptions): Promise<void> {
  const reference = await readReference(options.grid);
  const profile = await withReader(async (reader) => {
    const input = await openInput(reader, options.data);
    if (input.kind === 'profile') throw alreadyProfile(options.data);
    const features = Array.from(reference.features, ([name, { type }]) => ({ name, type }));
    const { rows, features: profiles } = reference;
    return currentProfile(reader, input, features, {
      key: '',
      rows,
      features: profiles,
      invalid: new Map(),
    });
  });
  const { modelName, modelVersion } = reference;
  await writeProfile(options.out, profile, { modelName, modelVersion, source: options.data });
}

/** `modelmeter grid`: empty profiles on grids that suit several references together. */
export async function gridCommand(paths: readonly string[], out: string): Promise<void> {
  const references = await Promise.all(paths.map(readReference));
  const [first] = references;
  const features = new Map<string, FeatureProfile>();
  for (const name of first!.features.keys()) {
    features.set(name, commonProfile(name, references, paths));
  }
  const { modelName, modelVersion } = first!;
  await writeProfile(
    out,
    { key: '', rows: 0, features, invalid: new Map() },
    { modelName, modelVersion, source: `common grid of ${paths.join(', ')}` },
  );
}

/** `modelmeter merge`: the profile of all rows of several profiles on one grid. */
export async function mergeCommand(paths: readonly string[], out: string): Promise<void> {
  const [first, ...others] = await Promise.all(paths.map(readReference));
  const features = new Map(first!.features);
  let { rows } = first!;
  for (const [index, other] of others.entries()) {
    rows += other.rows;
    for (const [name, profile] of features) {
      const added = featureOf(other, name, paths[index + 1]!);
      try {
        features.set(name, mergeProfiles(profile, added));
      } catch (error) {
        if (!KernelError.isInstance(error)) throw error;
        throw new CliError(
          'PROFILES_DIFFER',
          `"${name}" of ${paths[index + 1]} and of ${paths[0]} were counted on different grids. Make a common one with modelmeter grid, and profile each data set on it with modelmeter profile --grid.`,
          error,
        );
      }
    }
  }
  const { modelName, modelVersion } = first!;
  await writeProfile(
    out,
    { key: '', rows, features, invalid: new Map() },
    { modelName, modelVersion, source: paths.join(', ') },
  );
}

/** Grid points of a part, or names: the vocabulary of all parts, the most frequent first. */
function commonProfile(
  name: string,
  references: readonly Reference[],
  paths: readonly string[],
): FeatureProfile {
  const parts = references.map((reference, index) => featureOf(reference, name, paths[index]!));
  const numeric = parts.filter((part) => part.type === 'numeric');
  if (numeric.length === parts.length) {
    return numericProfile(new Float64Array(0), { grid: commonGrid(numeric) });
  }
  const rowsOf = new Map<string, number>();
  for (const [index, part] of parts.entries()) {
    if (part.type === 'numeric') {
      throw new CliError(
        'PROFILES_DIFFER',
        `"${name}" is numeric in ${paths[index]} and categorical in another. Declare its type in a configuration, and make the references with --config.`,
      );
    }
    for (const [code, category] of part.categories.entries()) {
      rowsOf.set(category, (rowsOf.get(category) ?? 0) + part.counts[code]!);
    }
  }
  const categories = [...rowsOf]
    .sort(([a, rowsA], [b, rowsB]) => rowsB - rowsA || (a < b ? -1 : 1))
    .slice(0, categoriesKept)
    .map(([category]) => category);
  return {
    type: 'categorical',
    count: 0,
    missing: 0,
    categories,
    counts: new Float64Array(categories.length),
    other: 0,
  };
}

function featureOf(reference: Reference, name: string, path: string): FeatureProfile {
  const profile = reference.features.get(name);
  if (profile !== undefined) return profile;
  throw new CliError(
    'PROFILES_DIFFER',
    `${path} has no profile of "${name}"; it has ${[...reference.features.keys()].join(', ')}. Give profiles of the same columns.`,
  );
}

async function readReference(path: string): Promise<Reference> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new CliError(
      'DATA_UNREADABLE',
      `${path} cannot be read (${messageOf(error)}). Name a file made by modelmeter reference, profile or merge.`,
      error,
    );
  }
  return referenceFromJson(value, path);
}

async function writeProfile(
  path: string,
  { rows, features }: GroupProfile,
  about: Pick<Reference, 'modelName' | 'modelVersion' | 'source' | 'segments'>,
): Promise<void> {
  const created = new Date().toISOString();
  const profile = createReference({ ...about, created, rows, features });
  await writeText(path, `${JSON.stringify(referenceToJson(profile))}\n`);
  process.stdout.write(
    `${path}: ${rows.toLocaleString('en')} rows, ${features.size} features, id ${profile.id}\n`,
  );
}

function alreadyProfile(path: string): CliError {
  return new CliError(
    'OPTION_INVALID',
    `${path} is a profile already. Name a data set with --data.`,
  );
}
