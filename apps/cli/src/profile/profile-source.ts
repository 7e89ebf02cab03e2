import type { TimeRange } from '@modelmeter/core/drift';
import { isFloat32Grid, type Kernel, type NumericArray } from '@modelmeter/kernel';
import {
  type CategoricalProfile,
  createNumericProfileCounter,
  type EmbeddingProfile,
  type FeatureProfile,
  type NumericProfile,
  numericProfile,
} from '@modelmeter/kernel/profiles';
import { CliError } from '../errors.js';
import type { FeatureColumn } from '../read/columns.js';
import type { Reader } from '../read/reader.js';
import { type DataSource, unreadable } from '../read/source.js';
import { countCategories, countRows, vocabularyOf } from './aggregates.js';
import { countEmbedding, embeddingReference } from './embeddings.js';
import { type Grouping, oneGroup } from './groups.js';
import { readNumbers } from './read-numbers.js';
import { createReservoir, type Reservoir } from './reservoir.js';

/** The counts of a group of rows of a source. */
export interface GroupProfile {
  readonly key: string;
  readonly rows: number;
  readonly features: ReadonlyMap<string, FeatureProfile>;
  /** Rows that held something else where a number was expected, by feature. */
  readonly invalid: ReadonlyMap<string, number>;
  /** The time of the rows, where it is known. */
  readonly range?: TimeRange;
}

const gridPoints = 1024;
/** Numeric columns that are read together; more of them take one pass each over the rows. */
const columnsPerPass = 128;

type Profiles = ReadonlyMap<string, FeatureProfile>;

/**
 * Profiles a source on grids and vocabularies of its own, as a reference.
 *
 * A source of more rows than a sample holds is read twice: its grids come from the sample and the
 * extremes of all rows, its counts from all rows, exactly. Memory does not grow with the rows.
 */
export async function profileReference(
  reader: Reader,
  source: DataSource,
  columns: readonly FeatureColumn[],
): Promise<GroupProfile> {
  try {
    const profiles = new Map<string, FeatureProfile>();
    for (const column of columns) {
      if (column.type === 'numeric') continue;
      if (column.type === 'embedding') {
        profiles.set(column.name, await embeddingReference(reader, source, column));
        continue;
      }
      profiles.set(column.name, await vocabularyOf(reader.database, source, column));
    }
    for (const page of numericPages(columns)) {
      const found = await numericReference(reader, source, page);
      for (const [name, profile] of found) profiles.set(name, profile);
    }
    const [counts] = await countRows(reader.database, source, columns, oneGroup);
    return {
      key: '',
      rows: counts?.rows ?? 0,
      features: new Map(columns.map(({ name }) => [name, profiles.get(name)!])),
      invalid: counts?.invalid ?? new Map(),
    };
  } catch (error) {
    throw error instanceof CliError ? error : unreadable(reader.database, source.name, error);
  }
}

/**
 * Profiles a source on the grids and vocabularies of a reference, group by group, in the order of
 * the groups; embeddings only where there is one group. Memory holds one group at a time, or all of them when the numeric columns take more
 * than one pass.
 */
export async function* profileGroups(
  reader: Reader,
  source: DataSource,
  columns: readonly FeatureColumn[],
  reference: Profiles,
  grouping: Grouping,
): AsyncGenerator<GroupProfile> {
  const { database } = reader;
  try {
    const embeddings = new Map<string, EmbeddingProfile>();
    const categories = new Map<string, ReadonlyMap<number, CategoricalProfile>>();
    for (const column of columns) {
      const vocabulary = reference.get(column.name);
      if (vocabulary?.type === 'embedding' && grouping === oneGroup) {
        embeddings.set(column.name, await countEmbedding(reader, source, column, vocabulary.basis));
      }
      if (vocabulary?.type !== 'categorical') continue;
      categories.set(
        column.name,
        await countCategories(database, source, column, vocabulary, grouping),
      );
    }
    const counts = await countRows(database, source, columns, grouping);
    const passes: (Iterator<Profiles> | AsyncIterator<Profiles>)[] = [];
    const pages = numericPages(columns);
    for (const page of pages) {
      const pass = countNumbers(reader, source, page, reference, grouping);
      // Two streams of one connection cannot be open at once.
      passes.push(pages.length === 1 ? pass : (await collected(pass)).values());
    }
    for (const { group, rows, invalid } of counts) {
      const counted = new Map<string, FeatureProfile>();
      for (const pass of passes) {
        const next = await pass.next();
        for (const [name, profile] of next.value as Profiles) counted.set(name, profile);
      }
      const features = new Map<string, FeatureProfile>();
      for (const { name } of columns) {
        const found = embeddings.get(name) ?? categories.get(name)?.get(group) ?? counted.get(name);
        if (found !== undefined) features.set(name, found);
      }
      const range = grouping.rangeOf?.(group);
      const key = grouping.keyOf(group, rows);
      yield { key, rows, features, invalid, ...(range === undefined ? {} : { range }) };
    }
  } catch (error) {
    throw error instanceof CliError ? error : unreadable(database, source.name, error);
  }
}

function numericPages(columns: readonly FeatureColumn[]): FeatureColumn[][] {
  const numeric = columns.filter(({ type }) => type === 'numeric');
  const pages: FeatureColumn[][] = [];
  for (let from = 0; from < numeric.length; from += columnsPerPass) {
    pages.push(numeric.slice(from, from + columnsPerPass));
  }
  return pages;
}

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function numericReference(
  reader: Reader,
  source: DataSource,
  numeric: readonly FeatureColumn[],
): Promise<Profiles> {
  const reservoir = createReservoir(numeric.length);
  const extremes = numeric.map(() => ({ min: Infinity, max: -Infinity }));
  reader.progress.step(`Sampling ${source.name}`);
  for await (const block of readNumbers(reader.database, source, numeric, oneGroup)) {
    reservoir.add(block.columns, block.rows);
    for (const [column, values] of block.columns.entries()) widen(extremes[column]!, values);
    reader.progress.advance(block.rows);
  }
  const sampled = new Map<string, FeatureProfile>();
  for (const [index, { name }] of numeric.entries()) {
    sampled.set(name, sampledProfile(reader.kernel, reservoir, index, extremes[index]!));
  }
  if (reservoir.rows <= reservoir.capacity) return sampled;
  for await (const profiles of countNumbers(reader, source, numeric, sampled, oneGroup)) {
    return profiles;
  }
  return sampled;
}

/** All rows where the sample holds them; else a grid that reaches to the extremes of all rows. */
function sampledProfile(
  kernel: Kernel,
  reservoir: Reservoir,
  column: number,
  { min, max }: { readonly min: number; readonly max: number },
): NumericProfile {
  const values = reservoir.values(column);
  if (reservoir.rows <= reservoir.capacity) {
    return numericProfile(values, { gridPoints, ties: 'rounding', kernel });
  }
  const { grid } = numericProfile(values, {
    gridPoints: gridPoints - 2,
    ties: 'rounding',
    kernel,
  });
  const ends = [min, max].filter((end) => Number.isFinite(end));
  const points = Float64Array.from(new Set([...grid, ...ends])).sort();
  return numericProfile(new Float64Array(0), { grid: points, kernel });
}

function widen(extremes: { min: number; max: number }, values: NumericArray): void {
  let { min, max } = extremes;
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row]!;
    if (value < min && value !== -Infinity) min = value;
    if (value > max && value !== Infinity) max = value;
  }
  extremes.min = min;
  extremes.max = max;
}

async function* countNumbers(
  { database, kernel, progress }: Reader,
  source: DataSource,
  numeric: readonly FeatureColumn[],
  reference: Profiles,
  grouping: Grouping,
): AsyncGenerator<Profiles> {
  const counters = numeric.map(({ name }) => {
    const { grid } = reference.get(name) as NumericProfile;
    return {
      name,
      counter: createNumericProfileCounter({ grid, ties: 'rounding', kernel }),
      isFloat32: isFloat32Grid(grid),
    };
  });
  const finished = (): Profiles => {
    const profiles = new Map(counters.map(({ name, counter }) => [name, counter.profile()]));
    for (const { counter } of counters) counter.reset();
    return profiles;
  };

  progress.step(`Counting ${source.name}`);
  let open: number | undefined;
  for await (const block of readNumbers(database, source, numeric, grouping)) {
    progress.advance(block.rows);
    for (let from = 0; from < block.rows; ) {
      const group = block.groups[from]!;
      if (open !== undefined && group !== open) yield finished();
      open = group;
      let end = from + 1;
      while (end < block.rows && block.groups[end] === group) end += 1;
      for (const [column, values] of block.columns.entries()) {
        const { counter, isFloat32 } = counters[column]!;
        const rows: NumericArray = values.subarray(from, end);
        // A double is compared with float32 points as the float32 that it would be stored as.
        counter.count(isFloat32 && rows instanceof Float64Array ? new Float32Array(rows) : rows);
      }
      from = end;
    }
  }
  if (open !== undefined) yield finished();
}
