import { readFile } from 'node:fs/promises';
import { type BatchConfig, loadBatchConfig } from '@modelmeter/config-file';
import {
  createReference,
  outputFeature,
  type Reference,
  referenceFromJson,
  referenceToJson,
} from '@modelmeter/core';
import { settingDefaults } from '@modelmeter/core/settings';
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
import { numbersInText, textsAmongNumbers } from '../profile/numbers-in-text.js';
import { currentProfile, groupOf, referenceProfile } from '../profile/profile-input.js';
import type { GroupProfile } from '../profile/profile-source.js';
import { referenceSegments } from '../profile/reference-segments.js';
import { historyOf } from '../profile/time-history.js';
import { type OutputOptions, outputOf } from '../quality/model-output.js';
import { referenceQuality } from '../quality/reference-quality.js';
import type { Feature } from '../read/columns.js';
import { describeReading } from '../read/describe-reading.js';
import { type DataInput, featuresOfInput, featuresTogether, openInput } from '../read/input.js';
import { readReport } from '../read/read-report.js';
import { type ReadOptions, requireColumn } from '../read/source.js';
import { leftOutOf } from '../read/typing.js';
import { warn } from '../warn.js';
import { withReader } from './with-reader.js';

export interface ProfileOptions extends OutputOptions {
  readonly data: string;
  readonly out: string;
  readonly columns?: readonly string[];
  readonly exclude?: readonly string[];
  readonly read?: ReadOptions;
  readonly memory?: string;
  readonly config?: string;
  readonly model?: string;
  readonly segment?: string;
  readonly maximumSegments?: number;
  readonly multivariate?: boolean;
  readonly timeColumn?: string;
  readonly timeFormat?: string;
  readonly name: string;
  readonly modelVersion: string;
}

/** `modelmeter reference`: profiles a data set on grids of its own. */
export async function referenceCommand(options: ProfileOptions): Promise<void> {
  const { segment: column, maximumSegments: limit = settingDefaults.maximumSegments } = options;
  const declared =
    options.config === undefined ? undefined : await loadBatchConfig(options.config, options.model);
  const { profile, ...parts } = await withReader(options.memory, async (reader) => {
    const input = await openInput(reader, options.data, options.read);
    if (input.kind === 'profile') throw alreadyProfile(options.data);
    requireRows(input);
    const { features, undeclared } = chooseReferenceFeatures(input, declared, options);
    for (const message of numbersInText(input, undeclared)) warn(message);
    reportReading(input, features);
    const whole = await referenceProfile(reader, input, features);
    const history =
      options.timeColumn === undefined
        ? undefined
        : await historyOf(reader, input.source, features, whole, {
            column: options.timeColumn,
            format: options.timeFormat,
          });
    const quality =
      options.target === undefined
        ? undefined
        : await referenceQuality(reader, input.source, {
            output: outputOf(options, declared?.outputs),
            target: options.target,
            timeColumn: options.timeColumn,
            timeFormat: options.timeFormat,
          });
    const inTime = {
      ...(history === undefined ? {} : { history }),
      ...(quality === undefined ? {} : { quality }),
    };
    if (column === undefined) return { profile: whole, ...inTime };
    const { references } = await referenceSegments(reader, input, whole, column, limit, features);
    const values = Array.from(references, ([value, { features: own }]) => [value, own] as const);
    return { profile: whole, segments: { feature: column, values: new Map(values) }, ...inTime };
  });
  await writeProfile(options.out, profile, {
    modelName: options.model ?? options.name,
    modelVersion: options.modelVersion,
    source: options.data,
    ...parts,
  });
}

/** The features of a reference, and those of them whose type nobody declared. */
function chooseReferenceFeatures(
  input: DataInput,
  declared: BatchConfig | undefined,
  { columns, exclude = [], multivariate }: ProfileOptions,
): { readonly features: Feature[]; readonly undeclared: Feature[] } {
  for (const name of [...(columns ?? []), ...exclude]) requireColumn(input.source, name);
  const available = featuresOfInput(input);
  const known: Feature[] = [...(declared?.features ?? [])];
  const features = known.length === 0 ? [...available] : [...known];
  const output = declared?.outputs === undefined ? undefined : outputFeature(declared.outputs);
  if (output !== undefined) {
    known.push(output);
    if (input.source.columns.has(output.name)) {
      features.splice(0, Infinity, ...features.filter(({ name }) => name !== output.name), output);
    }
  }
  const chosen = columns?.map((name): Feature => {
    const byName = (feature: Feature): boolean => feature.name === name;
    const isTime = input.source.columns.get(name)?.kind === 'time';
    const type = isTime ? 'numeric' : 'categorical';
    return features.find(byName) ?? available.find(byName) ?? { name, type };
  });
  const kept = (chosen ?? features).filter(({ name }) => !exclude.includes(name));
  const names = new Set(known.map(({ name }) => name));
  const undeclared = kept.filter(({ name }) => !names.has(name));
  const isTogether = multivariate ?? declared?.drift.multivariate ?? settingDefaults.multivariate;
  if (!isTogether) return { features: kept, undeclared };
  const inputs = kept.filter(({ name }) => name !== output?.name);
  return { features: [...kept, featuresTogether(input, inputs)], undeclared };
}

/** @throws CliError DATA_EMPTY for a data set that nothing can be compared with later. */
function requireRows({ name, source }: DataInput): void {
  if (source.rows > 0) return;
  throw new CliError(
    'DATA_EMPTY',
    `${name} has no rows, so it cannot be profiled. Name a data set with rows.`,
  );
}

/** Prints what was not read as it is written. */
function reportReading({ name, source }: DataInput, features: readonly Feature[]): void {
  for (const line of describeReading(name, readReport(source.log))) warn(line);
  const kept = new Set(features.map((feature) => feature.name));
  for (const { column, reason } of leftOutOf([...source.columns.values()])) {
    if (!kept.has(column)) warn(`"${column}" is left out: it ${reason}.`);
  }
}

export interface GridProfileOptions {
  readonly grid: string;
  readonly data: string;
  readonly out: string;
  readonly read?: ReadOptions;
  readonly memory?: string;
}

/** `modelmeter profile`: counts a data set on the grids of a reference. */
export async function profileCommand(options: GridProfileOptions): Promise<void> {
  const reference = await readReference(options.grid);
  const profile = await withReader(options.memory, async (reader) => {
    const input = await openInput(reader, options.data, options.read);
    if (input.kind === 'profile') throw alreadyProfile(options.data);
    requireRows(input);
    const features = featuresOfInput({ kind: 'profile', name: options.grid, profile: reference });
    for (const { name, together } of features) {
      if (together !== undefined || input.source.columns.has(name)) continue;
      warn(`${options.data} has no column "${name}"; every value of it counts as missing.`);
    }
    for (const message of textsAmongNumbers(input, features)) warn(message);
    reportReading(input, features);
    return currentProfile(reader, input, features, groupOf(reference));
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
    return numericProfile(new Float64Array(0), {
      grid: commonGrid(numeric, undefined, 'rounding'),
    });
  }
  const rowsOf = new Map<string, number>();
  for (const [index, part] of parts.entries()) {
    if (part.type === 'embedding') {
      throw new CliError(
        'PROFILES_DIFFER',
        `"${name}" is an embedding in ${paths[index]}; references of embeddings cannot be merged. Profile the parts with --grid <one reference>, and merge those profiles.`,
      );
    }
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
      `${path} cannot be read (${messageOf(error)}). Name a file written by modelmeter reference, profile or merge.`,
      error,
    );
  }
  return referenceFromJson(value, path);
}

async function writeProfile(
  path: string,
  { rows, features }: GroupProfile,
  about: Pick<
    Reference,
    'modelName' | 'modelVersion' | 'source' | 'segments' | 'history' | 'quality'
  >,
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
