import type { EmbeddingProfile, FeatureProfile } from '@modelmeter/kernel/profiles';
import { createCategoryCodes } from '../../categories.js';
import type { TimeRange } from '../../history/comparable-periods.js';
import { outputValues, type PredictionBatch } from '../../prediction.js';
import { outputFeature, type Reference } from '../../reference.js';
import { type Restoring, requireSame } from '../../restoring.js';
import type { DriftConfig } from '../../settings/drift.js';
import {
  columnFeatures,
  embeddingFeatures,
  type FeatureConfig,
  multivariateName,
} from '../../settings/features.js';
import type { OutputsConfig } from '../../settings/outputs.js';
import {
  countedColumns,
  countedEmbedding,
  createEmbeddingWindow,
  type EmbeddingWindow,
  type SavedEmbeddingWindow,
} from '../../windows/embedding-window.js';
import {
  createFeatureWindow,
  type FeatureWindow,
  type SavedFeatureWindow,
} from '../../windows/feature-window.js';
import { type SegmentRows, segmentRows } from '../../windows/segment-rows.js';
import { windowProfile } from '../../windows/window-layout.js';
import { incompleteWindow, windowLength } from '../../windows/window-length.js';
import type { ComparedEmbedding, ComparedFeature } from '../compared-feature.js';
import type { StatisticFailure } from '../measure.js';
import { inOrdinaryTime } from '../ordinary-time.js';
import type { DriftPolicy } from '../policy.js';
import type { CountSource, MaybeLater } from './count-source.js';
import {
  createRunEvaluator,
  type DriftResult,
  type RunEvaluator,
  type SavedRuns,
} from './run-evaluator.js';

/** How often the size of a shift is remembered with windows of rows. */
const dayMs = 86_400_000;

/** A window of rows advances by this fraction of its length. */
const panesOfRows = 10;

/** One reference, with what is compared with it, and what its runs leave for the next one. */
export interface DriftDetector {
  readonly reference: Reference;
  /** The window of the features, and that of the output if the reference has it. */
  readonly windows: readonly FeatureWindow[];
  /** The window of the embeddings, if there are any. */
  readonly embeddings: EmbeddingWindow | undefined;
  count(batch: PredictionBatch, nowMs: number): void;
  /**
   * Evaluates the windows that end at `nowMs`; those of this process end with the last whole pane
   * before it. Fails when its source of counts fails.
   */
  run(nowMs: number): MaybeLater<DriftResult>;
  save(): SavedDetector;
  restore(saved: SavedDetector, restoring: Restoring): void;
}

/** The windows and the runs of a detector. */
export interface SavedDetector {
  readonly referenceId: string;
  /** Whether windows are of rows; their positions are numbers of rows then. */
  readonly countsRows: boolean;
  readonly rows: readonly {
    readonly segment: string | undefined;
    readonly rows: number;
    readonly features: SavedFeatureWindow | undefined;
    readonly output: SavedFeatureWindow | undefined;
  }[];
  readonly embeddings: SavedEmbeddingWindow | undefined;
  readonly runs: SavedRuns;
}

/** The windows of all rows, or of the rows of one segment. */
interface CountedRows {
  readonly segment: string | undefined;
  /** Rows counted so far. */
  rows: number;
  /** Undefined where every feature is an embedding. */
  readonly features: FeatureWindow | undefined;
  readonly output: FeatureWindow | undefined;
}

/** Creates empty windows on the grids of a reference. */
export function createDriftDetector(options: {
  readonly reference: Reference;
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsConfig;
  readonly drift: DriftConfig;
  readonly policy: DriftPolicy;
  /** Where the counts of a run come from; default: the windows of this process. */
  readonly source?: CountSource | undefined;
  readonly startMs: number;
  readonly onFailure: StatisticFailure;
}): DriftDetector {
  const { reference, drift, startMs } = options;
  const output = outputFeature(options.outputs);
  const outputNames = [output.name];
  const countsRows = drift.windowRows !== undefined;
  const columns = columnFeatures(options.features);
  const whole = rowsOf(undefined, reference.features);
  const embeddings = embeddingWindow(options);
  const segments = new Map(
    segmentProfiles(reference, drift).map(([value, profiles]) => [value, rowsOf(value, profiles)]),
  );
  const segmentOf = segmentLookup(reference, drift, segments);
  const runs = createRunEvaluator({
    ...options,
    segments: [...segments.keys()],
    windowMs: windowsOfRuns([...options.features, output], drift),
  });

  function rowsOf(
    segment: string | undefined,
    profiles: ReadonlyMap<string, FeatureProfile>,
  ): CountedRows {
    const windowOf = (features: readonly FeatureConfig[]): FeatureWindow =>
      createFeatureWindow({
        features,
        reference: { features: profiles },
        ...extentOf(drift, startMs),
      });
    return {
      segment,
      rows: 0,
      features: columns.length === 0 ? undefined : windowOf(columns),
      output: profiles.has(output.name) ? windowOf([output]) : undefined,
    };
  }

  function countRows(counted: CountedRows, rows: SegmentRows, nowMs: number): void {
    const at = positionOf(counted, nowMs);
    counted.rows += rows.rows;
    counted.features?.count(rows.features, rows.rows, at);
    if (counted.output === undefined || rows.output === undefined) return;
    counted.output.count([{ names: outputNames, data: rows.output }], rows.rows, at);
  }

  /** The position of the windows: a time or, with windows of rows, a number of rows. */
  function positionOf({ rows }: CountedRows, nowMs: number): number {
    return drift.windowRows === undefined ? nowMs : rows;
  }

  function samplesOf(counted: CountedRows, nowMs: number): ComparedFeature[] {
    const { segment } = counted;
    return windowsOf(counted).flatMap((window) =>
      windowSamples(window, drift, positionOf(counted, nowMs)).map(({ sample, range }) => {
        if (segment !== undefined) return { ...sample, segment };
        const { history } = reference;
        const isInTime = history !== undefined && drift.windowRows === undefined;
        return isInTime ? inOrdinaryTime(sample, history, range) : sample;
      }),
    );
  }

  const source: CountSource = options.source ?? {
    samples: (nowMs) => [
      ...[whole, ...segments.values()].flatMap((one) => samplesOf(one, nowMs)),
      ...(embeddings === undefined
        ? []
        : embeddingSamples(embeddings, drift, positionOf(whole, nowMs))),
    ],
  };

  return {
    reference,
    windows: windowsOf(whole),
    embeddings,
    count(batch, nowMs) {
      embeddings?.count(batch.features, batch.rows, positionOf(whole, nowMs));
      const block =
        whole.output === undefined
          ? undefined
          : batch.outputs.find(({ name }) => name === output.name);
      const data =
        block === undefined ? undefined : outputValues(block.data, batch.rows, options.outputs);
      countRows(whole, { rows: batch.rows, features: batch.features, output: data }, nowMs);
      if (segments.size === 0) return;
      for (const [value, rows] of segmentRows(batch, data, drift.segment!, segmentOf)) {
        countRows(segments.get(value)!, rows, nowMs);
      }
    },
    run(nowMs) {
      const samples = source.samples(nowMs);
      return samples instanceof Promise
        ? samples.then((ready) => runs.evaluate(ready, nowMs))
        : runs.evaluate(samples, nowMs);
    },
    save: () => ({
      referenceId: reference.id,
      countsRows,
      rows: [whole, ...segments.values()].map(saveRows),
      embeddings: embeddings?.save(),
      runs: runs.save(),
    }),
    restore: (saved, restoring) =>
      restoreDetector(
        { reference, countsRows, counted: [whole, ...segments.values()], embeddings, runs },
        saved,
        restoring,
      ),
  };
}

function saveRows({ segment, rows, features, output }: CountedRows): SavedDetector['rows'][number] {
  return { segment, rows, features: features?.save(), output: output?.save() };
}

function restoreDetector(
  {
    reference,
    countsRows,
    counted,
    embeddings,
    runs,
  }: {
    readonly reference: Reference;
    readonly countsRows: boolean;
    readonly counted: readonly CountedRows[];
    readonly embeddings: EmbeddingWindow | undefined;
    readonly runs: RunEvaluator;
  },
  saved: SavedDetector,
  restoring: Restoring,
): void {
  const requireReference = (what: string): void =>
    requireSame(`the reference of ${what}`, saved.referenceId, reference.id);
  restoring.part('drift runs', () => {
    requireReference('drift runs');
    runs.restore(saved.runs, restoring);
  });
  const moved = countsRows ? { ...restoring, shiftMs: 0 } : restoring;
  for (const one of counted) {
    const { segment } = one;
    restoring.part(segment === undefined ? 'windows' : `windows of ${segment}`, () => {
      requireReference('the windows');
      requireSame('driftDetection.windowRows in use', saved.countsRows, countsRows);
      const found = saved.rows.find((rows) => rows.segment === segment);
      if (found !== undefined) restoreRows(one, found, moved);
    });
  }
  if (embeddings === undefined) return;
  restoring.part('windows of embeddings', () => {
    requireReference('the windows');
    if (saved.embeddings !== undefined) embeddings.restore(saved.embeddings, moved);
  });
}

function restoreRows(
  counted: CountedRows,
  saved: SavedDetector['rows'][number],
  restoring: Restoring,
): void {
  if (saved.features !== undefined) counted.features?.restore(saved.features, restoring);
  if (saved.output !== undefined) counted.output?.restore(saved.output, restoring);
  counted.rows = saved.rows;
}

/** The length of the window of a feature, by its name. */
function windowsOfRuns(
  features: readonly FeatureConfig[],
  { window, windowRows }: DriftConfig,
): (name: string) => number {
  const lengths = new Map(
    features.map((feature) => [
      feature.name,
      windowRows === undefined ? windowLength(feature, window) : dayMs,
    ]),
  );
  return (name) => lengths.get(name) ?? (windowRows === undefined ? window : dayMs);
}

/** The profiles of the segments that are counted, up to the configured number. */
function segmentProfiles(
  { segments }: Reference,
  { segment, maximumSegments: limit }: DriftConfig,
): [string, ReadonlyMap<string, FeatureProfile>][] {
  if (segment === undefined || segments?.feature !== segment) return [];
  return [...segments.values].slice(0, limit);
}

/** The counted segment of a value, however it is written. */
function segmentLookup(
  { features }: Reference,
  { segment = '' }: DriftConfig,
  counted: ReadonlyMap<string, unknown>,
): (value: unknown) => string | undefined {
  const profile = features.get(segment);
  const names = profile?.type === 'categorical' ? profile.categories : [...counted.keys()];
  const codeOf = createCategoryCodes(names);
  return (value) => {
    const name = names[codeOf(value)];
    return name !== undefined && counted.has(name) ? name : undefined;
  };
}

function windowsOf({ features, output }: CountedRows): FeatureWindow[] {
  return [features, output].filter((window) => window !== undefined);
}

/** How long the windows are, and where they start. */
function extentOf({ window, windowRows }: DriftConfig, startMs: number) {
  return windowRows === undefined
    ? { windowMs: window, startMs }
    : { windowMs: windowRows, paneMs: windowRows / panesOfRows, startMs: 0 };
}

/** The window of the embeddings and of the numeric features together, if there are any. */
function embeddingWindow({
  reference,
  features,
  drift,
  startMs,
}: Parameters<typeof createDriftDetector>[0]): EmbeddingWindow | undefined {
  const profileOf = (name: string) => reference.features.get(name) as EmbeddingProfile;
  const embeddings = embeddingFeatures(features).map((feature) =>
    countedEmbedding(feature, profileOf(feature.name)),
  );
  if (drift.multivariate) {
    const feature = { name: multivariateName, type: 'embedding' } as const;
    embeddings.push(countedColumns(feature, profileOf(multivariateName)));
  }
  return embeddings.length === 0
    ? undefined
    : createEmbeddingWindow({ embeddings, ...extentOf(drift, startMs) });
}

function embeddingSamples(
  window: EmbeddingWindow,
  drift: DriftConfig,
  position: number,
): ComparedEmbedding[] {
  return window.embeddings.map((embedding) => {
    const { feature, profile } = embedding;
    const length = drift.windowRows ?? windowLength(feature, drift.window);
    return {
      feature,
      reference: profile,
      current: window.window(embedding, length, position),
      ...notReady(window, drift, length, position),
    };
  });
}

/** Why a window is not compared: before it is complete. */
function notReady(
  { paneMs, coveredFromMs }: Pick<FeatureWindow, 'paneMs' | 'coveredFromMs'>,
  { windowRows }: DriftConfig,
  length: number,
  position: number,
): { readonly notReady?: string } {
  const start = Math.floor(position / paneMs) * paneMs - length;
  if (start >= coveredFromMs) return {};
  return {
    notReady:
      windowRows === undefined
        ? incompleteWindow(length)
        : `The window of ${length} rows is not complete yet`,
  };
}

function windowSamples(
  window: FeatureWindow,
  drift: DriftConfig,
  position: number,
): { readonly sample: ComparedFeature; readonly range: TimeRange }[] {
  return window.features.map((counted) => {
    const length = drift.windowRows ?? windowLength(counted.feature, drift.window);
    const end = Math.floor(position / window.paneMs) * window.paneMs;
    const start = end - length;
    const counts = window.window(counted, length, position);
    const sample: ComparedFeature = {
      feature: counted.feature,
      reference: counted.profile,
      current: windowProfile(counted, counts),
      invalid: counts.invalid,
      absent: counts.absent,
      ...notReady(window, drift, length, position),
    };
    return { sample, range: { startMs: start, endMs: end } };
  });
}
