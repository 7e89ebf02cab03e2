import { createHash } from 'node:crypto';
import {
  categoricalProfile,
  type FeatureProfile,
  KernelError,
  numericProfile,
  profileFromJson,
  profileToJson,
} from '@modelmeter/kernel';
import { type FeatureConfig, type OutputsConfig, outputNameOf } from './config.js';
import { CoreError } from './errors.js';

const formatName = 'modelmeter-reference';
const formatVersion = 1;

/** The frozen training or validation sample that windows are compared with. */
export interface Reference {
  /** Hash of the profiles; it travels with every metric that depends on them. */
  readonly id: string;
  readonly modelName: string;
  readonly modelVersion: string;
  /** ISO 8601 time at which it was made. */
  readonly created: string;
  /** Where the rows came from, in words. */
  readonly source: string;
  readonly rows: number;
  readonly features: ReadonlyMap<string, FeatureProfile>;
}

/** Columns of a data set: numbers for numeric features, anything for categorical ones. */
export type ReferenceColumns = Readonly<
  Record<string, ArrayLike<string | number | boolean | null | undefined>>
>;

/**
 * Profiles the declared features of a data set. Extra columns are left out.
 *
 * @throws CoreError REFERENCE_MISMATCH when a declared feature has no column, or one of another
 * length.
 */
export function buildReference(options: {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly created: string;
  readonly source: string;
  readonly features: readonly FeatureConfig[];
  readonly columns: ReferenceColumns;
}): Reference {
  const profiles = new Map<string, FeatureProfile>();
  let rows: number | undefined;
  for (const feature of options.features) {
    const column = options.columns[feature.name];
    if (column === undefined) {
      throw new CoreError(
        'REFERENCE_MISMATCH',
        `The data set has no column "${feature.name}"; it has ${Object.keys(options.columns).join(', ')}. Add the column or remove the feature.`,
      );
    }
    rows ??= column.length;
    if (column.length !== rows) {
      throw new CoreError(
        'REFERENCE_MISMATCH',
        `Column "${feature.name}" has ${column.length} rows where the others have ${rows}. Give every column the same length.`,
      );
    }
    profiles.set(
      feature.name,
      feature.type === 'numeric'
        ? numericProfile(Float64Array.from(column, toNumber))
        : categoricalProfile(Array.from(column, toCategory)),
    );
  }
  return createReference({ ...options, rows: rows ?? 0, features: profiles });
}

/** A reference of profiles that were counted elsewhere, with the id that their content gives. */
export function createReference(options: {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly created: string;
  readonly source: string;
  readonly rows: number;
  readonly features: ReadonlyMap<string, FeatureProfile>;
}): Reference {
  const { modelName, modelVersion, created, source, rows, features } = options;
  return { id: referenceId(features), modelName, modelVersion, created, source, rows, features };
}

/** The JSON document of a reference, to be written to `reference.json`. */
export function referenceToJson(reference: Reference): object {
  return {
    format: formatName,
    version: formatVersion,
    id: reference.id,
    model: { name: reference.modelName, version: reference.modelVersion },
    created: reference.created,
    source: reference.source,
    rows: reference.rows,
    features: Object.fromEntries(
      Array.from(reference.features, ([name, profile]) => [name, profileToJson(profile)]),
    ),
  };
}

/**
 * Reads a reference document.
 *
 * @param place Name of the file, for the message of an error.
 * @throws CoreError REFERENCE_FORMAT when the document is foreign, newer or damaged.
 */
export function referenceFromJson(value: unknown, place: string): Reference {
  if (!isRecord(value) || value.format !== formatName) {
    throw formatError(
      `${place} is not a Modelmeter reference: its "format" is ${describe(isRecord(value) ? value.format : value)}, not "${formatName}". Name a file made by Modelmeter.`,
    );
  }
  if (typeof value.version !== 'number' || value.version > formatVersion) {
    throw formatError(
      `${place} has format version ${describe(value.version)}; this Modelmeter reads up to ${formatVersion}. Update Modelmeter, or build the reference again.`,
    );
  }
  const { model, features } = value;
  if (
    !isRecord(model) ||
    typeof model.name !== 'string' ||
    typeof model.version !== 'string' ||
    typeof value.id !== 'string' ||
    typeof value.created !== 'string' ||
    typeof value.source !== 'string' ||
    typeof value.rows !== 'number' ||
    !isRecord(features)
  ) {
    throw formatError(
      `${place} is damaged: id, model.name, model.version, created, source, rows and features must all be there. Build the reference again.`,
    );
  }
  const profiles = new Map<string, FeatureProfile>();
  for (const [name, profile] of Object.entries(features)) {
    try {
      profiles.set(name, profileFromJson(profile, `features.${name}`));
    } catch (error) {
      if (!KernelError.is(error)) throw error;
      throw formatError(`${place} is damaged: ${error.message} Build the reference again.`, error);
    }
  }
  const id = referenceId(profiles);
  if (id !== value.id) {
    throw formatError(
      `${place} is damaged: its profiles hash to ${id}, the file says ${value.id}. Build the reference again.`,
    );
  }
  return {
    id,
    modelName: model.name,
    modelVersion: model.version,
    created: value.created,
    source: value.source,
    rows: value.rows,
    features: profiles,
  };
}

/**
 * The output of a model as a feature, under its own name: give it to `buildReference` beside the
 * features, with the model's outputs on the reference rows, and the output is watched for drift.
 */
export function outputFeature(outputs: OutputsConfig): FeatureConfig {
  return {
    name: outputNameOf(outputs),
    type: outputs.task === 'multiclass' ? 'categorical' : 'numeric',
    ...(outputs.drift === undefined ? {} : { drift: outputs.drift }),
  };
}

/**
 * Checks that a reference has every declared feature in its declared type.
 *
 * @throws CoreError REFERENCE_MISMATCH naming the feature.
 */
export function assertReferenceFits(
  reference: Reference,
  features: readonly FeatureConfig[],
  place: string,
): void {
  for (const feature of features) {
    const profile = reference.features.get(feature.name);
    if (profile === undefined) {
      throw new CoreError(
        'REFERENCE_MISMATCH',
        `${place} has no profile of the feature "${feature.name}"; it has ${[...reference.features.keys()].join(', ')}. Build the reference with it, or remove the feature.`,
      );
    }
    if (profile.type !== feature.type) {
      throw new CoreError(
        'REFERENCE_MISMATCH',
        `${place} profiles the feature "${feature.name}" as ${profile.type}, the configuration declares it ${feature.type}. Correct one of the two.`,
      );
    }
  }
}

/** The category under which a value is counted; null when it is missing. */
export function toCategory(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' && Number.isNaN(value)) return null;
  return String(value);
}

function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return Number(value);
  return Number.NaN;
}

function referenceId(profiles: ReadonlyMap<string, FeatureProfile>): string {
  const hash = createHash('sha256');
  for (const name of [...profiles.keys()].sort()) {
    hash.update(JSON.stringify([name, profileToJson(profiles.get(name)!)]));
  }
  return hash.digest('hex').slice(0, 12);
}

function formatError(message: string, cause?: unknown): CoreError {
  return new CoreError('REFERENCE_FORMAT', message, { cause });
}

function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
