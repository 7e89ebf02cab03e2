import type { PredictionBatch } from '../../prediction.js';
import type { MeanScoreName } from '../../quality-scores.js';
import { type Restoring, requireSame } from '../../restoring.js';
import { createPaneBuffer, type PaneBuffer, type SavedPanes } from '../../windows/pane-buffer.js';
import { createReplacement } from '../replace-target.js';
import type { ScoredOutput, ScoredTarget, Scoring } from '../scoring.js';
import type { EarlierTarget } from '../target-join.js';
import { createSegmentation, noSegment, type SavedSegmentation } from './segment-codes.js';
import { outcomeSlots, reportSegments, type SegmentedQuality } from './segment-report.js';

/** Receives the value of the compared score of a target, NaN if it does not count for it. */
export type SegmentListener = (
  by: string,
  segment: string,
  score: MeanScoreName,
  value: number,
) => void;

/** The quality of a model by segment. */
export interface Segments {
  /** The numbers of the segments of each row, by segmentation. */
  codes(batch: PredictionBatch): Int32Array[];
  record(
    segments: readonly number[],
    output: ScoredOutput,
    target: ScoredTarget,
    nowMs: number,
  ): void;
  /** Replaces a target that arrived at `earlier.timeMs`, if its sums are still kept. */
  correct(
    segments: readonly number[],
    output: ScoredOutput,
    earlier: EarlierTarget,
    target: ScoredTarget,
  ): void;
  snapshot(nowMs: number): SegmentedQuality[];
  /** Values that went into `__other__` since the start. */
  overflow(): number;
  save(): SavedSegments;
  /** @throws CoreError STATE_MISMATCH when rows were divided by other names. */
  restore(saved: SavedSegments, restoring: Restoring): void;
}

/** The segments by segmentation, with their sums. */
export type SavedSegments = readonly (SavedSegmentation & {
  /** By segment; undefined before its first target. */
  readonly sums: readonly (SavedPanes | undefined)[];
})[];

const panesPerWindow = 12;

/**
 * Quality by segment over two windows: the current one, and the one before it, which it is compared
 * with. Windows move in steps of a twelfth of their length. Memory: at most 25 panes of the sums of the
 * task and four outcomes, 8 bytes each, for each segment; `snapshot` reads all of them.
 */
export function createSegments(options: {
  readonly scoring: Scoring;
  readonly isBinary: boolean;
  readonly names: readonly string[];
  readonly maximumSegments: number;
  readonly windowMs: number;
  readonly segmentMinimumSamples: number;
  readonly minimumSamples: number;
  readonly onTarget: SegmentListener;
}): Segments {
  const { scoring, windowMs } = options;
  const { width } = scoring;
  const paneMs = windowMs / panesPerWindow;
  const segmentations = options.names.map((name) =>
    createSegmentation(name, options.maximumSegments),
  );
  /** Sums by segmentation and segment; the outcomes of a binary classifier follow those of the task. */
  const buffers: PaneBuffer[][] = segmentations.map(() => []);

  function add(sums: Float64Array, output: ScoredOutput, target: ScoredTarget): void {
    scoring.add(sums, output, target);
    if (!options.isBinary) return;
    const outcome = scoring.outcome(output, target);
    if (outcome.task === 'binary') sums[width + outcomeSlots[outcome.outcome]]! += 1;
  }

  const replace = createReplacement({ width: width + 4, add });

  function bufferOf(segmentation: number, segment: number): PaneBuffer {
    const own = buffers[segmentation]!;
    own[segment] ??= createPaneBuffer({ paneMs, panes: 2 * panesPerWindow + 1, width: width + 4 });
    return own[segment];
  }

  return {
    codes: (batch) => segmentations.map((segmentation) => segmentation.codes(batch)),
    record(segments, output, target, nowMs) {
      if (segments.length === 0) return;
      const value = scoring.outcome(output, target).values[0]!;
      for (const [index, segment] of segments.entries()) {
        if (segment === noSegment) continue;
        const pane = bufferOf(index, segment).at(nowMs);
        if (pane !== undefined) add(pane, output, target);
        const { name, segments: names } = segmentations[index]!;
        options.onTarget(name, names[segment]!, scoring.means[0]!, value);
      }
    },
    correct(segments, output, earlier, target) {
      for (const [index, segment] of segments.entries()) {
        if (segment === noSegment) continue;
        replace(bufferOf(index, segment).at(earlier.timeMs), output, earlier.target, target);
      }
    },
    snapshot: (nowMs) =>
      segmentations.map(({ name, segments }, index) => {
        const startMs = (Math.floor(nowMs / paneMs) - panesPerWindow + 1) * paneMs;
        const found = segments.map((segment, code) => {
          const buffer = bufferOf(index, code);
          const sums = buffer.sumWith(nowMs, panesPerWindow);
          return { segment, sums, before: buffer.sumBefore(startMs, panesPerWindow) };
        });
        return reportSegments(name, found, options);
      }),
    overflow: () => segmentations.reduce((sum, { overflow }) => sum + overflow, 0),
    save: () =>
      segmentations.map(({ name, segments, overflow }, index) => ({
        ...{ name, segments, overflow },
        sums: segments.map((_, segment) => buffers[index]![segment]?.save()),
      })),
    restore(saved, restoring) {
      const names = saved.map(({ name }) => name);
      requireSame('quality.segments', names, options.names);
      for (const [index, one] of saved.entries()) {
        segmentations[index]!.restore(one);
        for (const [segment, sums] of one.sums.entries()) {
          if (sums === undefined) continue;
          bufferOf(index, segment).restore(sums, restoring);
          options.onTarget(one.name, one.segments[segment]!, scoring.means[0]!, Number.NaN);
        }
      }
    },
  };
}
