import type { QualitySnapshot } from '../quality/quality.js';
import type { SegmentTotals } from '../quality/segments/segment-quality.js';
import type { SegmentQuality } from '../quality/segments/segment-report.js';
import { changeParts, groupRates } from '../vocabulary.js';
import type { ModelLabels } from './label-sets.js';
import { byLabel, lazily } from './series-by-label.js';
import type { SeriesStore } from './tracked-store.js';

/** Publishes the quality of the segments of a model. */
export interface SegmentInstruments {
  segments(found: QualitySnapshot['segments'], totals: readonly SegmentTotals[]): void;
}

/** The series of the segments of a model; they are created with the first target of a segment. */
export function createSegmentInstruments(
  store: SeriesStore,
  model: ModelLabels,
): SegmentInstruments {
  const overflow = lazily(() =>
    store.counter('model_monitor_label_overflow_total', { ...model, label: 'segment' }),
  );
  const divisions = lazily((segment_by: string) => createDivision(segment_by));

  function createDivision(segment_by: string) {
    const labels = { ...model, segment_by };
    return {
      segments: lazily((segment: string) => createSegment(segment_by, segment)),
      change: byLabel(changeParts, (part) =>
        store.gauge('model_quality_change', { ...labels, part }),
      ),
      fairness: byLabel(groupRates, (rate) => ({
        difference: store.gauge('model_fairness_difference', { ...labels, rate }),
        ratio: store.gauge('model_fairness_ratio', { ...labels, rate }),
      })),
    };
  }

  function createSegment(segment_by: string, segment: string) {
    const labels = { ...model, segment_by, segment };
    return {
      samples: store.gauge('model_segment_quality_samples', labels),
      worse: store.gauge('model_segment_quality_worse', labels),
      score: lazily((score: string) =>
        store.gauge('model_segment_quality_score', { ...labels, score }),
      ),
      targets: store.counter('model_segment_targets_total', labels),
      sum: lazily((score: string) =>
        store.counter('model_segment_score_total', { ...labels, score }),
      ),
    };
  }

  return {
    segments(found, totals) {
      if (totals.length === 0) return;
      overflow.of('segment').setTotal(totals.reduce((sum, one) => sum + one.overflow, 0));
      for (const { by, score, segments } of totals) {
        for (const { segment, samples, sum } of segments) {
          if (samples === 0) continue;
          const series = divisions.of(by).segments.of(segment);
          series.targets.setTotal(samples);
          series.sum.of(score).setTotal(sum);
        }
      }
      for (const { by, score, segments, change, fairness = {} } of found) {
        const division = divisions.of(by);
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

  function publish(
    series: ReturnType<typeof createSegment>,
    score: string,
    found: SegmentQuality | undefined,
  ): void {
    const scores: Readonly<Record<string, number | undefined>> = found?.scores ?? {};
    // A score of fewer targets than a comparison needs says little.
    const isCompared = found?.comparison !== undefined;
    series.samples.set(found?.samples ?? 0);
    series.score.of(score).set(isCompared ? scores[score] : undefined);
    series.worse.set(isCompared ? Number(found.comparison?.isWorse) : undefined);
  }
}
