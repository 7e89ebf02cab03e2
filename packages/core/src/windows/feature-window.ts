import { createGridCounter, type GridCounter, isFloat32Grid } from '@modelmeter/kernel';
import { binMoments, type FeatureProfile } from '@modelmeter/kernel/profiles';
import { referenceCounts } from '../bins/feature-bins.js';
import type { FeatureConfig } from '../config.js';
import { CoreError } from '../errors.js';
import { type FeatureBlock, numberOf } from '../prediction.js';
import { type Reference, toCategory } from '../reference.js';
import { createPaneRing, type PaneRing } from './pane-ring.js';

/** The slots of one feature within a pane: its cells, then missing and invalid rows. */
export interface WindowFeature {
  readonly feature: FeatureConfig;
  readonly profile: FeatureProfile;
  /** Where the cells of the feature start within a pane. */
  readonly offset: number;
  /** Numeric: 2k + 1 grid cells. Categorical: the categories, other, unseen. */
  readonly cells: number;
}

/** Counts of one feature over some stretch of time. */
export interface FeatureCounts {
  /** Numeric: grid cells. Categorical: categories, other, unseen. */
  readonly cells: Float64Array;
  readonly missing: number;
  /** Rows whose value was not of the declared type; they are counted as missing too. */
  readonly invalid: number;
}

/** The feature values of a model, counted against its reference in rolling panes. */
export interface FeatureWindow {
  readonly features: readonly WindowFeature[];
  readonly paneMs: number;
  /** Counts a batch at `nowMs`; never retains it. */
  count(blocks: readonly FeatureBlock[], rows: number, nowMs: number): void;
  /** The counts of a feature over the last whole panes that make up `windowMs`. */
  window(feature: WindowFeature, windowMs: number, nowMs: number): FeatureCounts;
  /** The counts of a feature since the start. */
  total(feature: WindowFeature): FeatureCounts;
  /** Start of the first pane that has been counted from its beginning. */
  readonly coveredFromMs: number;
}

/** Slots of a feature beside its cells: missing, invalid. */
const extraSlots = 2;

const paneLengths = [1, 5, 15, 60, 360, 1440].map((minutes) => minutes * 60_000);
const largestPaneCount = 32;

/** The pane length that cuts every window into whole panes, at most 32 for the longest of them. */
export function paneLengthFor(windowsMs: readonly number[]): number {
  const longest = Math.max(...windowsMs);
  const fitting = paneLengths.filter((paneMs) =>
    windowsMs.every((windowMs) => windowMs % paneMs === 0),
  );
  return (
    fitting.find((paneMs) => longest / paneMs <= largestPaneCount) ??
    fitting.at(-1) ??
    windowsMs.reduce(greatestCommonDivisor)
  );
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** The window of a feature: the configured one, rounded up to whole cycles of its rhythm. */
export function windowLength(feature: FeatureConfig, configuredMs: number): number {
  const cycleMs = feature.cycle === 'week' ? 604_800_000 : feature.cycle === 'day' ? 86_400_000 : 0;
  return cycleMs === 0 ? configuredMs : Math.ceil(configuredMs / cycleMs) * cycleMs;
}

/** Why a feature is not judged before its first window has passed. */
export function notWhole(lengthMs: number): string {
  const units = { hours: 3_600_000, minutes: 60_000, seconds: 1000 };
  const [unit, unitMs] = Object.entries(units).find(([, ms]) => lengthMs % ms === 0) ?? ['ms', 1];
  return `its window of ${lengthMs / unitMs} ${unit} is not whole yet`;
}

export function createFeatureWindow(options: {
  readonly features: readonly FeatureConfig[];
  readonly reference: Pick<Reference, 'features'>;
  readonly windowMs: number;
  /** Length of a pane that divides every window; default: one that suits the clock. */
  readonly paneMs?: number;
  readonly startMs: number;
}): FeatureWindow {
  const { reference, startMs } = options;
  const layout = layOut(options.features, reference);
  const numeric = layout.filter(({ profile }) => profile.type === 'numeric');
  const categorical = layout.filter(({ profile }) => profile.type === 'categorical');
  const windowsMs = options.features.map((feature) => windowLength(feature, options.windowMs));
  const paneMs = options.paneMs ?? paneLengthFor(windowsMs);
  // One slot more than the longest window: the pane that is being filled.
  const panes = Math.max(...windowsMs) / paneMs + 1;
  const width = layout.reduce((sum, { cells }) => sum + cells + extraSlots, 0);
  const ring: PaneRing = createPaneRing({ paneMs, panes, width });
  const totals = new Float64Array(width);
  const counter = createNumericCounter(numeric);
  const hasFloat32Reference = numeric.some(
    ({ profile }) => profile.type === 'numeric' && isFloat32Grid(profile.grid),
  );
  const vocabularies = categorical.map(vocabulary);
  const plans = new WeakMap<readonly string[], BlockPlan>();
  let latestNames: readonly string[] = [];
  let latestPlan = planBlock(latestNames, numeric, categorical);
  let openPane = Math.floor(startMs / paneMs);
  /** The pane that is being filled; undefined when its time has left the ring. */
  let pane: Float64Array | undefined = ring.at(openPane * paneMs);
  let staging64 = new Float64Array(0);
  let staging32 = new Float32Array(0);

  /** Moves what the counter holds into the pane in which it was counted. */
  function drain(): void {
    if (counter === undefined || counter.rows === 0) return;
    for (const [column, { offset, cells }] of numeric.entries()) {
      const counts = new Float64Array(cells);
      counter.addBinsTo(column, counts);
      const missing = counter.missing(column);
      for (let cell = 0; cell < cells; cell += 1) {
        totals[offset + cell]! += counts[cell]!;
        if (pane !== undefined) pane[offset + cell]! += counts[cell]!;
      }
      totals[offset + cells]! += missing;
      if (pane !== undefined) pane[offset + cells]! += missing;
    }
    counter.reset();
  }

  function openPaneAt(nowMs: number): void {
    const current = Math.floor(nowMs / paneMs);
    if (current <= openPane) return;
    drain();
    openPane = current;
    pane = ring.at(openPane * paneMs);
  }

  /** Where the columns of a block belong; an adapter hands in the same names at every call. */
  function planOf(names: readonly string[]): BlockPlan {
    if (names === latestNames) return latestPlan;
    let plan = plans.get(names);
    if (plan === undefined) {
      plan = planBlock(names, numeric, categorical);
      plans.set(names, plan);
    }
    latestNames = names;
    latestPlan = plan;
    return plan;
  }

  function countNumeric(blocks: readonly FeatureBlock[], rows: number): void {
    if (counter === undefined) return;
    const [first] = blocks;
    if (
      blocks.length === 1 &&
      (first!.data instanceof Float32Array ||
        (first!.data instanceof Float64Array && !hasFloat32Reference)) &&
      planOf(first!.names).isMatrix
    ) {
      counter.count(first!.data, rows);
      return;
    }
    const size = rows * numeric.length;
    // A float32 value equals a double only after both were rounded, so one such column, in the
    // block or in the reference, makes the whole matrix float32; rounding keeps the order and the
    // ties of the others.
    const isFloat32 =
      hasFloat32Reference ||
      blocks.some(
        ({ names, data }) => data instanceof Float32Array && planOf(names).numeric.length > 0,
      );
    if (isFloat32 && staging32.length < size) staging32 = new Float32Array(size);
    if (!isFloat32 && staging64.length < size) staging64 = new Float64Array(size);
    const matrix = isFloat32 ? staging32.subarray(0, size) : staging64.subarray(0, size);
    // A feature that no block brings is missing in every row.
    matrix.fill(Number.NaN);
    for (const { names, data } of blocks) {
      for (const { position, column } of planOf(names).numeric) {
        if (data instanceof Float32Array || data instanceof Float64Array) {
          for (let row = 0; row < rows; row += 1) {
            matrix[row * numeric.length + column] = data[row * names.length + position]!;
          }
          continue;
        }
        const invalidSlot = numeric[column]!.offset + numeric[column]!.cells + 1;
        for (let row = 0; row < rows; row += 1) {
          const value = data[row * names.length + position];
          const number = numberOf(value);
          matrix[row * numeric.length + column] = number ?? Number.NaN;
          if (number !== undefined) continue;
          totals[invalidSlot]! += 1;
          if (pane !== undefined) pane[invalidSlot]! += 1;
        }
      }
    }
    counter.count(matrix, rows);
  }

  function countCategorical(blocks: readonly FeatureBlock[], rows: number): void {
    for (let column = 0; column < categorical.length; column += 1) {
      const cells = categorical[column]!;
      const codes = vocabularies[column]!;
      const block = blocks.find(({ names }) => planOf(names).categorical[column] !== undefined);
      const position = block === undefined ? 0 : planOf(block.names).categorical[column]!;
      const stride = block?.names.length ?? 1;
      for (let row = 0; row < rows; row += 1) {
        const category = toCategory(block?.data[row * stride + position]);
        const cell = category === null ? cells.cells : (codes.get(category) ?? unseenCell(cells));
        totals[cells.offset + cell]! += 1;
        if (pane !== undefined) pane[cells.offset + cell]! += 1;
      }
    }
  }

  function read(cells: WindowFeature, sums: Float64Array): FeatureCounts {
    return {
      cells: sums.slice(cells.offset, cells.offset + cells.cells),
      missing: sums[cells.offset + cells.cells]!,
      invalid: sums[cells.offset + cells.cells + 1]!,
    };
  }

  return {
    features: layout,
    paneMs,
    count(blocks, rows, nowMs) {
      for (const block of blocks) assertShape(block, rows);
      openPaneAt(nowMs);
      countNumeric(blocks, rows);
      countCategorical(blocks, rows);
    },
    window(cells, windowMs, nowMs) {
      openPaneAt(nowMs);
      const endMs = Math.floor(nowMs / paneMs) * paneMs;
      return read(cells, ring.sumBefore(endMs, windowMs / paneMs));
    },
    total(cells) {
      drain();
      return read(cells, totals);
    },
    coveredFromMs: Math.ceil(startMs / paneMs) * paneMs,
  };
}

/** Where the columns of a block belong. */
interface BlockPlan {
  /** True where the block is the matrix of the numeric features in their order. */
  readonly isMatrix: boolean;
  readonly numeric: readonly { readonly position: number; readonly column: number }[];
  /** By categorical feature: its position in the block, where it has one. */
  readonly categorical: readonly (number | undefined)[];
}

function planBlock(
  names: readonly string[],
  numeric: readonly WindowFeature[],
  categorical: readonly WindowFeature[],
): BlockPlan {
  const columnOf = new Map(numeric.map(({ feature }, column) => [feature.name, column]));
  const positionOf = new Map(names.map((name, position) => [name, position]));
  return {
    isMatrix:
      names.length === numeric.length && names.every((name, index) => columnOf.get(name) === index),
    numeric: names.flatMap((name, position) => {
      const column = columnOf.get(name);
      return column === undefined ? [] : [{ position, column }];
    }),
    categorical: categorical.map(({ feature }) => positionOf.get(feature.name)),
  };
}

function assertShape({ names, data }: FeatureBlock, rows: number): void {
  if (data.length === rows * names.length) return;
  throw new CoreError(
    'BATCH_INVALID',
    `The features ${names.join(', ')} come with ${data.length} values for ${rows} rows; pass rows x names values, row-major.`,
  );
}

/** The counts of a window as a profile; extremes are not kept, moments are those of the cells. */
export function windowProfile({ profile }: WindowFeature, counts: FeatureCounts): FeatureProfile {
  const { cells, missing } = counts;
  let count = 0;
  for (const rows of cells) count += rows;
  if (profile.type === 'categorical') {
    const { categories } = profile;
    const names = categories.length;
    return {
      type: 'categorical',
      count,
      missing,
      categories,
      counts: cells.slice(0, names),
      other: cells[names]! + cells[names + 1]!,
    };
  }
  return {
    type: 'numeric',
    count,
    missing,
    infinite: 0,
    min: null,
    max: null,
    ...binMoments(profile.grid, cells),
    grid: profile.grid,
    counts: cells,
  };
}

function layOut(
  features: readonly FeatureConfig[],
  reference: Pick<Reference, 'features'>,
): WindowFeature[] {
  let offset = 0;
  return features.map((feature) => {
    const profile = reference.features.get(feature.name)!;
    const cells = referenceCounts(profile).length;
    const placed = { feature, profile, offset, cells };
    offset += cells + extraSlots;
    return placed;
  });
}

function createNumericCounter(numeric: readonly WindowFeature[]): GridCounter | undefined {
  const grids = numeric.flatMap(({ profile }) =>
    profile.type === 'numeric' ? [profile.grid] : [],
  );
  return grids.length === 0 ? undefined : createGridCounter(grids);
}

function vocabulary({ profile }: WindowFeature): Map<string, number> {
  return new Map(
    profile.type === 'categorical' ? profile.categories.map((name, code) => [name, code]) : [],
  );
}

/** Where a category that the reference never saw is counted; with `other` where it kept no names. */
function unseenCell({ profile, cells }: WindowFeature): number {
  const namesLeftOut = profile.type === 'categorical' && profile.other > 0;
  return namesLeftOut ? cells - 2 : cells - 1;
}
