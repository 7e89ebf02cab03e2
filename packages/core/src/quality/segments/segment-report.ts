import type { MeanScoreName } from '../../quality-scores.js';
import { meanAt } from '../mean-sums.js';
import type { Scores, Scoring } from '../scoring.js';
import { type QualityChange, type SegmentPeriod, splitChange } from './change-split.js';
import { compareGroups, type GroupFairness, type GroupOutcomes } from './fairness.js';
import { lossesOf } from './losses.js';
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

/** Where the outcomes of a binary classifier are, after the sums of its task. */
export const outcomeSlots = { tp: 0, fp: 1, tn: 2, fn: 3 } as const;

/** The sums of a segment in the current window, and in the one before it. */
export interface SegmentSums {
  readonly segment: string;
  readonly sums: Float64Array;
  readonly before: Float64Array;
}

/** The quality of segments from their sums. O(segments x width). */
export function reportSegments(
  by: string,
  found: readonly SegmentSums[],
  options: {
    readonly scoring: Scoring;
    readonly isBinary: boolean;
    readonly minimumSamples: number;
    readonly segmentMinimumSamples: number;
  },
): SegmentedQuality {
  const { scoring, segmentMinimumSamples } = options;
  const compared = findWorseSegments(
    found.map(({ segment, sums }) => ({ segment, ...lossesOf(scoring, sums) })),
    segmentMinimumSamples,
  );
  const places = new Map(compared.map(({ segment }, place) => [segment, place]));
  const placeOf = (segment: string): number => places.get(segment) ?? compared.length;
  const change = changeOf(found, options.minimumSamples);
  return {
    by,
    score: scoring.means[0]!,
    segments: found
      .map(({ segment, sums }) =>
        withComparison(segment, scoring.scores(sums), compared[placeOf(segment)]),
      )
      .filter(({ samples }) => samples > 0)
      .sort((a, b) => placeOf(a.segment) - placeOf(b.segment)),
    ...(change === undefined ? {} : { change }),
    ...(options.isBinary
      ? {
          fairness: compareGroups(
            found.map((one) => outcomesOf(one, scoring)),
            segmentMinimumSamples,
          ),
        }
      : {}),
  };
}

function outcomesOf({ segment, sums }: SegmentSums, { width }: Scoring): GroupOutcomes {
  const at = (outcome: keyof typeof outcomeSlots): number => sums[width + outcomeSlots[outcome]]!;
  return { group: segment, tp: at('tp'), fp: at('fp'), tn: at('tn'), fn: at('fn') };
}

/** The change from the window before, if both windows have enough targets. */
function changeOf(
  found: readonly SegmentSums[],
  minimumSamples: number,
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
  const isEnough = Math.min(samples.before, samples.after) >= minimumSamples;
  return isEnough ? splitChange(periods) : undefined;
}

function periodOf(sums: Float64Array): SegmentPeriod {
  const { count, mean = 0 } = meanAt(sums, 0);
  return { samples: count, score: mean };
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
