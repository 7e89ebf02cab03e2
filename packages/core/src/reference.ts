import { createHash } from 'node:crypto';
import {
  type ColumnProfile,
  categoricalProfile,
  embeddingProfile,
  type FeatureProfile,
  numericProfile,
  profileToJson,
} from '@modelmeter/kernel/profiles';
import { categoriesOf } from './categories.js';
import { vectorData } from './embeddings.js';
import { CoreError } from './errors.js';
import {
  addToSlot,
  historySlots,
  historyToJson,
  type ReferenceHistory,
  slotOf,
  slotWidth,
} from './history/reference-history.js';
import { numberOf } from './prediction.js';
import type { ReferenceQuality } from './quality/estimate/reference-quality.js';
import { settingDefaults } from './settings/defaults.js';
import {
  type ColumnFeature,
  columnFeatures,
  type FeatureConfig,
  multivariateName,
  valuesPerRow,
} from './settings/features.js';
import { type OutputsConfig, outputNameOf } from './settings/outputs.js';

/** The frozen training or validation sample that windows are compared with. */
export interface Reference {
  /** Hash of the profiles; a label of every metric that depends on them. */
  readonly id: string;
  readonly modelName: string;
  readonly modelVersion: string;
  /** ISO 8601 time of creation. */
  readonly created: string;
  /** Description of the origin of the rows. */
  readonly source: string;
  readonly rows: number;
  readonly features: ReadonlyMap<string, FeatureProfile>;
  /** Profiles of the rows of the most frequent values of one categorical feature. */
  readonly segments?: ReferenceSegments;
  /** The rows by time, if their times are known. */
  readonly history?: ReferenceHistory;
  /** The quality of the model on the rows, if their targets are known. */
  readonly quality?: ReferenceQuality;
}

/** The profiles of a reference by value of one categorical feature. */
export interface ReferenceSegments {
  readonly feature: string;
  /** Profiles by value of the feature, on the grids and vocabularies of all rows. */
  readonly values: ReadonlyMap<string, ReadonlyMap<string, FeatureProfile>>;
}

/** The values of a feature with one value per row. */
type Column = ArrayLike<string | number | bigint | boolean | null | undefined>;

/**
 * The columns of a data set by name: numbers for numeric features, any values for categorical ones,
 * and for an embedding a list of vectors or one array with one vector after the other.
 */
export type ReferenceColumns = Readonly<
  Record<string, Column | ArrayLike<ArrayLike<number> | null | undefined>>
>;

/**
 * Builds a reference by profiling the declared features of a data set. Other columns are ignored.
 * null, undefined and NaN are missing values, and so are texts in a numeric feature. O(rows log rows)
 * per feature. Embeddings are not profiled by segment.
 *
 * Booleans are one category however they are written, and numbers that differ by rounding errors
 * only, such as 0.1 + 0.2 and 0.3, are one value.
 *
 * @throws CoreError REFERENCE_MISMATCH when a declared feature has no column, or a column or the times
 * are of another length.
 */
export function buildReference(options: {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly created: string;
  readonly source: string;
  readonly features: readonly FeatureConfig[];
  readonly columns: ReferenceColumns;
  /** Also profile the numeric features together, for `driftDetection.multivariate`. */
  readonly multivariate?: boolean;
  /** Also profile the rows of each of the most frequent values of this categorical feature. */
  readonly segment?: string;
  /** Number of values of `segment` that are profiled; default 10. */
  readonly maximumSegments?: number;
  /**
   * Times of the rows in milliseconds since the Unix epoch. The reference then has a history, and a
   * window is compared with the same hours in it. A row with the time NaN is not in the history.
   */
  readonly times?: ArrayLike<number>;
  /** The quality of the model on these rows, from `measureReferenceQuality`. */
  readonly quality?: ReferenceQuality;
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
    const profile = profileOf(column, feature);
    const length = profile.count + profile.missing;
    rows ??= length;
    if (length !== rows) {
      throw new CoreError(
        'REFERENCE_MISMATCH',
        `Column "${feature.name}" has ${length} rows, the others have ${rows}. Give every column the same length.`,
      );
    }
    profiles.set(feature.name, profile);
  }
  if (options.multivariate === true) {
    profiles.set(multivariateName, profileTogether(options, rows ?? 0));
  }
  const { modelName, modelVersion, created, source, segment, times, quality } = options;
  if (times !== undefined && times.length !== (rows ?? 0)) {
    throw new CoreError(
      'REFERENCE_MISMATCH',
      `There are ${times.length} times for ${rows ?? 0} rows. Give every row a time, or leave the times out.`,
    );
  }
  const history = times === undefined ? undefined : historyOf(options.columns, times, profiles);
  return createReference({
    modelName,
    modelVersion,
    created,
    source,
    rows: rows ?? 0,
    features: profiles,
    ...(segment === undefined ? {} : { segments: profileSegments(options, segment, profiles) }),
    ...(history === undefined ? {} : { history }),
    ...(quality === undefined ? {} : { quality }),
  });
}

function profileOf(column: ReferenceColumns[string], feature: FeatureConfig): FeatureProfile {
  if (feature.type === 'embedding') {
    const dimension = valuesPerRow(feature);
    return embeddingProfile(vectorData(column, dimension, feature.name), { dimension });
  }
  return feature.type === 'numeric'
    ? numericProfile(numbersOf(column as Column), { ties: 'rounding' })
    : categoricalProfile(categoriesOf(column as Column));
}

/** The numeric features as one vector per row. */
function profileTogether(
  { features, columns }: Parameters<typeof buildReference>[0],
  rows: number,
): FeatureProfile {
  const names = features.filter(({ type }) => type === 'numeric').map(({ name }) => name);
  if (names.length === 0) {
    throw new CoreError(
      'REFERENCE_MISMATCH',
      'There is no numeric feature to profile together with others. Declare numeric features, or leave multivariate out.',
    );
  }
  const vectors = new Float64Array(rows * names.length);
  for (const [position, name] of names.entries()) {
    const values = numbersOf(columns[name] as Column);
    for (let row = 0; row < rows; row += 1) vectors[row * names.length + position] = values[row]!;
  }
  return embeddingProfile(vectors, { columns: names });
}

/** The rows by slot; undefined when no row has a time. */
function historyOf(
  columns: ReferenceColumns,
  times: ArrayLike<number>,
  profiles: ReadonlyMap<string, FeatureProfile>,
): ReferenceHistory | undefined {
  let first = Infinity;
  let last = -Infinity;
  for (let row = 0; row < times.length; row += 1) {
    if (times[row]! < first) first = times[row]!;
    if (times[row]! > last) last = times[row]!;
  }
  if (!Number.isFinite(first) || !Number.isFinite(last)) return undefined;
  const slots = historySlots(first, last);
  const rowsOf = Array.from({ length: slots.slots }, (): number[] => []);
  for (let row = 0; row < times.length; row += 1) {
    const slot = slotOf(slots, times[row]!);
    if (slot !== undefined) rowsOf[slot]!.push(row);
  }
  const features = new Map<string, Float64Array>();
  for (const [name, profile] of profiles) {
    if (profile.type === 'embedding') continue;
    const counts = new Float64Array(slots.slots * slotWidth(profile));
    for (const [slot, rows] of rowsOf.entries()) {
      if (rows.length === 0) continue;
      addToSlot(counts, slot, profile, profileLike(profile, rows, columns[name] as Column));
    }
    features.set(name, counts);
  }
  return { ...slots, features };
}

function profileSegments(
  options: Parameters<typeof buildReference>[0],
  feature: string,
  whole: ReadonlyMap<string, FeatureProfile>,
): ReferenceSegments {
  const by = whole.get(feature);
  if (by?.type !== 'categorical') {
    throw new CoreError(
      'REFERENCE_MISMATCH',
      `The segment "${feature}" is not a declared categorical feature. Declare it, or use another feature.`,
    );
  }
  const column = categoriesOf(options.columns[feature] as Column);
  const values = new Map<string, ReadonlyMap<string, FeatureProfile>>();
  const limit = options.maximumSegments ?? settingDefaults.maximumSegments;
  for (const value of by.categories.slice(0, limit)) {
    const rows: number[] = [];
    for (let row = 0; row < column.length; row += 1) {
      if (column[row] === value) rows.push(row);
    }
    const profiles = new Map<string, FeatureProfile>();
    for (const { name } of columnFeatures(options.features)) {
      const like = whole.get(name) as ColumnProfile;
      profiles.set(name, profileLike(like, rows, options.columns[name] as Column));
    }
    values.set(value, profiles);
  }
  return { feature, values };
}

/** The profile of some rows of a column, on the grid or vocabulary of all rows. */
function profileLike(whole: ColumnProfile, rows: readonly number[], column: Column): ColumnProfile {
  if (whole.type === 'numeric') {
    const values = numbersOf(rows.map((row) => column[row]));
    return numericProfile(values, { grid: whole.grid, ties: 'rounding' });
  }
  const all = categoriesOf(column);
  const values = rows.map((row) => all[row]!);
  return categoricalProfile(values, { categories: whole.categories });
}

/** A reference of profiles that were counted elsewhere; its id is their hash. */
export function createReference(options: {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly created: string;
  readonly source: string;
  readonly rows: number;
  readonly features: ReadonlyMap<string, FeatureProfile>;
  readonly segments?: ReferenceSegments;
  readonly history?: ReferenceHistory;
  readonly quality?: ReferenceQuality;
}): Reference {
  const { modelName, modelVersion, created, source, rows, features } = options;
  const { segments, history, quality } = options;
  return {
    id: referenceId(features, segments, history, quality),
    modelName,
    modelVersion,
    created,
    source,
    rows,
    features,
    ...(segments === undefined ? {} : { segments }),
    ...(history === undefined ? {} : { history }),
    ...(quality === undefined ? {} : { quality }),
  };
}

/**
 * The output of a model as a feature, under its own name. Add it to the features of `buildReference`,
 * with the model's outputs for the reference rows as a column, to evaluate drift of the output. The
 * column of a multilabel model holds the number of labels given, that of a ranking its first items.
 */
export function outputFeature(outputs: OutputsConfig): ColumnFeature {
  return {
    name: outputNameOf(outputs),
    type: outputs.task === 'multiclass' || outputs.task === 'ranking' ? 'categorical' : 'numeric',
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
    if (profile.type === 'embedding' && profile.basis.dimension !== feature.dimension) {
      throw new CoreError(
        'REFERENCE_MISMATCH',
        `${place} has the embedding "${feature.name}" with ${profile.basis.dimension} values per vector, but the configuration declares ${feature.dimension ?? feature.type}. Correct one of them.`,
      );
    }
    if (profile.type !== feature.type) {
      throw new CoreError(
        'REFERENCE_MISMATCH',
        `${place} has the feature "${feature.name}" as ${profile.type}, but the configuration declares it as ${feature.type}. Correct one of them.`,
      );
    }
  }
}

function numbersOf(column: Column): Float64Array {
  return Float64Array.from(column, (value) => numberOf(value) ?? Number.NaN);
}

/** The id of a reference: a hash of its profiles, its history and its quality. */
export function referenceId(
  profiles: ReadonlyMap<string, FeatureProfile>,
  segments: ReferenceSegments | undefined,
  history: ReferenceHistory | undefined,
  quality?: ReferenceQuality | undefined,
): string {
  const hash = createHash('sha256');
  const add = (features: ReadonlyMap<string, FeatureProfile>): void => {
    for (const name of [...features.keys()].sort()) {
      hash.update(JSON.stringify([name, profileToJson(features.get(name)!)]));
    }
  };
  add(profiles);
  for (const [value, features] of segments?.values ?? []) {
    hash.update(JSON.stringify([segments!.feature, value]));
    add(features);
  }
  if (history !== undefined) hash.update(JSON.stringify(historyToJson(history)));
  if (quality !== undefined) hash.update(JSON.stringify(quality));
  return hash.digest('hex').slice(0, 12);
}
