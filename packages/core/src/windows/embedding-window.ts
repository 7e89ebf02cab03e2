import {
  createEmbeddingCounter,
  type EmbeddingCounter,
  type EmbeddingProfile,
} from '@modelmeter/kernel/profiles';
import { vectorData } from '../embeddings.js';
import type { FeatureBlock } from '../prediction.js';
import { type Restoring, requireSame } from '../restoring.js';
import type { FeatureConfig } from '../settings/features.js';
import { createBlockPlans } from './block-plan.js';
import { createNumericMatrix } from './numeric-matrix.js';
import { createPaneBuffer, type PaneBuffer, type SavedPanes } from './pane-buffer.js';
import { paneLengthFor, windowLength } from './window-length.js';

/** Vectors that are counted in a window, and how they are read from a batch. */
export interface CountedEmbedding {
  readonly feature: FeatureConfig;
  readonly profile: EmbeddingProfile;
  /** The vectors of a batch, row-major; undefined when it has none, so that they are missing. */
  read(blocks: readonly FeatureBlock[], rows: number): ArrayLike<number> | undefined;
}

/** The vectors of a model, counted on the bases of its reference in rolling panes. */
export interface EmbeddingWindow {
  readonly embeddings: readonly CountedEmbedding[];
  readonly paneMs: number;
  /** Counts a batch at `nowMs`; the batch is not kept. */
  count(blocks: readonly FeatureBlock[], rows: number, nowMs: number): void;
  /** The sums of an embedding over the last whole panes that make up `windowMs`. */
  window(embedding: CountedEmbedding, windowMs: number, nowMs: number): EmbeddingProfile;
  /** Missing vectors since the start. */
  missing(embedding: CountedEmbedding): number;
  /** Start of the first pane that was counted from its beginning. */
  readonly coveredFromMs: number;
  save(): SavedEmbeddingWindow;
  /** @throws CoreError STATE_MISMATCH when the saved window had other embeddings or panes. */
  restore(saved: SavedEmbeddingWindow, restoring: Pick<Restoring, 'shiftMs'>): void;
}

/** A window of embeddings as it was saved, on the bases of one reference. */
export interface SavedEmbeddingWindow {
  readonly embeddings: readonly {
    readonly name: string;
    readonly panes: SavedPanes;
    readonly missing: number;
  }[];
  readonly latestMs: number;
  readonly coveredFromMs: number;
}

interface Counted {
  readonly counter: EmbeddingCounter;
  readonly buffer: PaneBuffer;
  missing: number;
}

/** An embedding as the adapters pass it: a block of its own name. */
export function countedEmbedding(
  feature: FeatureConfig,
  profile: EmbeddingProfile,
): CountedEmbedding {
  const { name } = feature;
  return {
    feature,
    profile,
    read(blocks) {
      const block = blocks.find(({ names }) => names[0] === name);
      return block === undefined
        ? undefined
        : vectorData(block.data, profile.basis.dimension, name);
    },
  };
}

/** The numeric features that a profile names as one vector per row. */
export function countedColumns(
  feature: FeatureConfig,
  profile: EmbeddingProfile,
): CountedEmbedding {
  const columns = (profile.basis.columns?.names ?? []).map((name) => ({ feature: { name } }));
  const ignore = { onInvalid() {}, onAbsent() {} };
  const plans = createBlockPlans(columns, []);
  return {
    feature,
    profile,
    read: createNumericMatrix(columns.length, false, plans, ignore),
  };
}

/**
 * Creates an empty window of at least one embedding. Memory is fixed at creation: 2 KB per pane of an
 * embedding, and 4 bytes per pane and pair of columns that are counted together, both ways round.
 * Counting takes O(rows x dimension log dimension), some 10 µs for a vector of 384.
 */
export function createEmbeddingWindow(options: {
  readonly embeddings: readonly CountedEmbedding[];
  readonly windowMs: number;
  /** Pane length, a divisor of every window; default: a whole number of minutes or hours. */
  readonly paneMs?: number;
  readonly startMs: number;
}): EmbeddingWindow {
  const { embeddings, startMs } = options;
  const windowsMs = embeddings.map(({ feature }) => windowLength(feature, options.windowMs));
  const paneMs = options.paneMs ?? paneLengthFor(windowsMs);
  // One pane more than the longest window: the one that is being filled.
  const panes = Math.max(...windowsMs) / paneMs + 1;
  const countedOf = new Map<CountedEmbedding, Counted>();
  for (const embedding of embeddings) {
    const counter = createEmbeddingCounter(embedding.profile.basis);
    const { width } = counter;
    const buffer = createPaneBuffer({ paneMs, panes, width });
    countedOf.set(embedding, { counter, buffer, missing: 0 });
  }
  let latestMs = startMs;
  let coveredFromMs = Math.ceil(startMs / paneMs) * paneMs;

  function add(embedding: CountedEmbedding, blocks: readonly FeatureBlock[], rows: number): void {
    const counted = countedOf.get(embedding)!;
    // The time of a window never goes back, so its pane is in the buffer.
    const pane = counted.buffer.at(latestMs)!;
    const vectors = embedding.read(blocks, rows);
    if (vectors === undefined) {
      counted.counter.addMissing(rows, pane);
      counted.missing += rows;
    } else {
      counted.missing += counted.counter.add(vectors, pane);
    }
  }

  return {
    embeddings,
    paneMs,
    count(blocks, rows, nowMs) {
      latestMs = Math.max(latestMs, nowMs);
      for (const embedding of embeddings) add(embedding, blocks, rows);
    },
    window(embedding, windowMs, nowMs) {
      const { counter, buffer } = countedOf.get(embedding)!;
      const endMs = Math.floor(nowMs / paneMs) * paneMs;
      return counter.profile(buffer.sumBefore(endMs, windowMs / paneMs));
    },
    missing: (embedding) => countedOf.get(embedding)!.missing,
    get coveredFromMs() {
      return coveredFromMs;
    },
    save: () => ({
      embeddings: Array.from(countedOf, ([{ feature }, { buffer, missing }]) => ({
        name: feature.name,
        panes: buffer.save(),
        missing,
      })),
      latestMs,
      coveredFromMs,
    }),
    restore(saved, restoring) {
      requireSame(
        'the embeddings of a window',
        saved.embeddings.map(({ name }) => name),
        embeddings.map(({ feature }) => feature.name),
      );
      for (const [index, counted] of [...countedOf.values()].entries()) {
        const { panes, missing } = saved.embeddings[index]!;
        counted.buffer.restore(panes, restoring);
        counted.missing = missing;
      }
      const shiftMs = Math.round(restoring.shiftMs / paneMs) * paneMs;
      latestMs = saved.latestMs + shiftMs;
      coveredFromMs = saved.coveredFromMs + shiftMs;
    },
  };
}
