import type { QualitySnapshot } from '../quality/quality.js';
import type { SegmentListener } from '../quality/segments/segment-quality.js';
import type { SegmentQuality } from '../quality/segments/segment-report.js';
import { changeParts, groupRates } from '../vocabulary.js';
import type { ModelLabels } from './label-sets.js';
import { byLabel, lazily } from './series-by-label.js';
import type { SeriesStore } from './tracked-store.js';

/** Publishes the quality of the segments of a model. */
export interface SegmentInstruments {
  /** Counts a target of a segment. */
  readonly segmentTarget: SegmentListener;
  /** @param overflow Values that went into `__other__` since the start. */
  segments(found: QualitySnapshot['segments'], overflow: number): void;
}

/** The series of the segments of a model; they are created with the first target of a segment. */
export function createSegmentInstruments(
  store: SeriesStore,
  model: ModelLabels,
): SegmentInstruments {
  const divisions = lazily((segment_by: string) => createDivision(store, model, segment_by));
  const overflows = lazily((label: 'segment') =>
    store.counter('model_monitor_label_overflow_total', { ...model, label }),
  );

  return {
    segmentTarget(by, segment, score, value) {
      overflows.of('segment');
      const series = divisions.of(by).segments.of(segment);
      const { sum } = series.scores.of(score);
      if (Number.isNaN(value)) return;
      series.targets.add(1);
      sum.add(value);
    },
    segments(found, overflow) {
      overflows.made.get('segment')?.setTotal(overflow);
      for (const { by, score, segments, change, fairness = {} } of found) {
        const division = divisions.made.get(by);
        if (division === undefined) continue;
        const current = new Map(segments.map((one) => [one.segment, one]));
        for (const [segment, series] of division.segments.made) {
          publish(series, score, current.get(segment));
        }
        for (const part of changeParts) division.change[part].set(change?.[part]);
        for (const rate of groupRates) {
          division.fairness[rate].difference.set(fairness[rate]?.difference);
          division.fairness[rate].ratio.set(fairness[rate]?.ratio);
        }
      }
    },
  };
}

/** The series of the segments that one name divides the rows into. */
function createDivision(store: SeriesStore, model: ModelLabels, segment_by: string) {
  const labels = { ...model, segment_by };
  return {
    segments: lazily((segment: string) => createSegment(store, { ...labels, segment })),
    change: byLabel(changeParts, (part) =>
      store.gauge('model_quality_change', { ...labels, part }),
    ),
    fairness: byLabel(groupRates, (rate) => ({
      difference: store.gauge('model_fairness_difference', { ...labels, rate }),
      ratio: store.gauge('model_fairness_ratio', { ...labels, rate }),
    })),
  };
}

function createSegment(
  store: SeriesStore,
  labels: ModelLabels & { readonly segment_by: string; readonly segment: string },
) {
  return {
    samples: store.gauge('model_segment_quality_samples', labels),
    worse: store.gauge('model_segment_quality_worse', labels),
    targets: store.counter('model_segment_targets_total', labels),
    scores: lazily((score: string) => ({
      mean: store.gauge('model_segment_quality_score', { ...labels, score }),
      sum: store.counter('model_segment_score_total', { ...labels, score }),
    })),
  };
}

function publish(
  series: ReturnType<typeof createSegment>,
  score: keyof SegmentQuality['scores'],
  found: SegmentQuality | undefined,
): void {
  // A score of fewer targets than a comparison needs says little.
  const compared = found?.comparison;
  series.samples.set(found?.samples ?? 0);
  series.scores.of(score).mean.set(compared && found?.scores[score]);
  series.worse.set(compared && Number(compared.isWorse));
}
