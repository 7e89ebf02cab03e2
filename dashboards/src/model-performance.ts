import { detectorLimit } from '@modelmeter/alerts/detector';
import { latest } from '@modelmeter/alerts/detector-rules';
import {
  arrivedTargets,
  byModel,
  fleetAccuracy,
  modelGauge,
  modelIncrease,
  onModel,
} from '@modelmeter/alerts/expressions';
import type { DashboardSpec } from './build.js';
import { whereCounted } from './expressions.js';
import { stat, type TimeseriesSpec, timeseries } from './panels.js';
import { qualityRows } from './quality-rows.js';
import { fleetSelector, modelLegend, modelSelector as selector } from './selectors.js';
import { modelVariables } from './variables.js';

const hour = { selector, range: '1h' };
const byClass = 'by (job, model_name, model_version, class)';
const onClass = 'on (job, model_name, model_version, class)';

const outcomes = (outcome: string): string =>
  modelIncrease('model_outcomes_total', hour, `outcome=~"${outcome}"`);
const classOutcomes = (outcome: string): string =>
  `sum ${byClass} (increase(model_class_outcomes_total{${selector},outcome=~"${outcome}"}[1h]))`;

/** What is right, as a share of it and of what `wrong` names; 2tp/(2tp+fp+fn) is F1. */
interface Ratio {
  readonly tpWeight: 1 | 2;
  readonly wrong: string;
}

const precision: Ratio = { tpWeight: 1, wrong: 'fp' };
const recall: Ratio = { tpWeight: 1, wrong: 'fn' };
const f1: Ratio = { tpWeight: 2, wrong: 'fp|fn' };

function perClass({ tpWeight, wrong }: Ratio): string {
  const right = `${tpWeight} * ${classOutcomes('tp')}`;
  return `${right}
/ ${onClass}
(${right} + ${onClass} ${classOutcomes(wrong)} > 0)`;
}

/** Of the positive class of binary classifiers, and the mean over the classes of the others. */
function ofModel({ tpWeight, wrong }: Ratio): string {
  const right = `${tpWeight} * ${outcomes('tp')}`;
  return `${right}
/ ${onModel}
(${right} + ${onModel} ${outcomes(wrong)} > 0)
or
avg ${byModel} (
${perClass({ tpWeight, wrong })}
)`;
}

function score(title: string, ratio: Ratio, description: string): TimeseriesSpec {
  return timeseries({
    title,
    description: `${description} For the positive class, or the mean over all classes of a multiclass model. Over the targets of the last hour and all processes.`,
    unit: 'percentunit',
    width: 8,
    minimum: 0,
    maximum: 1,
    queries: [{ expression: ofModel(ratio), legend: modelLegend }],
  });
}

const meanAbsoluteError = `${modelIncrease('model_absolute_error_total', hour)}
/ ${onModel}
(${modelIncrease('model_targets_total', hour, 'status="matched"')} > 0)`;

const rootMeanSquaredError = `sqrt(
${modelIncrease('model_squared_error_total', hour)}
/ ${onModel}
(${modelIncrease('model_targets_total', hour, 'status="matched"')} > 0)
)`;

const byScore = 'by (model_name, model_version, score)';
const ofScore = (counter: string): string =>
  `sum ${byScore} (increase(model_score_${counter}_total{${selector},score!~"accuracy|mean_absolute_error"}[1h]))`;

/** Counters only grow, so values below 0 have one of their own, which most scores lack. */
const meanScores = `(
${ofScore('sum')}
- ${byScore.replace('by', 'on')}
(${ofScore('negative_sum')} or 0 * ${ofScore('sum')})
)
/ ${byScore.replace('by', 'on')}
(${ofScore('samples')} > 0)`;

export const modelPerformance: DashboardSpec = {
  name: 'model_performance',
  title: 'Model performance',
  description:
    'Scores of the models and their targets; estimates before these arrive, segments, challengers.',
  from: 'now-24h',
  variables: modelVariables,
  rows: [
    {
      title: 'Accuracy',
      panels: [
        timeseries({
          title: 'Accuracy of the fleet',
          description:
            'Ratio of correct predictions over the targets of the last hour and all processes. Dashed: the threshold of ModelAccuracyDrop.',
          unit: 'percentunit',
          width: 16,
          maximum: 1,
          alerts: ['ModelAccuracyDrop', 'ModelAccuracyDegrading'],
          queries: [
            { expression: fleetAccuracy(hour), legend: modelLegend },
            {
              expression: modelGauge('model_slo_accuracy_threshold_ratio', selector),
              legend: `threshold ${modelLegend}`,
              isThreshold: true,
            },
          ],
        }),
        stat({
          title: 'Accuracy now',
          description: 'Accuracy over the targets of the last hour and all processes.',
          unit: 'percentunit',
          width: 8,
          queries: [{ expression: fleetAccuracy(hour), legend: modelLegend }],
        }),
        timeseries({
          title: 'Level of the quality detector',
          description:
            'Evidence that accuracy or another share of outcomes is below its threshold, added up every five minutes. Dashed: the level from which ModelAccuracyDrop and ModelQualityDrop fire. A level that grows steadily fires soon; one that has fired falls again as good targets arrive.',
          unit: 'short',
          width: 24,
          minimum: 0,
          line: detectorLimit,
          alerts: ['ModelAccuracyDrop', 'ModelQualityDrop'],
          queries: [
            {
              expression: `sum ${byScore} (${latest('model_score:model_quality_bad:e_detector', fleetSelector)})`,
              legend: `${modelLegend} {{score}}`,
            },
          ],
        }),
      ],
    },
    {
      title: 'Precision, recall, F1',
      panels: [
        score('Precision', precision, 'Share of the predicted positives that are positive.'),
        score('Recall', recall, 'Share of the positives that were predicted.'),
        score('F1', f1, 'Harmonic mean of precision and recall.'),
        timeseries({
          title: 'Outcomes of binary classifiers',
          description: 'Confusion matrix of the targets that arrived in the last hour.',
          unit: 'short',
          width: 12,
          minimum: 0,
          stacked: true,
          queries: [
            {
              expression: `sum by (model_name, model_version, outcome) (increase(model_outcomes_total{${selector}}[1h]))`,
              legend: `${modelLegend} {{outcome}}`,
            },
          ],
        }),
        timeseries({
          title: 'F1 by class',
          description:
            'F1 of each class of multiclass classifiers, over the targets of the last hour.',
          unit: 'percentunit',
          width: 12,
          minimum: 0,
          maximum: 1,
          queries: [{ expression: perClass(f1), legend: `${modelLegend} {{class}}` }],
        }),
        timeseries({
          title: 'Accuracy by process',
          description:
            'Over the quality window of each process. A process that differs serves different data or a different model. The mean of the processes is not the accuracy of the fleet.',
          unit: 'percentunit',
          width: 24,
          maximum: 1,
          queries: [
            {
              expression: `avg by (instance, model_name, model_version) (model_accuracy_score{${selector}})`,
              legend: `${modelLegend} {{instance}}`,
            },
          ],
        }),
      ],
    },
    {
      title: 'Regression',
      panels: [
        timeseries({
          title: 'Mean absolute error',
          description:
            'In the unit of the output, over the targets of the last hour and all processes.',
          unit: 'short',
          width: 12,
          minimum: 0,
          queries: [{ expression: meanAbsoluteError, legend: modelLegend }],
        }),
        timeseries({
          title: 'Root mean squared error',
          description:
            'In the unit of the output, over the targets of the last hour and all processes. Well above the absolute error if single errors are large.',
          unit: 'short',
          width: 12,
          minimum: 0,
          queries: [{ expression: rootMeanSquaredError, legend: modelLegend }],
        }),
      ],
    },
    {
      title: 'All scores',
      panels: [
        timeseries({
          title: 'Means of the fleet',
          alerts: ['ModelQualityDrop'],
          description:
            'Scores that are the mean of one value per target, over the targets of the last hour and all processes: losses, errors, hits of rankings, the value of outcomes.',
          unit: 'short',
          width: 12,
          queries: [{ expression: meanScores, legend: `${modelLegend} {{score}}` }],
        }),
        timeseries({
          title: 'Further scores by process',
          description:
            'Over the quality window of each process: area under the ROC curve, average precision, calibration error, R², quantiles of the error, averages over classes and labels.',
          unit: 'short',
          width: 12,
          queries: [
            {
              expression: `avg by (instance, model_name, model_version, score) (model_quality_score{${selector}})`,
              legend: `${modelLegend} {{score}} {{instance}}`,
            },
          ],
        }),
        timeseries({
          title: 'Interval of the accuracy by process',
          description:
            'Ends of the 95 % interval of the accuracy over the quality window of each process. Accuracies whose intervals overlap widely do not differ for certain.',
          unit: 'percentunit',
          width: 24,
          maximum: 1,
          queries: [
            {
              expression: `avg by (instance, model_name, model_version, bound) (model_quality_score_bound{${selector},score="accuracy"})`,
              legend: `${modelLegend} {{bound}} {{instance}}`,
            },
          ],
        }),
      ],
    },
    {
      title: 'Targets',
      panels: [
        timeseries({
          title: 'Targets of the last hour',
          description:
            'Targets that accuracy is computed from. Dashed: the minimum for scores and alerts.',
          unit: 'short',
          width: 12,
          minimum: 0,
          alerts: ['ModelTargetsMissing'],
          queries: [
            { expression: arrivedTargets(hour), legend: modelLegend },
            {
              expression: modelGauge('model_quality_minimum_samples', selector),
              legend: `minimum ${modelLegend}`,
              isThreshold: true,
            },
          ],
        }),
        timeseries({
          title: 'Targets by status',
          alerts: ['ModelTargetsUnmatched', 'ModelTargetsNeverMatched'],
          description:
            'Targets per second: matched, unmatched (unknown prediction id), duplicate, invalid.',
          unit: 'cps',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `sum by (model_name, model_version, status) (rate(model_targets_total{${selector}}[$__rate_interval]))`,
              legend: `${modelLegend} {{status}}`,
            },
          ],
        }),
        timeseries({
          title: 'Delay of targets',
          description: 'Median and 95th percentile of the time from a prediction to its target.',
          unit: 's',
          width: 8,
          minimum: 0,
          queries: ([0.5, 0.95] as const).map((quantile) => ({
            expression: whereCounted(
              `histogram_quantile(${quantile}, sum by (model_name, model_version, le) (rate(model_target_delay_seconds_bucket{${selector}}[1h])))`,
            ),
            legend: `p${quantile * 100} ${modelLegend}`,
          })),
        }),
        timeseries({
          title: 'Coverage by process',
          description: 'Ratio of predictions in the quality window whose target has arrived.',
          unit: 'percentunit',
          width: 8,
          minimum: 0,
          maximum: 1,
          queries: [
            {
              expression: `avg by (instance, model_name, model_version) (model_target_coverage_ratio{${selector}})`,
              legend: `${modelLegend} {{instance}}`,
            },
          ],
        }),
        timeseries({
          title: 'Pending predictions',
          description:
            'Predictions pending for their target, over all processes, and predictions dropped in the last hour, by reason.',
          unit: 'short',
          width: 8,
          minimum: 0,
          alerts: ['ModelMonitorDroppingEvents'],
          queries: [
            {
              expression: `sum ${byModel} (model_targets_pending{${selector}})`,
              legend: `waiting ${modelLegend}`,
            },
            {
              expression: `sum by (model_name, model_version, reason) (increase(model_targets_expired_total{${selector}}[1h]))`,
              legend: `{{reason}} ${modelLegend}`,
            },
          ],
        }),
      ],
    },
    ...qualityRows,
  ],
};
