import type { FeatureDrift } from '@modelmeter/core';
import {
  type ComparedFeature,
  createDriftPolicy,
  evaluateDrift,
  overallState,
} from '@modelmeter/core/drift';
import { driftSchema, parseSettings } from '@modelmeter/core/settings';
import { createRandom } from '@modelmeter/kernel';
import { categoricalProfile, numericProfile } from '@modelmeter/kernel/profiles';
import type { ChunkResult, DriftResult, SegmentResult } from '../../src/compare/drift-result.js';

/** A column of numbers, or of names with null for a missing value. */
export type Column = Float64Array | readonly (string | null)[];
export type Columns = Readonly<Record<string, Column>>;

/** Standard normal numbers times `scale` around `mean`, the same for the same seed. */
export function normals(rows: number, seed: number, mean = 0, scale = 1): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: rows }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    return mean + scale * radius * Math.cos(2 * Math.PI * random.next());
  });
}

/** Names drawn with the given weights. */
export function names(
  rows: number,
  seed: number,
  weights: Readonly<Record<string, number>>,
): string[] {
  const random = createRandom(seed);
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  return Array.from({ length: rows }, () => {
    let left = random.next() * total;
    for (const [name, weight] of Object.entries(weights)) if ((left -= weight) < 0) return name;
    return Object.keys(weights).at(-1)!;
  });
}

/** Evaluates every column by the engine, with default settings. */
export function evaluate(reference: Columns, current: Columns): FeatureDrift[] {
  const samples = Object.keys(reference).map((name) =>
    sampleOf(name, reference[name]!, current[name]!),
  );
  const rules = createDriftPolicy(
    parseSettings(driftSchema, {}),
    samples.map(({ feature }) => feature),
  );
  return evaluateDrift(samples, rules);
}

/** The result of a comparison; with `chunkRows` also in chunks of this many rows. */
export function compare(
  reference: Columns,
  current: Columns,
  options: { readonly chunkRows?: number } = {},
): DriftResult {
  const features = evaluate(reference, current);
  const { chunkRows } = options;
  return {
    ...sides(['train.parquet', rowsOf(reference)], ['week.csv', rowsOf(current)]),
    features,
    ...(chunkRows === undefined ? {} : { chunks: chunksOf(reference, current, chunkRows) }),
    ...resultVerdict(features),
  };
}

type SideRows = readonly [source: string, rows: number];

/** Both sides of a result that was read without anything to report. */
export function sides(
  reference: SideRows,
  current: SideRows,
): Pick<DriftResult, 'reference' | 'current'> {
  const side = ([source, rows]: SideRows) => ({
    source,
    rows,
    format: 'csv' as const,
    detected: {},
    rejected: { rows: 0, examples: [] },
    leftOut: [],
    notes: [],
  });
  return { reference: side(reference), current: { ...side(current), missingColumns: [] } };
}

/** The verdict of a result whose features were all compared. */
export function resultVerdict(
  features: readonly FeatureDrift[],
): Pick<DriftResult, 'driftedFeatures' | 'state' | 'undecidedFeatures' | 'undecided'> {
  return {
    ...verdictOf(features),
    undecidedFeatures: features
      .filter(({ state }) => state === 'insufficient_data')
      .map(({ name }) => name),
    undecided: [],
  };
}

/** The result of one segment. */
export function segment(value: string, reference: Columns, current: Columns): SegmentResult {
  const features = evaluate(reference, current);
  return {
    value,
    referenceRows: rowsOf(reference),
    currentRows: rowsOf(current),
    features,
    ...verdictOf(features),
  };
}

/** The rows of every column from one to before another. */
export function slice(columns: Columns, start: number, end: number): Columns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, column.slice(start, end)]),
  );
}

function verdictOf(features: readonly FeatureDrift[]) {
  return {
    driftedFeatures: features.filter(({ state }) => state === 'drift').map(({ name }) => name),
    state: overallState(features),
  };
}

function chunksOf(reference: Columns, current: Columns, chunkRows: number): ChunkResult[] {
  const chunks: ChunkResult[] = [];
  const total = rowsOf(current);
  for (let start = 0; start < total; start += chunkRows) {
    const end = Math.min(total, start + chunkRows);
    const features = evaluate(reference, slice(current, start, end));
    chunks.push({
      key: `${start + 1}-${end}`,
      rows: end - start,
      features,
      ...verdictOf(features),
    });
  }
  return chunks;
}

function rowsOf(columns: Columns): number {
  return Object.values(columns)[0]?.length ?? 0;
}

function sampleOf(name: string, reference: Column, current: Column): ComparedFeature {
  if (reference instanceof Float64Array) {
    const profile = numericProfile(reference);
    return {
      feature: { name, type: 'numeric' },
      reference: profile,
      current: numericProfile(current as Float64Array, { grid: profile.grid }),
    };
  }
  const profile = categoricalProfile(reference);
  return {
    feature: { name, type: 'categorical' },
    reference: profile,
    current: categoricalProfile(current as readonly string[], { categories: profile.categories }),
  };
}
