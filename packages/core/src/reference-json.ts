import { KernelError } from '@modelmeter/kernel';
import { type FeatureProfile, profileFromJson, profileToJson } from '@modelmeter/kernel/profiles';
import { CoreError } from './errors.js';
import {
  historyFromJson,
  historyToJson,
  type ReferenceHistory,
} from './history/reference-history.js';
import { qualityFromJson } from './quality/estimate/quality-json.js';
import type { ReferenceQuality } from './quality/estimate/reference-quality.js';
import { type Reference, type ReferenceSegments, referenceId } from './reference.js';

const formatName = 'modelmeter-reference';
const formatVersion = 1;

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
    features: profilesToJson(reference.features),
    ...(reference.segments === undefined ? {} : { segments: segmentsToJson(reference.segments) }),
    ...(reference.history === undefined ? {} : { history: historyToJson(reference.history) }),
    ...(reference.quality === undefined ? {} : { quality: reference.quality }),
  };
}

function profilesToJson(profiles: ReadonlyMap<string, FeatureProfile>): object {
  return Object.fromEntries(
    Array.from(profiles, ([name, profile]) => [name, profileToJson(profile)]),
  );
}

function segmentsToJson({ feature, values }: ReferenceSegments): object {
  return {
    feature,
    values: Array.from(values, ([value, profiles]) => ({
      value,
      features: profilesToJson(profiles),
    })),
  };
}

/**
 * Reads a reference from its JSON document.
 *
 * @param place Name of the file, for the message of an error.
 * @throws CoreError REFERENCE_FORMAT when the document has another format, a newer version, or is damaged.
 */
export function referenceFromJson(value: unknown, place: string): Reference {
  if (!isRecord(value) || value.format !== formatName) {
    throw formatError(
      `${place} is not a Modelmeter reference: its "format" is ${describe(isRecord(value) ? value.format : value)}, not "${formatName}". Use a file that Modelmeter created.`,
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
      `${place} is damaged: id, model.name, model.version, created, source, rows and features are required. Build the reference again.`,
    );
  }
  const profiles = profilesFromJson(features, 'features', place);
  const segments = segmentsFromJson(value.segments, place);
  const history = historyOf(value.history, profiles, place);
  const quality = qualityOf(value.quality, place);
  const id = referenceId(profiles, segments, history, quality);
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
    ...(segments === undefined ? {} : { segments }),
    ...(history === undefined ? {} : { history }),
    ...(quality === undefined ? {} : { quality }),
  };
}

function qualityOf(value: unknown, place: string): ReferenceQuality | undefined {
  if (value === undefined) return undefined;
  const quality = qualityFromJson(value);
  if (typeof quality !== 'string') return quality;
  throw formatError(`${place} is damaged: ${quality}. Build the reference again.`);
}

function historyOf(
  value: unknown,
  profiles: ReadonlyMap<string, FeatureProfile>,
  place: string,
): ReferenceHistory | undefined {
  if (value === undefined) return undefined;
  const history = historyFromJson(value, profiles);
  if (typeof history !== 'string') return history;
  throw formatError(`${place} is damaged: ${history}. Build the reference again.`);
}

function profilesFromJson(
  features: Record<string, unknown>,
  path: string,
  place: string,
): Map<string, FeatureProfile> {
  const profiles = new Map<string, FeatureProfile>();
  for (const [name, profile] of Object.entries(features)) {
    try {
      profiles.set(name, profileFromJson(profile, `${path}.${name}`));
    } catch (error) {
      if (!KernelError.isInstance(error)) throw error;
      throw formatError(`${place} is damaged: ${error.message} Build the reference again.`, error);
    }
  }
  return profiles;
}

function segmentsFromJson(value: unknown, place: string): ReferenceSegments | undefined {
  if (value === undefined) return undefined;
  if (!isRecord(value) || typeof value.feature !== 'string' || !Array.isArray(value.values)) {
    throw formatError(
      `${place} is damaged: segments must have a feature and a list of values. Build the reference again.`,
    );
  }
  const values = new Map<string, ReadonlyMap<string, FeatureProfile>>();
  for (const [index, segment] of value.values.entries()) {
    if (!isRecord(segment) || typeof segment.value !== 'string' || !isRecord(segment.features)) {
      throw formatError(
        `${place} is damaged: segments.values[${index}] must have a value and features. Build the reference again.`,
      );
    }
    const path = `segments.values[${index}].features`;
    values.set(segment.value, profilesFromJson(segment.features, path, place));
  }
  return { feature: value.feature, values };
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
