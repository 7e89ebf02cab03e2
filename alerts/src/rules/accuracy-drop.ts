import { gaugeText, modelText, type ValueFormat } from './description.js';
import { detected, detectorStep } from './detector-rules.js';
import { qualityWindows, shownEvidence } from './evidence-windows.js';
import { either, indent, jobSelector, modelGauge, onModel } from './expressions.js';
import { percentText } from './limits.js';
import type { RuleOptions } from './options.js';
import {
  qualityDetector,
  qualityEvidence,
  recorded,
  recordedBefore,
  scoreDispersion,
} from './quality-evidence.js';
import { meansMatcher, onScore, recordedSum, sharesMatcher } from './quality-sums.js';
import type { AlertRule, RuleFile } from './rule.js';
import { segmentsText } from './segment-text.js';
import { targetsMissing } from './targets-missing.js';

const dashboard = { name: 'model_performance', variables: ['job', 'model_name'] } as const;

/** A score near its threshold has good hours: one incident would be announced ten times a day. */
const keepsFiring = '1h';

export function accuracyDrop(options: RuleOptions): RuleFile {
  const selector = jobSelector(options);
  return {
    name: 'accuracy_drop',
    groups: [
      {
        name: 'accuracy_drop',
        // Its shortest window is an hour.
        interval: '1m',
        rules: [
          ...qualityEvidence(selector),
          dropAlert(options),
          qualityAlert(options),
          degradingAlert(options),
          targetsMissing(options),
        ],
      },
      { name: 'quality_detector', interval: detectorStep, rules: qualityDetector(selector) },
    ],
  };
}

function dropAlert(options: RuleOptions): AlertRule {
  return {
    alert: 'ModelAccuracyDrop',
    expression: worseShare(options, 'score="accuracy"'),
    keepsFiring,
    severity: 'critical',
    summary: 'Model accuracy is below its threshold.',
    description: `The accuracy of ${modelText} is {{ $value | humanizePercentage }} (threshold ${scoreThresholdText('humanizePercentage')}) over the shortest window of ${windowsText} that shows it. Exactly at the threshold, chance fires it once in half a year at most.${segmentsText}`,
    dashboard,
  };
}

function qualityAlert(options: RuleOptions): AlertRule {
  return {
    alert: 'ModelQualityDrop',
    expression: either(worseShare(options, 'score!="accuracy"'), worseMean(options)),
    keepsFiring,
    severity: 'critical',
    summary: 'A quality score of a model is worse than its threshold.',
    description: `The {{ $labels.score }} of ${modelText} is {{ $value | printf "%.4g" }} (threshold ${scoreThresholdText('printf "%.4g"')}) over the shortest window of ${windowsText} in which chance does not explain it.${segmentsText}`,
    dashboard,
  };
}

const windowsText = qualityWindows.map(({ range }) => range).join(', ');

function scoreThresholdText(format: ValueFormat): string {
  return gaugeText('model_quality_threshold', format, [
    'job',
    'model_name',
    'model_version',
    'score',
  ]);
}

/** A score that is a share, where its detector alerts, over the shortest window that shows it. */
function worseShare(options: RuleOptions, scores: string): string {
  const selector = `${jobSelector(options)},${scores},${sharesMatcher}`;
  const windows = [
    ...qualityWindows.map(({ range }) => over(selector, range, shownEvidence)),
    `${recorded.score(qualityWindows.at(-1)!.range)}{${selector}}`,
  ];
  return `(
${indent(windows.join('\nor\n'))}
)
and ${onScore}
  (${detected(recorded.detector, selector)})`;
}

/** A score that is a mean, over the shortest window with enough evidence. */
function worseMean(options: RuleOptions): string {
  const selector = `${jobSelector(options)},${meansMatcher}`;
  return qualityWindows
    .map(({ range, evidence }) => over(selector, range, evidence))
    .join('\nor\n');
}

/** The score of a window with some evidence that it is worse than its threshold. */
function over(selector: string, range: string, evidence: number): string {
  return `(${recorded.score(range)}{${selector}} and ${recorded.evidence(range)}{${selector}} > ${evidence})`;
}

function degradingAlert(options: RuleOptions): AlertRule {
  const { accuracyRatio, accuracyStandardErrors } = options.limits;
  return {
    alert: 'ModelAccuracyDegrading',
    expression: degrading(options),
    holdsFor: '1h',
    severity: 'warning',
    summary: 'Model accuracy is falling.',
    description: `Over the targets of the last 6 hours, the accuracy of ${modelText} is {{ $value | humanizePercentage }} of its accuracy over the week before (limit ${percentText(accuracyRatio)}), a fall of more than ${accuracyStandardErrors} standard errors. Its threshold is ${scoreThresholdText('humanizePercentage')}.`,
    dashboard,
  };
}

/**
 * The accuracy of six hours relative to that of the week before, where it is below the limit and
 * the fall is beyond chance. The difference of two ratios has the standard error
 * sqrt(d p (1 - p) (1/n + 1/m)) with the dispersion d of outcomes that come in bursts.
 */
function degrading(options: RuleOptions): string {
  const { accuracyRatio, accuracyStandardErrors } = options.limits;
  const selector = jobSelector(options);
  const of = (metric: string): string => `${metric}{${selector},score="accuracy"}`;
  const recent = of(recorded.score('6h'));
  const before = of(recordedBefore.score);
  const targets = { recent: of(recordedSum('samples', '6h')), before: of(recordedBefore.samples) };
  const minimum = modelGauge('model_quality_minimum_samples', selector);
  return `${recent} / (${before} > 0) < ${accuracyRatio}
and
  (
    ${before} - ${recent}
  >
    ${accuracyStandardErrors} * sqrt(
      ${before} * (1 - ${before})
    * (1 / ${targets.recent} + 1 / ${targets.before})
    * ${scoreDispersion(of)}
    )
  )
and ${onModel}
  (${targets.recent} >= ${onModel} ${minimum})
and ${onModel}
  (${targets.before} >= ${onModel} 10 * ${minimum})`;
}
