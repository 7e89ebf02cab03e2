import type { PredictionBatch } from '../../prediction.js';
import type { MeanScoreName } from '../../quality-scores.js';
import { createPaneBuffer, type PaneBuffer } from '../../windows/pane-buffer.js';
import { meanAt } from '../mean-sums.js';
import { createReplacement } from '../replace-target.js';
import type { ScoredOutput, ScoredTarget, Scores, Scoring } from '../scoring.js';
import type { EarlierTarget } from '../target-join.js';
import { type QualityChange, type SegmentPeriod, splitChange } from './change-split.js';
import { compareGroups, type GroupFairness, type GroupOutcomes } from './fairness.js';
import { lossesOf } from './losses.js';
import { createSegmentation, noSegment, type Segmentation } from './segment-codes.js';
import { type ComparedSegment, findWorseSegments } from './worse-segments.js';

/** The quality of the rows of one segment, over the targets that arrived in the segment window. */
export interface SegmentQuality extends Scores {
  readonly segment: string;
  /** How it compares with the other segments; left out with too few targets. */
  readonly comparison?: Omit<ComparedSegment, 'segment'>;
}

/** The quality of the segments that one name divides the rows into. */
export interface SegmentedQuality {
  readonly by: string;
  /** The score by which segments are compared: the first of the task that is a mean. */
  readonly score: MeanScoreName;
  /** The worst first; those with too few targets to be compared are the last. */
  readonly segments: readonly SegmentQuality[];
  /** The change of that score from the segment window before; left out with too few targets. */
  readonly change?: QualityChange;
  /** Set for a binary classifier. */
  readonly fairness?: GroupFairness;
}

/** What the segments of one name have had since the start; corrections do not change it. */
export interface SegmentTotals {
  readonly by: string;
  readonly score: MeanScoreName;
  /** Values that went into `__other__`. */
  readonly overflow: number;
  /** The targets of each segment, and the sum of the score over them. */
  readonly segments: readonly {
    readonly segment: string;
    readonly samples: number;
    readonly sum: number;
  }[];
}

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
  totals(): SegmentTotals[];
}

const panesPerWindow = 12;
const outcomeSlots = { tp: 0, fp: 1, tn: 2, fn: 3 } as const;

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
}): Segments {
  const { scoring, windowMs } = options;
  const { width } = scoring;
  const paneMs = windowMs / panesPerWindow;
  const segmentations = options.names.map((name) =>
    createSegmentation(name, options.maximumSegments),
  );
  /** Sums by segmentation and segment; the outcomes of a binary classifier follow those of the task. */
  const buffers: PaneBuffer[][] = segmentations.map(() => []);
  const totals: { samples: number; sum: number }[][] = segmentations.map(() => []);

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

  function snapshotOf(segmentation: Segmentation, index: number, nowMs: number): SegmentedQuality {
    const startMs = (Math.floor(nowMs / paneMs) - panesPerWindow + 1) * paneMs;
    const found = segmentation.segments.map((segment, code) => {
      const buffer = bufferOf(index, code);
      const sums = buffer.sumWith(nowMs, panesPerWindow);
      return { segment, sums, before: buffer.sumBefore(startMs, panesPerWindow) };
    });
    const compared = findWorseSegments(
      found.map(({ segment, sums }) => ({ segment, ...lossesOf(scoring, sums) })),
      options.segmentMinimumSamples,
    );
    const byName = new Map(compared.map((one) => [one.segment, one]));
    const place = (segment: string): number => {
      const one = byName.get(segment);
      return one === undefined ? compared.length : compared.indexOf(one);
    };
    const change = changeOf(found);
    return {
      by: segmentation.name,
      score: scoring.means[0]!,
      segments: found
        .map(({ segment, sums }) => withComparison(segment, scoring.scores(sums), byName))
        .filter(({ samples }) => samples > 0)
        .sort((a, b) => place(a.segment) - place(b.segment)),
      ...(change === undefined ? {} : { change }),
      ...(options.isBinary
        ? { fairness: compareGroups(found.map(outcomesOf), options.segmentMinimumSamples) }
        : {}),
    };
  }

  function outcomesOf(found: {
    readonly segment: string;
    readonly sums: Float64Array;
  }): GroupOutcomes {
    const [tp = 0, fp = 0, tn = 0, fn = 0] = found.sums.subarray(width);
    return { group: found.segment, tp, fp, tn, fn };
  }

  /** The change from the window before, if both windows have enough targets. */
  function changeOf(
    found: readonly { segment: string; sums: Float64Array; before: Float64Array }[],
  ): QualityChange | undefined {
    const periods = found.map(({ segment, sums, before }) => ({
      segment,
      before: periodOf(before),
      after: periodOf(sums),
    }));
    const samples = { before: 0, after: 0 };
    for (const { before, after } of periods) {
      samples.before += before.samples;
      samples.after += after.samples;
    }
    const isEnough = Math.min(samples.before, samples.after) >= options.minimumSamples;
    return isEnough ? splitChange(periods) : undefined;
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
        totals[index]![segment] ??= { samples: 0, sum: 0 };
        const total = totals[index]![segment];
        if (Number.isNaN(value)) continue;
        total.samples += 1;
        total.sum += value;
      }
    },
    correct(segments, output, earlier, target) {
      for (const [index, segment] of segments.entries()) {
        if (segment === noSegment) continue;
        replace(bufferOf(index, segment).at(earlier.timeMs), output, earlier.target, target);
      }
    },
    snapshot: (nowMs) =>
      segmentations.map((segmentation, index) => snapshotOf(segmentation, index, nowMs)),
    totals: () =>
      segmentations.map(({ name, segments, overflow }, index) => ({
        by: name,
        score: scoring.means[0]!,
        overflow,
        segments: segments.map((segment, code) => ({
          segment,
          ...(totals[index]![code] ?? { samples: 0, sum: 0 }),
        })),
      })),
  };
}

function periodOf(sums: Float64Array): SegmentPeriod {
  const { count, mean = 0 } = meanAt(sums, 0);
  return { samples: count, score: mean };
}

function withComparison(
  segment: string,
  scores: Scores,
  compared: ReadonlyMap<string, ComparedSegment>,
): SegmentQuality {
  const found = compared.get(segment);
  if (found === undefined) return { segment, ...scores };
  const { excess, pValue, adjustedPValue, isWorse } = found;
  return { segment, ...scores, comparison: { excess, pValue, adjustedPValue, isWorse } };
}
