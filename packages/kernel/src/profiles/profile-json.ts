import { maximumGridPoints } from '../checks/arguments.js';
import {
  formatError,
  isRecord,
  readCount,
  readNumber,
  refuseUnknownFields,
} from '../checks/json-fields.js';
import {
  type EmbeddingProfileJson,
  embeddingFromJson,
  embeddingToJson,
} from './embeddings/embedding-json.js';
import type { EmbeddingProfile } from './embeddings/embedding-profile.js';
import type { CategoricalProfile, FeatureProfile, NumericProfile } from './profile.js';

/** Version of the form below; it grows with a change that an older reader would misunderstand. */
export const profileVersion = 2;

/** A numeric profile as JSON: the fields of `NumericProfile` with plain arrays of numbers. */
export interface NumericProfileJson {
  type: 'numeric';
  version: typeof profileVersion;
  count: number;
  missing: number;
  infinite: number;
  min: number | null;
  max: number | null;
  mean: number;
  m2: number;
  grid: number[];
  counts: number[];
}

/** A categorical profile as JSON: the fields of `CategoricalProfile` with plain arrays. */
export interface CategoricalProfileJson {
  type: 'categorical';
  version: typeof profileVersion;
  count: number;
  missing: number;
  categories: string[];
  counts: number[];
  other: number;
}

export type FeatureProfileJson = NumericProfileJson | CategoricalProfileJson | EmbeddingProfileJson;

/** The profile as a value for JSON.stringify. Doubles survive the way there and back exactly. */
export function profileToJson(profile: NumericProfile): NumericProfileJson;
export function profileToJson(profile: CategoricalProfile): CategoricalProfileJson;
export function profileToJson(profile: EmbeddingProfile): EmbeddingProfileJson;
export function profileToJson(profile: FeatureProfile): FeatureProfileJson;
export function profileToJson(profile: FeatureProfile): FeatureProfileJson {
  if (profile.type === 'embedding') return embeddingToJson(profile);
  if (profile.type === 'categorical') {
    const { count, missing, categories, counts, other } = profile;
    return {
      type: 'categorical',
      version: profileVersion,
      count,
      missing,
      categories: [...categories],
      counts: Array.from(counts),
      other,
    };
  }
  const { count, missing, infinite, min, max, mean, m2, grid, counts } = profile;
  return {
    type: 'numeric',
    version: profileVersion,
    count,
    missing,
    infinite,
    min,
    max,
    mean,
    m2,
    grid: Array.from(grid),
    counts: Array.from(counts),
  };
}

/**
 * Reads a parsed JSON value back as a profile: every field is there, has its type and range, and
 * agrees with the others. Fields that are not known are refused.
 *
 * @param path Path of the value in its file, such as `features.age`: errors name it and the field.
 * @throws KernelError PROFILE_FORMAT with the path, the value and the allowed form.
 */
export function profileFromJson(value: unknown, path: string): FeatureProfile {
  if (!isRecord(value)) throw formatError(path, value, 'a profile is an object');
  if (value.type === 'embedding') return embeddingFromJson(value, path);
  if (value.type !== 'numeric' && value.type !== 'categorical') {
    throw formatError(
      `${path}.type`,
      value.type,
      "only 'numeric', 'categorical' and 'embedding' are known",
    );
  }
  if (value.version !== profileVersion) {
    throw formatError(
      `${path}.version`,
      value.version,
      `this kernel reads version ${profileVersion}; build the profile again`,
    );
  }
  return value.type === 'numeric' ? readNumeric(value, path) : readCategorical(value, path);
}

const numericFields = 'type version count missing infinite min max mean m2 grid counts'.split(' ');
const categoricalFields = 'type version count missing categories counts other'.split(' ');

function readNumeric(value: Record<string, unknown>, path: string): NumericProfile {
  refuseUnknownFields(value, path, numericFields);
  const count = readCount(value.count, `${path}.count`);
  const missing = readCount(value.missing, `${path}.missing`);
  const infinite = readCount(value.infinite, `${path}.infinite`);
  const grid = readGrid(value.grid, `${path}.grid`);
  const counts = readCounts(value.counts, `${path}.counts`, 2 * grid.length + 1);
  requireTotal(counts, 0, count, `${path}.counts`);
  if (infinite > counts[0]! + counts.at(-1)!) {
    throw formatError(
      `${path}.infinite`,
      infinite,
      'the first and the last count together hold the infinite values',
    );
  }
  const profile = { type: 'numeric' as const, count, missing, infinite, grid, counts };
  if (count === infinite) {
    for (const [field, empty] of [
      ['min', null],
      ['max', null],
      ['mean', 0],
      ['m2', 0],
    ] as const) {
      if (value[field] === empty) continue;
      throw formatError(`${path}.${field}`, value[field], `without a finite value it is ${empty}`);
    }
    return { ...profile, min: null, max: null, mean: 0, m2: 0 };
  }
  const min = readNumber(value.min, `${path}.min`);
  const max = readNumber(value.max, `${path}.max`);
  const mean = readNumber(value.mean, `${path}.mean`);
  const m2 = readNumber(value.m2, `${path}.m2`);
  if (min > max) throw formatError(`${path}.max`, max, `it is at least min, ${min}`);
  // The rounding of a running mean may carry it a little outside.
  const slack = 1e-9 * Math.max(Math.abs(min), Math.abs(max));
  if (mean < min - slack || mean > max + slack) {
    throw formatError(`${path}.mean`, mean, `it lies between min and max, ${min} and ${max}`);
  }
  if (m2 < 0) throw formatError(`${path}.m2`, m2, 'a sum of squares is 0 or more');
  return { ...profile, min, max, mean, m2 };
}

function readCategorical(value: Record<string, unknown>, path: string): CategoricalProfile {
  refuseUnknownFields(value, path, categoricalFields);
  const count = readCount(value.count, `${path}.count`);
  const missing = readCount(value.missing, `${path}.missing`);
  const other = readCount(value.other, `${path}.other`);
  const categories = readCategories(value.categories, `${path}.categories`);
  const counts = readCounts(value.counts, `${path}.counts`, categories.length);
  requireTotal(counts, other, count, `${path}.counts`);
  return { type: 'categorical', count, missing, categories, counts, other };
}

function readCategories(value: unknown, path: string): string[] {
  if (!Array.isArray(value)) throw formatError(path, value, 'it is an array of strings');
  const seen = new Set<string>();
  for (const [index, category] of value.entries()) {
    if (typeof category !== 'string' || seen.has(category)) {
      throw formatError(
        `${path}[${index}]`,
        category,
        'every category is a string and occurs once',
      );
    }
    seen.add(category);
  }
  return [...seen];
}

function readGrid(value: unknown, path: string): Float64Array {
  if (!Array.isArray(value)) throw formatError(path, value, 'it is an array of numbers');
  if (value.length > maximumGridPoints) {
    throw formatError(`${path}.length`, value.length, `at most ${maximumGridPoints} points`);
  }
  let previous = -Infinity;
  return Float64Array.from(value, (item: unknown, index) => {
    const point = readNumber(item, `${path}[${index}]`);
    if (point <= previous) {
      throw formatError(`${path}[${index}]`, point, `points ascend; the one before is ${previous}`);
    }
    previous = point;
    return point;
  });
}

function readCounts(value: unknown, path: string, length: number): Float64Array {
  if (!Array.isArray(value)) throw formatError(path, value, 'it is an array of counts');
  if (value.length !== length) {
    throw formatError(`${path}.length`, value.length, `${length} counts belong there`);
  }
  return Float64Array.from(value, (item: unknown, index) => readCount(item, `${path}[${index}]`));
}

function requireTotal(counts: Float64Array, start: number, total: number, path: string): void {
  const sum = counts.reduce((rows, count) => rows + count, start);
  if (sum !== total) throw formatError(`sum of ${path}`, sum, `count says ${total}`);
}
