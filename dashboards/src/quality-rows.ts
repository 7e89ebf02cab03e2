import { byModel } from '@modelmeter/alerts/expressions';
import { type RowSpec, redFrom, table, timeseries } from './panels.js';
import { modelLegend, modelSelector as selector } from './selectors.js';

const each = 'by (instance, model_name, model_version';
const bySegment = 'by (model_name, model_version, segment_by, segment, score)';
const onSegment = 'on (model_name, model_version, segment_by, segment)';
const byPart = 'by (model_name, model_version, segment_by, part)';
const byRate = 'by (model_name, model_version, segment_by, rate)';
const byChampion = 'by (instance, model_name, model_version, champion_version)';

/** Rows of what only some models have: closed until they are opened. */
export const qualityRows: readonly RowSpec[] = [
  {
    title: 'By time of prediction',
    collapsed: true,
    panels: [
      timeseries({
        title: 'Scores of the newest cohort',
        description:
          'By process: scores of the newest predictions whose targets are in as usual, as many hours of them as the quality window. Scores by arrival mix predictions of many ages.',
        unit: 'short',
        width: 12,
        alerts: ['ModelAccuracyDrop', 'ModelQualityDrop'],
        queries: [
          {
            expression: `avg ${each}, score) (model_cohort_quality_score{${selector}})`,
            legend: `${modelLegend} {{score}} {{instance}}`,
          },
        ],
      }),
      timeseries({
        title: 'Age of the cohort',
        description:
          'Time since the last prediction of the cohort was made, by process; dashed: the time in which nearly every target arrives.',
        unit: 's',
        width: 12,
        minimum: 0,
        alerts: ['ModelTargetsMissing'],
        queries: [
          {
            expression: `time() - min ${each}) (model_cohort_timestamp_seconds{${selector}})`,
            legend: `${modelLegend} {{instance}}`,
          },
          {
            expression: `max ${byModel} (model_target_expected_delay_seconds{${selector}})`,
            legend: `expected ${modelLegend}`,
            isThreshold: true,
          },
        ],
      }),
      timeseries({
        title: 'Coverage of the cohort',
        description: 'Share of the predictions of the cohort whose target has arrived, by process.',
        unit: 'percentunit',
        width: 12,
        minimum: 0,
        maximum: 1,
        queries: [
          {
            expression: `avg ${each}) (model_cohort_coverage_ratio{${selector}})`,
            legend: `${modelLegend} {{instance}}`,
          },
        ],
      }),
      timeseries({
        title: 'Overdue targets',
        description:
          'Targets that should have arrived since the last one did, over all processes: predictions older than the expected delay, times the usual coverage.',
        unit: 'short',
        width: 12,
        minimum: 0,
        alerts: ['ModelTargetsMissing'],
        queries: [
          {
            expression: `sum ${byModel} (model_targets_overdue{${selector}})`,
            legend: modelLegend,
          },
        ],
      }),
    ],
  },
  {
    title: 'Estimates before the targets',
    collapsed: true,
    panels: [
      timeseries({
        title: 'Estimated and realised accuracy',
        description:
          'Accuracy of the predictions of the quality window as the reference lets expect it, with its 95 % band, and the accuracy of the targets that arrived. Absent while the estimate is withdrawn.',
        unit: 'percentunit',
        width: 12,
        maximum: 1,
        queries: [
          {
            expression: `avg ${each}) (model_quality_estimate{${selector},score="accuracy"})`,
            legend: `estimated ${modelLegend} {{instance}}`,
          },
          {
            expression: `avg ${each}, bound) (model_quality_estimate_bound{${selector},score="accuracy"})`,
            legend: `{{bound}} ${modelLegend} {{instance}}`,
          },
          {
            expression: `avg ${each}) (model_accuracy_score{${selector}})`,
            legend: `realised ${modelLegend} {{instance}}`,
          },
        ],
      }),
      timeseries({
        title: 'Further estimated scores',
        description: 'Estimates of the other scores of the task, by process.',
        unit: 'short',
        width: 12,
        queries: [
          {
            expression: `avg ${each}, score) (model_quality_estimate{${selector},score!="accuracy"})`,
            legend: `{{score}} ${modelLegend} {{instance}}`,
          },
        ],
      }),
      timeseries({
        title: 'Withdrawn estimates',
        description:
          'Processes whose estimate does not hold, by reason: outside_support (predictions unlike those of the reference) or calibration_drift (the targets that arrived contradict it).',
        unit: 'none',
        width: 24,
        height: 5,
        minimum: 0,
        queries: [
          {
            expression: `sum by (model_name, model_version, reason) (model_quality_estimate_withdrawn{${selector}})`,
            legend: `{{reason}} ${modelLegend}`,
          },
        ],
      }),
    ],
  },
  {
    title: 'Segments and fairness',
    collapsed: true,
    panels: [
      table({
        title: 'Segments',
        description:
          'The score by which segments are compared, over the segment window and the mean of the processes. A segment is worse when chance does not explain its distance from the others (false discovery rate 5 %).',
        unit: 'none',
        width: 24,
        sortedBy: 'Worse',
        labels: [
          { label: 'segment_by', title: 'By' },
          { label: 'segment', title: 'Segment' },
          { label: 'model_name', title: 'Model' },
          { label: 'model_version', title: 'Version' },
        ],
        values: [
          {
            title: 'Score',
            expression: `avg ${bySegment} (model_segment_quality_score{${selector}})`,
            unit: 'short',
            decimals: 3,
          },
          {
            title: 'Targets',
            expression: `sum ${onSegment.replace('on', 'by')} (model_segment_quality_samples{${selector}})`,
            unit: 'short',
          },
          {
            title: 'Worse',
            expression: `max ${onSegment.replace('on', 'by')} (model_segment_quality_worse{${selector}})`,
            unit: 'none',
            steps: redFrom(1),
          },
        ],
      }),
      timeseries({
        title: 'Change of the score by its cause',
        description:
          'Change from one segment window to the next: by the mix of segments, and inside them. The two add up to the whole change.',
        unit: 'short',
        width: 12,
        queries: [
          {
            expression: `avg ${byPart} (model_quality_change{${selector}})`,
            legend: `${modelLegend} {{segment_by}} {{part}}`,
          },
        ],
      }),
      timeseries({
        title: 'Differences between groups',
        description:
          'Highest minus lowest rate among the segments of a binary classifier: selection (predicted positive), and predicted positive of the positive and of the negative targets. 0 is equal treatment.',
        unit: 'percentunit',
        width: 12,
        minimum: 0,
        maximum: 1,
        queries: [
          {
            expression: `max ${byRate} (model_fairness_difference{${selector}})`,
            legend: `${modelLegend} {{segment_by}} {{rate}}`,
          },
        ],
      }),
    ],
  },
  {
    title: 'Challengers',
    collapsed: true,
    panels: [
      timeseries({
        title: 'Difference from the champion',
        description:
          'By how much a challenger is better than its champion on predictions that both made, with an interval that holds at every look, by process. Dashed: the margin. Better is decided once the interval lies above it.',
        unit: 'short',
        width: 16,
        queries: [
          {
            expression: `avg ${byChampion} (model_challenger_difference{${selector}})`,
            legend: `${modelLegend} and {{champion_version}} {{instance}}`,
          },
          {
            expression: `avg ${byChampion.replace(')', ', bound)')} (model_challenger_difference_bound{${selector}})`,
            legend: `{{bound}} ${modelLegend} {{instance}}`,
          },
          {
            expression: `max by (model_name, model_version, champion_version) (model_challenger_margin{${selector}})`,
            legend: `margin ${modelLegend}`,
            isThreshold: true,
          },
        ],
      }),
      timeseries({
        title: 'Targets of challengers',
        description:
          'Targets per second over all processes: the challenger was better, as good (equal) or worse, or the champion had made no such prediction (unpaired).',
        unit: 'cps',
        width: 8,
        minimum: 0,
        stacked: true,
        queries: [
          {
            expression: `sum by (model_name, model_version, result) (rate(model_challenger_targets_total{${selector}}[$__rate_interval]))`,
            legend: `${modelLegend} {{result}}`,
          },
        ],
      }),
    ],
  },
];
