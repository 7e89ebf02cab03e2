import type { FeatureProfile } from '@modelmeter/kernel/profiles';
import type { DriftConfig, FeatureConfig, OutputsConfig } from '../config.js';
import {
  createFeatureWindow,
  type FeatureWindow,
  notWhole,
  windowLength,
  windowProfile,
} from '../feature-window.js';
import { outputValues, type PredictionBatch } from '../prediction.js';
import { outputFeature, type Reference } from '../reference.js';
import type { CountSource, MaybeLater } from './count-source.js';
import { type DriftStreaks, evaluateDrift, streaksAfter } from './drift.js';
import { type DriftReport, type FeatureDrift, verdictOf } from './feature-drift.js';
import type { FeatureSample, StatisticFailure } from './measure.js';
import type { DriftRules } from './rules.js';
import { type SegmentRows, segmentRows } from './segment-rows.js';

/** A window of rows moves on by this part of it. */
const panesOfRows = 10;

/** One reference, and everything that is counted and remembered against it. */
export interface DriftWatch {
  readonly reference: Reference;
  /** One window of the features, and one of the output where the reference has it. */
  readonly windows: readonly FeatureWindow[];
  count(batch: PredictionBatch, nowMs: number): void;
  /**
   * Judges the windows that end at `nowMs`, those of this process with the last whole pane before
   * it. Fails as its source of counts does.
   */
  run(nowMs: number): MaybeLater<DriftFound>;
}

/** What a run finds. */
export type DriftFound = Pick<DriftReport, 'features' | 'segments'>;

/** The windows of all rows, or of those of one segment. */
interface Watched {
  readonly segment: string | undefined;
  /** Rows counted so far. */
  rows: number;
  readonly features: FeatureWindow;
  readonly output: FeatureWindow | undefined;
}

/** Starts empty windows on the grid of a reference. */
export function createDriftWatch(options: {
  readonly reference: Reference;
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsConfig;
  readonly drift: DriftConfig;
  readonly rules: DriftRules;
  /** Where the counts come from that are judged; default: the windows that are counted here. */
  readonly source?: CountSource;
  readonly startMs: number;
  readonly onFailure: StatisticFailure;
}): DriftWatch {
  const { reference, drift, startMs, rules, onFailure } = options;
  const output = outputFeature(options.outputs);
  const outputNames = [output.name];
  const whole = watchRows(undefined, reference.features);
  const segments = new Map(
    segmentProfiles(reference, drift).map(([value, profiles]) => [
      value,
      watchRows(value, profiles),
    ]),
  );
  const values = new Set(segments.keys());
  let streaks: DriftStreaks = new Map();

  function watchRows(
    segment: string | undefined,
    profiles: ReadonlyMap<string, FeatureProfile>,
  ): Watched {
    const windowOf = (features: readonly FeatureConfig[]): FeatureWindow =>
      createFeatureWindow({
        features,
        reference: { features: profiles },
        ...(drift.window_rows === undefined
          ? { windowMs: drift.window, startMs }
          : {
              windowMs: drift.window_rows,
              paneMs: drift.window_rows / panesOfRows,
              startMs: 0,
            }),
      });
    return {
      segment,
      rows: 0,
      features: windowOf(options.features),
      output: profiles.has(output.name) ? windowOf([output]) : undefined,
    };
  }

  function countRows(watched: Watched, rows: SegmentRows, nowMs: number): void {
    const at = positionOf(watched, nowMs);
    watched.rows += rows.rows;
    watched.features.count(rows.features, rows.rows, at);
    if (watched.output === undefined || rows.output === undefined) return;
    watched.output.count([{ names: outputNames, data: rows.output }], rows.rows, at);
  }

  /** Where the windows stand: at a time or, with windows of rows, at a number of rows. */
  function positionOf({ rows }: Watched, nowMs: number): number {
    return drift.window_rows === undefined ? nowMs : rows;
  }

  function samplesOf(watched: Watched, nowMs: number): FeatureSample[] {
    const { segment } = watched;
    return windowsOf(watched).flatMap((window) =>
      windowSamples(window, drift, positionOf(watched, nowMs)).map((sample) =>
        segment === undefined ? sample : { ...sample, segment },
      ),
    );
  }

  function judge(samples: readonly FeatureSample[]): DriftFound {
    const evaluate = (isAsked: (sample: FeatureSample) => boolean): FeatureDrift[] =>
      evaluateDrift(samples.filter(isAsked), rules, { streaks, onFailure });
    const found = evaluate(({ segment }) => segment === undefined);
    // One run over all segments: with more of them, more must not ring by chance.
    const inSegments = evaluate(({ segment }) => segment !== undefined);
    streaks = streaksAfter([...found, ...inSegments]);
    if (segments.size === 0) return { features: found };
    return {
      features: found,
      segments: [...values].map((segment) => {
        const features = inSegments.filter((feature) => feature.segment === segment);
        return { segment, features, ...verdictOf(features) };
      }),
    };
  }

  const source: CountSource = options.source ?? {
    samples: (nowMs) => [whole, ...segments.values()].flatMap((one) => samplesOf(one, nowMs)),
  };

  return {
    reference,
    windows: windowsOf(whole),
    count(batch, nowMs) {
      const block =
        whole.output === undefined
          ? undefined
          : batch.outputs.find(({ name }) => name === output.name);
      const data =
        block === undefined ? undefined : outputValues(block.data, batch.rows, options.outputs);
      countRows(whole, { rows: batch.rows, features: batch.features, output: data }, nowMs);
      if (values.size === 0) return;
      for (const [value, rows] of segmentRows(batch, data, drift.segment!, values)) {
        countRows(segments.get(value)!, rows, nowMs);
      }
    },
    run(nowMs) {
      const samples = source.samples(nowMs);
      return samples instanceof Promise ? samples.then(judge) : judge(samples);
    },
  };
}

/** The profiles of the segments that are watched: those of the configured feature, so many. */
function segmentProfiles(
  { segments }: Reference,
  { segment, maximum_segments: limit }: DriftConfig,
): [string, ReadonlyMap<string, FeatureProfile>][] {
  if (segment === undefined || segments?.feature !== segment) return [];
  return [...segments.values].slice(0, limit);
}

function windowsOf({ features, output }: Watched): FeatureWindow[] {
  return output === undefined ? [features] : [features, output];
}

function windowSamples(
  window: FeatureWindow,
  drift: DriftConfig,
  position: number,
): FeatureSample[] {
  return window.features.map((cells) => {
    const length = drift.window_rows ?? windowLength(cells.feature, drift.window);
    const start = Math.floor(position / window.paneMs) * window.paneMs - length;
    const counts = window.window(cells, length, position);
    return {
      feature: cells.feature,
      reference: cells.profile,
      current: windowProfile(cells, counts),
      invalid: counts.invalid,
      ...(start >= window.coveredFromMs
        ? {}
        : {
            notReady:
              drift.window_rows === undefined
                ? notWhole(length)
                : `its window of ${length} rows is not whole yet`,
          }),
    };
  });
}
