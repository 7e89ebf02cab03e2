import {
  type CategoricalProfile,
  type ColumnProfile,
  createValueSketch,
  createVocabularyCounter,
  type FeatureProfile,
  profileFromSketch,
  type ValueSketch,
  type ValueSketchJson,
  type VocabularyCounter,
  valueSketchFromJson,
} from '@modelmeter/kernel/profiles';
import { featureBins } from './bins/feature-bins.js';
import { oneSpelling, toCategory } from './categories.js';
import { type ReferenceHistory, slotWidth } from './history/reference-history.js';
import { numberOf, outputValues, type PredictionBatch, type TensorData } from './prediction.js';
import { createReference, outputFeature, type Reference } from './reference.js';
import { type Restoring, requireSame } from './restoring.js';
import { type ColumnFeature, columnFeatures, type FeatureConfig } from './settings/features.js';
import type { OutputsConfig } from './settings/outputs.js';

/**
 * Records the distribution of production data per day, from which a reference can be built, with its
 * days as its history. It keeps
 * value sketches and counts of categories, never rows.
 */
export interface ReferenceRecorder {
  /** Adds the rows of a call; features and outputs that are absent count as missing. */
  record(batch: PredictionBatch, nowMs: number): void;
  /** A reference of the last whole days (UTC); undefined if none of them has rows. */
  reference(nowMs: number): Reference | undefined;
  save(): SavedRecorder;
  /** @throws CoreError STATE_MISMATCH when other features were recorded. */
  restore(saved: SavedRecorder, restoring: Pick<Restoring, 'shiftMs'>): void;
}

/** The recorded days; the last one is the current day. */
export interface SavedRecorder {
  readonly names: readonly string[];
  readonly kept: readonly KeptDay[];
  readonly open: KeptDay;
  readonly firstWholeDay: number;
}

const dayMs = 86_400_000;
/** Covers ratios of a billionth as well as Unix times in microseconds. */
const sketchRange = { minimum: 1e-9, maximum: 1e16 };
const maximumCategories = 1000;
/** Points with which every bucket of a day is separate. */
const finestGrid = 16_384;

/** One column of the current day. */
type Column =
  | { readonly type: 'numeric'; readonly sketch: ValueSketch }
  | { readonly type: 'categorical'; readonly counter: VocabularyCounter };

/** One column of a past day, without empty counts. */
type KeptColumn = ValueSketchJson | Kept;

interface Kept {
  readonly entries: readonly (readonly [category: string, rows: number])[];
  readonly missing: number;
  readonly other: number;
}

interface KeptDay {
  readonly day: number;
  readonly rows: number;
  readonly columns: readonly KeptColumn[];
}

/**
 * An empty recorder. Memory of a numeric feature: 42 KB for the current day (84 KB with negative
 * values) and a few kilobytes for each of the previous `days`. A categorical feature keeps at most
 * 1000 names per day.
 */
export function createReferenceRecorder(options: {
  readonly model: { readonly name: string; readonly version: string };
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsConfig;
  readonly days: number;
  readonly startMs: number;
}): ReferenceRecorder {
  const { model, days } = options;
  const output = outputFeature(options.outputs);
  const declared = columnFeatures(options.features);
  const features = [...declared, output];
  const columns = features.map(emptyColumn);
  const names = new Map(declared.map(({ name }, index) => [name, index]));
  const kept: KeptDay[] = [];
  const recorded = features.map(({ name, type }) => `${name}: ${type}`);
  let firstWholeDay = Math.ceil(options.startMs / dayMs);
  let openDay = Math.floor(options.startMs / dayMs);
  let openRows = 0;

  function closeDay(nowMs: number): void {
    const day = Math.floor(nowMs / dayMs);
    if (day <= openDay) return;
    if (openRows > 0 && openDay >= firstWholeDay) {
      kept.push({ day: openDay, rows: openRows, columns: columns.map(keep) });
    }
    while (kept.length > 0 && kept[0]!.day < day - days) kept.shift();
    for (const column of columns) clear(column);
    openDay = day;
    openRows = 0;
  }

  return {
    record(batch, nowMs) {
      closeDay(nowMs);
      openRows += batch.rows;
      const seen = new Set<number>();
      for (const { names: blockNames, data } of batch.features) {
        for (const [position, name] of blockNames.entries()) {
          const index = names.get(name);
          if (index === undefined) continue;
          seen.add(index);
          add(columns[index]!, data, batch.rows, position, blockNames.length);
        }
      }
      const block = batch.outputs.find(({ name }) => name === output.name);
      const data =
        block === undefined ? undefined : outputValues(block.data, batch.rows, options.outputs);
      if (data !== undefined) {
        seen.add(columns.length - 1);
        add(columns.at(-1)!, data, batch.rows, 0, 1);
      }
      for (const [index, column] of columns.entries()) {
        if (!seen.has(index)) addMissing(column, batch.rows);
      }
    },
    reference(nowMs) {
      closeDay(nowMs);
      const [first] = kept;
      if (first === undefined) return undefined;
      const profiles = new Map<string, FeatureProfile>();
      for (const [index, { name }] of features.entries()) {
        profiles.set(name, merged(kept.map((day) => day.columns[index]!)));
      }
      const date = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);
      return createReference({
        modelName: model.name,
        modelVersion: model.version,
        created: new Date(nowMs).toISOString(),
        source: `production from ${date(first.day)} to ${date(kept.at(-1)!.day)}`,
        rows: kept.reduce((sum, { rows }) => sum + rows, 0),
        features: profiles,
        history: historyOf(
          kept,
          features.map(({ name }) => name),
          profiles,
        ),
      });
    },
    save: () => ({
      names: recorded,
      kept,
      open: { day: openDay, rows: openRows, columns: columns.map(keep) },
      firstWholeDay,
    }),
    restore(saved, { shiftMs }) {
      requireSame('the features of the recorded reference', saved.names, recorded);
      const shift = Math.round(shiftMs / dayMs);
      const moved = saved.kept.map((one) => ({ ...one, day: one.day + shift }));
      kept.splice(0, kept.length, ...moved);
      firstWholeDay = saved.firstWholeDay + shift;
      openDay = saved.open.day + shift;
      openRows = saved.open.rows;
      for (const [index, column] of columns.entries()) {
        clear(column);
        addKept(column, saved.open.columns[index]!);
      }
    },
  };
}

/** Adds what `keep` has returned. */
function addKept(column: Column, kept: KeptColumn): void {
  if (column.type === 'numeric') {
    column.sketch.merge(valueSketchFromJson(kept, 'recorded day'));
    return;
  }
  const { entries, missing, other } = kept as Kept;
  column.counter.merge({
    ...column.counter,
    entries: () => entries.map(([category, rows]) => [category, rows]),
    missing,
    other,
  });
}

/** The rows of the kept days, day by day; days without rows are empty. */
function historyOf(
  kept: readonly KeptDay[],
  names: readonly string[],
  profiles: ReadonlyMap<string, FeatureProfile>,
): ReferenceHistory {
  const firstDay = kept[0]!.day;
  const slots = kept.at(-1)!.day - firstDay + 1;
  const counts = new Map<string, Float64Array>();
  for (const [index, name] of names.entries()) {
    const profile = profiles.get(name) as ColumnProfile;
    const width = slotWidth(profile);
    const rows = new Float64Array(slots * width);
    for (const { day, columns } of kept) {
      rows.set(binsOfDay(profile, columns[index]!), (day - firstDay) * width);
    }
    counts.set(name, rows);
  }
  return { startMs: firstDay * dayMs, slotMs: dayMs, slots, features: counts };
}

/** The rows of a day in the exported bins of a reference, missing ones last. */
function binsOfDay(reference: ColumnProfile, column: KeptColumn): Float64Array {
  const bins = new Float64Array(slotWidth(reference));
  const { edges, categories } = featureBins(reference);
  if ('entries' in column) {
    const codes = new Map(categories.slice(0, -2).map((name, code) => [name, code]));
    const other = categories.length - 2;
    for (const [name, rows] of column.entries) bins[codes.get(name) ?? other]! += rows;
    bins[other]! += column.other;
    bins[categories.length] = column.missing;
    return bins;
  }
  // Edges are ends of buckets, so the rows of a bucket are in the bin of its lower end.
  const day = profileFromSketch(valueSketchFromJson(column, 'recorded day'), finestGrid);
  for (const [count, rows] of day.counts.entries()) {
    const lower = count === 0 ? -Infinity : day.grid[(count - 1) >> 1]!;
    bins[edges.filter((edge) => edge <= lower).length]! += rows;
  }
  bins[edges.length + 1] = day.missing;
  return bins;
}

function emptyColumn({ type }: ColumnFeature): Column {
  return type === 'numeric'
    ? { type, sketch: createValueSketch(sketchRange) }
    : { type, counter: createVocabularyCounter({ maximumCategories }) };
}

function clear(column: Column): void {
  if (column.type === 'numeric') column.sketch.reset();
  else column.counter.reset();
}

function add(
  column: Column,
  data: TensorData,
  rows: number,
  position: number,
  stride: number,
): void {
  for (let row = 0; row < rows; row += 1) {
    const value = data[row * stride + position];
    if (column.type === 'numeric') column.sketch.record(numberOf(value) ?? Number.NaN);
    else column.counter.count(toCategory(value));
  }
}

function addMissing(column: Column, rows: number): void {
  if (column.type === 'numeric') column.sketch.record(Number.NaN, rows);
  else for (let row = 0; row < rows; row += 1) column.counter.count(null);
}

function keep(column: Column): KeptColumn {
  if (column.type === 'numeric') return column.sketch.toJson();
  const { counter } = column;
  return { entries: counter.entries(), missing: counter.missing, other: counter.other };
}

function merged(parts: readonly KeptColumn[]): FeatureProfile {
  const sum = createValueSketch(sketchRange);
  const kept: Kept[] = [];
  for (const part of parts) {
    if ('entries' in part) kept.push(part);
    else sum.merge(valueSketchFromJson(part, 'recorded day'));
  }
  return kept.length > 0 ? mergedCategories(kept) : profileFromSketch(sum);
}

function mergedCategories(parts: readonly Kept[]): CategoricalProfile {
  const rowsOf = new Map<string, number>();
  const spelling = oneSpelling(parts.flatMap(({ entries }) => entries.map(([name]) => name)));
  let missing = 0;
  let other = 0;
  for (const part of parts) {
    missing += part.missing;
    other += part.other;
    for (const [entry, rows] of part.entries) {
      const category = spelling?.(entry) ?? entry;
      rowsOf.set(category, (rowsOf.get(category) ?? 0) + rows);
    }
  }
  const sorted = [...rowsOf].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const named = sorted.slice(0, maximumCategories);
  for (const [, rows] of sorted.slice(maximumCategories)) other += rows;
  const counts = Float64Array.from(named, ([, rows]) => rows);
  return {
    type: 'categorical',
    count: counts.reduce((sum, rows) => sum + rows, 0) + other,
    missing,
    categories: named.map(([category]) => category),
    counts,
    other,
  };
}
