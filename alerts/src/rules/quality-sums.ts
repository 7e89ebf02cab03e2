import { qualityWindows } from './evidence-windows.js';
import {
  byModel,
  either,
  increaseBy,
  indent,
  type Scope,
  stepOf,
  withLabel,
} from './expressions.js';
import type { RecordingRule } from './rule.js';

/**
 * What the evidence about quality is computed from: for every score with a threshold, the sum of its
 * values in each window, their number, and the sum of their squares.
 *
 * A score of a classifier is a share of bad outcomes among those that count for it; its value is 1
 * for a bad outcome and else 0, so that the sum of squares is the sum. F1 is 2 J / (1 + J) with the
 * share J of tp among tp, fp and fn. The values of other scores have counters of their own.
 */

/** Labels of one score of one version of a model. */
export const byScore: string = 'by (job, model_name, model_version, score)';

/** Matches two expressions grouped by {@link byScore}. */
export const onScore: string = 'on (job, model_name, model_version, score)';

/** The outcomes that are bad for a score, and all that count for it. */
const outcomesOfScore = {
  accuracy: { sum: 'fp|fn', samples: 'tp|fp|tn|fn' },
  precision: { sum: 'fp', samples: 'tp|fp' },
  recall: { sum: 'fn', samples: 'tp|fn' },
  f1: { sum: 'fp|fn', samples: 'tp|fp|fn' },
  specificity: { sum: 'fp', samples: 'tn|fp' },
} as const;

/** Matches the scores that are shares of outcomes. */
export const sharesMatcher: string = `score=~"${Object.keys(outcomesOfScore).join('|')}"`;
/** Matches the scores that are means of values. */
export const meansMatcher: string = sharesMatcher.replace('=~', '!~');

export type Sum = 'sum' | 'samples' | 'squares';

/** The recorded sum of a window such as `1h`. */
export function recordedSum(sum: Sum, range: string): string {
  return `model_score:model_quality_${sum}:increase${range}`;
}

/** The recorded outcomes of a window of at most a day. */
export function recordedOutcomes(range: string): string {
  return `model:model_outcomes:increase${range}`;
}

/** Sums of every window; those of long ones are sums of hours. */
export function qualitySums(selector: string): RecordingRule[] {
  const sums: readonly Sum[] = ['sum', 'samples', 'squares'];
  return qualityWindows.flatMap(({ range, minutes }) =>
    minutes > 1440
      ? sums.map((sum) => ({
          record: recordedSum(sum, range),
          expression: `sum_over_time(${recordedSum(sum, '1h')}{${selector}}[${range}:1h])`,
        }))
      : [
          { record: recordedOutcomes(range), expression: outcomes({ selector, range }) },
          ...sums.map((sum) => ({
            record: recordedSum(sum, range),
            expression: withThreshold(sumOfScores(sum, { selector, range }), selector),
          })),
        ],
  );
}

/** Every target of a multiclass model adds one tp or one fn to its own class. */
const ofMulticlass = 'outcome=~"tp|fn"';

/** Outcomes of binary and of multiclass classifiers. */
function outcomes(scope: Scope): string {
  const byOutcome = 'by (job, model_name, model_version, outcome)';
  return `${increaseBy(byOutcome, 'model_outcomes_total', scope)}
or
${increaseBy(byOutcome, 'model_class_outcomes_total', scope, ofMulticlass)}`;
}

/** The outcomes of the last step that are bad for a score that is a share, or all that count for it. */
export function stepOfShares(sum: 'sum' | 'samples', selector: string): string {
  const counted = (outcome: string): string =>
    either(
      stepOf(byModel, 'model_outcomes_total', selector, outcome),
      stepOf(byModel, 'model_class_outcomes_total', selector, `${outcome},${ofMulticlass}`),
    );
  return withThreshold(shares(sum, counted).join('\nor\n'), selector);
}

function withThreshold(expression: string, selector: string): string {
  return `(
${indent(expression)}
)
and ${onScore}
max ${byScore} (model_quality_threshold{${selector}})`;
}

/** The outcomes that are bad for each share, or all that count for it, from those with some matcher. */
function shares(sum: 'sum' | 'samples', counted: (outcome: string) => string): string[] {
  return Object.entries(outcomesOfScore).map(([score, { [sum]: outcomes }]) =>
    withLabel(counted(`outcome=~"${outcomes}"`), 'score', score),
  );
}

function sumOfScores(sum: Sum, scope: Scope): string {
  const { selector, range } = scope;
  const means = increaseBy(byScore, meanCounters[sum], scope, meansMatcher);
  if (sum === 'squares') return means;
  const ofShares = shares(
    sum,
    (outcome) => `sum ${byModel} (${recordedOutcomes(range)}{${selector},${outcome}})`,
  );
  const negative = increaseBy(byScore, 'model_score_negative_sum_total', scope, meansMatcher);
  const signed = `${means} - ${onScore} ${negative}`;
  return [...ofShares, sum === 'sum' ? either(signed, means) : means].join('\nor\n');
}

const meanCounters = {
  sum: 'model_score_sum_total',
  samples: 'model_score_samples_total',
  squares: 'model_score_squares_total',
} as const satisfies Record<Sum, string>;
