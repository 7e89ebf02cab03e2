import { promql, shareEvidence } from './evidence.js';
import {
  dispersionCap,
  dispersionDelay,
  dispersionRange,
  qualityWindows,
} from './evidence-windows.js';
import { byModel, either, increaseBy, indent, type Scope, withLabel } from './expressions.js';
import type { RecordingRule } from './rule.js';

/**
 * The evidence that a quality score is worse than its threshold, from the outcomes of all replicas.
 *
 * Every score of a classifier is a share of bad outcomes among those that count for it: precision
 * counts tp and fp, recall tp and fn. F1 is 2 J / (1 + J) with the share J of tp among tp, fp and
 * fn, so its threshold t is a threshold t / (2 - t) of J, and the evidence about J is the linear
 * score test of F1.
 */

/** Labels of one score of one version of a model. */
export const byScore: string = 'by (job, model_name, model_version, score)';

/** Matches two expressions grouped by {@link byScore}. */
export const onScore: string = 'on (job, model_name, model_version, score)';

/** The outcomes that are bad for a score, and all that count for it. */
const outcomesOfScore = {
  accuracy: { bad: 'fp|fn', all: 'tp|fp|tn|fn' },
  precision: { bad: 'fp', all: 'tp|fp' },
  recall: { bad: 'fn', all: 'tp|fn' },
  f1: { bad: 'fp|fn', all: 'tp|fp|fn' },
} as const;

type Kind = 'bad' | 'all';

/** The recorded series of a window such as `1h`. */
export const recorded = {
  increase: (kind: Kind, range: string): string =>
    `model_score:model_quality_${kind === 'bad' ? 'bad_' : ''}outcomes:increase${range}`,
  outcomes: (range: string): string => `model:model_outcomes:increase${range}`,
  score: (range: string): string => `model_score:model_quality_score:ratio${range}`,
  evidence: (range: string): string => `model_score:model_quality_evidence:nats${range}`,
  limit: 'model_score:model_quality_bad_outcomes:limit',
  squares: 'model_score:model_quality_bad_outcomes:squares1h',
  variance: 'model_score:model_quality_bad_outcomes:variance1h',
  dispersion: `model_score:model_quality_bad_outcomes:dispersion${dispersionRange}`,
} as const;

/** The same over the week before the last six hours. */
export const recordedBefore = {
  bad: 'model_score:model_quality_bad_outcomes:increase1w_offset6h',
  all: 'model_score:model_quality_outcomes:increase1w_offset6h',
  score: 'model_score:model_quality_score:ratio1w_offset6h',
} as const;

/** The thresholds of the scores for which less is worse. */
function threshold(selector: string, matcher = 'score!=""'): string {
  return `max ${byScore} (model_quality_threshold{${selector},direction="below",${matcher}})`;
}

/** Everything that the alerts about classifiers read, in the order in which it is computed. */
export function qualityEvidence(selector: string): RecordingRule[] {
  const of = (metric: string): string => `${metric}{${selector}}`;
  const increase = (kind: Kind, range: string): string => of(recorded.increase(kind, range));
  return [
    ...increases(selector),
    {
      record: recorded.limit,
      expression: `1 - ${either(
        threshold(selector, 'score!="f1"'),
        `${threshold(selector, 'score="f1"')} / (2 - ${threshold(selector, 'score="f1"')})`,
      )}`,
    },
    ...dispersion(of, increase),
    ...qualityWindows.flatMap(({ range }) => [
      { record: recorded.score(range), expression: scoreOf(increase, range) },
      {
        record: recorded.evidence(range),
        expression: `${shareEvidence(promql, {
          bad: increase('bad', range),
          all: increase('all', range),
          limit: of(recorded.limit),
        })}
/ ${dispersionOfScore(of)}`,
      },
    ]),
    ...weekBefore(selector),
  ];
}

/** The recorded dispersion, but at least 1; 1 too for a score that has no history yet. */
export function dispersionOfScore(of: (metric: string) => string): string {
  return `clamp_min(${of(recorded.dispersion)} or 0 * ${of(recorded.limit)}, 1)`;
}

function weekBefore(selector: string): RecordingRule[] {
  const sum = (kind: Kind): string =>
    `sum_over_time(${recorded.increase(kind, '1h')}{${selector},score="accuracy"}[1w:1h] offset 6h)`;
  const of = (metric: string): string => `${metric}{${selector}}`;
  return [
    { record: recordedBefore.bad, expression: sum('bad') },
    { record: recordedBefore.all, expression: sum('all') },
    {
      record: recordedBefore.score,
      expression: `1 - ${quotient(of(recordedBefore.bad), of(recordedBefore.all))}`,
    },
  ];
}

/** Outcomes that count for a score, and those of them that are bad, in each window. */
function increases(selector: string): RecordingRule[] {
  const kinds: readonly Kind[] = ['bad', 'all'];
  return qualityWindows.flatMap(({ range, minutes }) => {
    const isSummed = minutes > 1440;
    const counted = kinds.map((kind) => ({
      record: recorded.increase(kind, range),
      expression: isSummed
        ? `sum_over_time(${recorded.increase(kind, '1h')}{${selector}}[${range}:1h])`
        : `${byScoreOf(kind, recorded.outcomes(range), selector)}
and ${onScore}
${threshold(selector)}`,
    }));
    return isSummed
      ? counted
      : [
          { record: recorded.outcomes(range), expression: outcomes({ selector, range }) },
          ...counted,
        ];
  });
}

/**
 * Outcomes of binary and of multiclass classifiers. Every target of a multiclass model adds one tp
 * or one fn to its own class.
 */
function outcomes(scope: Scope): string {
  const byOutcome = 'by (job, model_name, model_version, outcome)';
  return `${increaseBy(byOutcome, 'model_outcomes_total', scope)}
or
${increaseBy(byOutcome, 'model_class_outcomes_total', scope, 'outcome=~"tp|fn"')}`;
}

/** The recorded outcomes of a kind, by score. */
function byScoreOf(kind: Kind, outcomes: string, selector: string): string {
  const scores = Object.entries(outcomesOfScore).map(([score, { [kind]: counted }]) =>
    withLabel(`sum ${byModel} (${outcomes}{${selector},outcome=~"${counted}"})`, 'score', score),
  );
  return `(
${indent(scores.join('\nor\n'))}
)`;
}

/** The score of a window, on its own scale; no series where nothing counted for it. */
function scoreOf(increase: (kind: Kind, range: string) => string, range: string): string {
  const share = (matcher: string): string => {
    const of = (kind: Kind): string => increase(kind, range).replace('}', `,${matcher}}`);
    return `1 - ${quotient(of('bad'), of('all'))}`;
  };
  const ofF1 = share('score="f1"');
  return `${share('score!="f1"')}
or
2 * (${ofF1}) / (1 + ${ofF1})`;
}

/** The quotient of two recorded series with the same labels. */
function quotient(dividend: string, divisor: string): string {
  return `${dividend} / (${divisor} > 0)`;
}

/**
 * How much more the bad outcomes of an hour vary than independent ones would, over the week before
 * yesterday: sum of (bad - n q)^2 over sum of n q (1 - q), with the share q of the week. Outcomes
 * that come in bursts carry less evidence by this factor, as effective sample sizes do (Kish 1965,
 * "Survey Sampling"). The last day is left out, so that a fall does not hide itself, and a single
 * hour counts for at most {@link dispersionCap} times its variance, so that an incident of some
 * hours does not hide the next one.
 */
function dispersion(
  of: (metric: string) => string,
  increase: (kind: Kind, range: string) => string,
): RecordingRule[] {
  const share = quotient(increase('bad', '1w'), increase('all', '1w'));
  const sum = (metric: string): string =>
    `sum_over_time(${of(metric)}[${dispersionRange}:1h] offset ${dispersionDelay})`;
  const most = `${dispersionCap} * ${of(recorded.variance)}`;
  return [
    {
      record: recorded.variance,
      expression: `${increase('all', '1h')} * (${share}) * (1 - ${share})`,
    },
    {
      record: recorded.squares,
      expression: `(${increase('bad', '1h')} - ${increase('all', '1h')} * ${share}) ^ 2
< ${most}
or
${most}`,
    },
    {
      record: recorded.dispersion,
      expression: quotient(sum(recorded.squares), sum(recorded.variance)),
    },
  ];
}
