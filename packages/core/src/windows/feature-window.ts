import { createGridCounter, type GridCounter, isFloat32Grid } from '@modelmeter/kernel';
import { createCategoryCodes, missingCode, unseenCode } from '../categories.js';
import type { FeatureBlock } from '../prediction.js';
import type { Reference } from '../reference.js';
import { type Restoring, requireSame } from '../restoring.js';
import { columnFeatures, type FeatureConfig } from '../settings/features.js';
import { type BlockPlan, createBlockPlans, requireShape } from './block-plan.js';
import { createNumericMatrix } from './numeric-matrix.js';
import { createPaneBuffer, type SavedPanes } from './pane-buffer.js';
import {
  absentSlot,
  countsOf,
  type FeatureCounts,
  invalidSlot,
  layOut,
  missingSlot,
  type WindowFeature,
} from './window-layout.js';
import { paneLengthFor, windowLength } from './window-length.js';

/** The feature values of a model, counted on the bins of its reference in rolling panes. */
export interface FeatureWindow {
  readonly features: readonly WindowFeature[];
  readonly paneMs: number;
  /**
   * Counts a batch at `nowMs`; the batch is not kept.
   *
   * @throws CoreError BATCH_INVALID when a block does not have `rows x names` values.
   */
  count(blocks: readonly FeatureBlock[], rows: number, nowMs: number): void;
  /** The counts of a feature over the last whole panes that make up `windowMs`. */
  window(feature: WindowFeature, windowMs: number, nowMs: number): FeatureCounts;
  /** The counts of a feature since the start. */
  total(feature: WindowFeature): FeatureCounts;
  /** Start of the first pane that was counted from its beginning. */
  readonly coveredFromMs: number;
  save(): SavedFeatureWindow;
  /** @throws CoreError STATE_MISMATCH when the saved window had other features or panes. */
  restore(saved: SavedFeatureWindow, restoring: Pick<Restoring, 'shiftMs'>): void;
}

/** A window as it was saved, on the grids of one reference. */
export interface SavedFeatureWindow {
  readonly names: readonly string[];
  readonly panes: SavedPanes;
  readonly totals: Float64Array;
  readonly openPane: number;
  readonly coveredFromMs: number;
}

/**
 * Creates an empty window. Memory is fixed at creation: 8 bytes per slot of each pane. Counting is
 * O(rows x features x log(grid)).
 */
export function createFeatureWindow(options: {
  /** Embeddings among them are counted by an embedding window. */
  readonly features: readonly FeatureConfig[];
  readonly reference: Pick<Reference, 'features'>;
  readonly windowMs: number;
  /** Pane length, a divisor of every window; default: a whole number of minutes or hours. */
  readonly paneMs?: number;
  readonly startMs: number;
}): FeatureWindow {
  const { startMs } = options;
  const columns = columnFeatures(options.features);
  const { features, width } = layOut(columns, options.reference);
  const numeric = features.filter(({ profile }) => profile.type === 'numeric');
  const categorical = features.filter(({ profile }) => profile.type === 'categorical');
  const windowsMs = columns.map((feature) => windowLength(feature, options.windowMs));
  const paneMs = options.paneMs ?? paneLengthFor(windowsMs);
  // One pane more than the longest window: the one that is being filled.
  const panes = Math.max(...windowsMs) / paneMs + 1;
  const buffer = createPaneBuffer({ paneMs, panes, width });
  const totals = new Float64Array(width);
  const planOf = createBlockPlans(numeric, categorical);
  const counter = createNumericCounter(numeric);
  const matrixOf = createNumericMatrix(
    numeric.length,
    numeric.some(({ profile }) => profile.type === 'numeric' && isFloat32Grid(profile.grid)),
    planOf,
    {
      onInvalid: (column) => add(invalidSlot(numeric[column]!), 1),
      onAbsent: (column, rows) => add(absentSlot(numeric[column]!), rows),
    },
  );
  const countCategories = createCategoryCounter(categorical, planOf, add);
  const names = features.map(({ feature }) => feature.name);
  let coveredFromMs = Math.ceil(startMs / paneMs) * paneMs;
  let openPane = Math.floor(startMs / paneMs);
  /** The pane that is being filled; undefined when its time has left the buffer. */
  let pane: Float64Array | undefined = buffer.at(openPane * paneMs);

  function add(slot: number, rows: number): void {
    totals[slot]! += rows;
    if (pane !== undefined) pane[slot]! += rows;
  }

  /** Moves the counts of the kernel into the pane in which they were counted. */
  function drain(): void {
    if (counter === undefined || counter.rows === 0) return;
    for (const [column, feature] of numeric.entries()) {
      const counts = new Float64Array(feature.size);
      counter.addBinsTo(column, counts);
      for (const [index, rows] of counts.entries()) add(feature.offset + index, rows);
      add(missingSlot(feature), counter.missing(column));
    }
    counter.reset();
  }

  function openPaneAt(nowMs: number): void {
    const current = Math.floor(nowMs / paneMs);
    if (current <= openPane) return;
    drain();
    openPane = current;
    pane = buffer.at(openPane * paneMs);
  }

  return {
    features,
    paneMs,
    count(blocks, rows, nowMs) {
      for (const block of blocks) requireShape(block, rows);
      openPaneAt(nowMs);
      counter?.count(matrixOf(blocks, rows), rows);
      countCategories(blocks, rows);
    },
    window(feature, windowMs, nowMs) {
      openPaneAt(nowMs);
      const endMs = Math.floor(nowMs / paneMs) * paneMs;
      return countsOf(feature, buffer.sumBefore(endMs, windowMs / paneMs));
    },
    total(feature) {
      drain();
      return countsOf(feature, totals);
    },
    get coveredFromMs() {
      return coveredFromMs;
    },
    save() {
      drain();
      return { names, panes: buffer.save(), totals, openPane, coveredFromMs };
    },
    restore(saved, restoring) {
      requireSame('the features of a window', saved.names, names);
      buffer.restore(saved.panes, restoring);
      counter?.reset();
      totals.set(saved.totals);
      const shift = Math.round(restoring.shiftMs / paneMs);
      coveredFromMs = saved.coveredFromMs + shift * paneMs;
      openPane = saved.openPane + shift;
      pane = buffer.at(openPane * paneMs);
    },
  };
}

function createNumericCounter(numeric: readonly WindowFeature[]): GridCounter | undefined {
  const grids = numeric.flatMap(({ profile }) =>
    profile.type === 'numeric' ? [profile.grid] : [],
  );
  return grids.length === 0 ? undefined : createGridCounter(grids, { ties: 'rounding' });
}

/** Counts the categorical features of a batch; a feature that no block has is missing. */
function createCategoryCounter(
  categorical: readonly WindowFeature[],
  planOf: (names: readonly string[]) => BlockPlan,
  add: (slot: number, rows: number) => void,
): (blocks: readonly FeatureBlock[], rows: number) => void {
  const vocabularies = categorical.map(({ profile }) =>
    createCategoryCodes(profile.type === 'categorical' ? profile.categories : []),
  );
  const unseenSlots = categorical.map(unseenSlot);
  return (blocks, rows) => {
    for (let column = 0; column < categorical.length; column += 1) {
      const feature = categorical[column]!;
      const codeOf = vocabularies[column]!;
      const block = blocks.find(({ names }) => planOf(names).categorical[column] !== undefined);
      const position = block === undefined ? 0 : planOf(block.names).categorical[column]!;
      const stride = block?.names.length ?? 1;
      for (let row = 0; row < rows; row += 1) {
        const value = block?.data[row * stride + position];
        const code = codeOf(value);
        if (value === undefined) add(absentSlot(feature), 1);
        if (code === missingCode) add(missingSlot(feature), 1);
        else add(code === unseenCode ? unseenSlots[column]! : feature.offset + code, 1);
      }
    }
  };
}

/** The slot of a name that the reference lacks: `other` when the reference left names out. */
function unseenSlot({ profile, offset, size }: WindowFeature): number {
  const namesLeftOut = profile.type === 'categorical' && profile.other > 0;
  return offset + (namesLeftOut ? size - 2 : size - 1);
}
