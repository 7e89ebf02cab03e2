import type { PredictionBatch } from '../../prediction.js';
import { createPaneBuffer, type PaneBuffer } from '../../windows/pane-buffer.js';
import { createReplacement } from '../replace-target.js';
import type { Scores, Scoring } from '../scoring.js';
import { type QualityChange, type SegmentPeriod, splitChange } from './change-split.js';
import { compareGroups, type GroupFairness, type GroupOutcomes } from './fairness.js';
import { type ComparedScore, lossesOf } from './losses.js';
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
  /** The score by which segments are compared. */
  readonly score: ComparedScore | undefined;
  /** The worst first; those with too few targets to be compared are the last. */
  readonly segments: readonly SegmentQuality[];
  /** The change of that score from the segment window before; left out with too few targets. */
  readonly change?: QualityChange;
  /** Set for a binary classifier. */
  readonly fairness?: GroupFairness;
}

/** The quality of a model by segment. */
export interface Segments {
  readonly segmentations: readonly Segmentation[];
  /** The numbers of the segments of each row, by segmentation. */
  codes(batch: PredictionBatch): Int32Array[];
  record(segments: readonly number[], output: number, target: number, nowMs: number): void;
  /** Replaces a target that arrived at `earlier.timeMs`, if its sums are still kept. */
  correct(
    segments: readonly number[],
    output: number,
    earlier: { readonly target: number; readonly timeMs: number },
    target: number,
  ): void;
  snapshot(nowMs: number): SegmentedQuality[];
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

  function add(sums: Float64Array, output: number, target: number): void {
    scoring.add(sums, output, target);
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
      const scores = scoring.scores(sums);
      const before = scoring.scores(buffer.sumBefore(startMs, panesPerWindow));
      return { segment, scores, before, losses: lossesOf(scores), outcomes: outcomesOf(segment, sums) };
    });
    const score = found.find(({ losses }) => losses !== undefined)?.losses?.score;
    const compared =
      score === undefined
        ? []
        : findWorseSegments(
            score,
            found.flatMap(({ segment, losses }) => (losses ? [{ ...losses, segment }] : [])),
            options.segmentMinimumSamples,
          );
    const order = new Map(compared.map((one, place) => [one.segment, { ...one, place }]));
    const change = score === undefined ? undefined : changeOf(found, score);
    return {
      by: segmentation.name,
      score,
      segments: found
        .filter(({ scores }) => scores.samples > 0)
        .sort(
          (a, b) =>
            (order.get(a.segment)?.place ?? compared.length) -
            (order.get(b.segment)?.place ?? compared.length),
        )
        .map(({ segment, scores }) => withComparison(segment, scores, order.get(segment))),
      ...(change === undefined ? {} : { change }),
      ...(isBinary ? { fairness: fairnessOf(found) } : {}),
    };
  }

  const isBinary = scoring.outcome(0, 0).task === 'binary';

  function fairnessOf(found: readonly { readonly outcomes: GroupOutcomes }[]): GroupFairness {
    return compareGroups(
      found.map(({ outcomes }) => outcomes),
      options.segmentMinimumSamples,
    );
  }

  function outcomesOf(group: string, sums: Float64Array): GroupOutcomes {
    const [tp = 0, fp = 0, tn = 0, fn = 0] = sums.subarray(width);
    return { group, tp, fp, tn, fn };
  }

  function changeOf(
    found: readonly { readonly segment: string; readonly scores: Scores; readonly before: Scores }[],
    score: ComparedScore,
  ): QualityChange | undefined {
    const total = (of: (one: (typeof found)[number]) => Scores): number =>
      found.reduce((sum, one) => sum + of(one).samples, 0);
    const fewest = Math.min(
      total(({ scores }) => scores),
      total(({ before }) => before),
    );
    if (fewest < options.minimumSamples) return undefined;
    return splitChange(
      found.map(({ segment, scores, before }) => ({
        segment,
        before: periodOf(before, score),
        after: periodOf(scores, score),
      })),
    );
  }

  return {
    segmentations,
    codes: (batch) => segmentations.map((segmentation) => segmentation.codes(batch)),
    record(segments, output, target, nowMs) {
      for (const [index, segment] of segments.entries()) {
        if (segment === noSegment) continue;
        const pane = bufferOf(index, segment).at(nowMs);
        if (pane !== undefined) add(pane, output, target);
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
  };
}

function periodOf({ samples, scores }: Scores, score: ComparedScore): SegmentPeriod {
  return { samples, score: scores[score] ?? 0 };
}

function withComparison(
  segment: string,
  scores: Scores,
  compared: ComparedSegment | undefined,
): SegmentQuality {
  if (compared === undefined) return { segment, ...scores };
  const { excess, pValue, adjustedPValue, isWorse } = compared;
  return { segment, ...scores, comparison: { excess, pValue, adjustedPValue, isWorse } };
}
