import {
  divide,
  either,
  increaseBy,
  indent,
  modelIncrease,
  onModel,
  type Scope,
  withLabel,
} from './expressions.js';
import { promql, shareEvidence } from './evidence.js';
import {
  dispersionCap,
  dispersionDelay,
  dispersionRange,
  type EvidenceWindow,
  qualityWindows,
} from './evidence-windows.js';
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

const arithmetic = promql(onScore);

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
        divide(threshold(selector, 'score="f1"'), `2 - ${threshold(selector, 'score="f1"')}`, onScore),
      )}`,
    },
    ...dispersion(of, increase),
    ...qualityWindows.flatMap(({ range }) => [
      { record: recorded.score(range), expression: scoreOf(increase, range) },
      {
        record: recorded.evidence(range),
        expression: `${shareEvidence(arithmetic, {
          bad: increase('bad', range),
          all: increase('all', range),
          limit: of(recorded.limit),
        })}
/ ${onScore}
  ${dispersionOfScore(of)}`,
      },
    ]),
    ...weekBefore(selector),
  ];
}

/** The recorded dispersion, but at least 1; 1 too for a score that has no history yet. */
export function dispersionOfScore(of: (metric: string) => string): string {
  return `clamp_min(${of(recorded.dispersion)} or ${onScore} 0 * ${of(recorded.limit)}, 1)`;
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
      expression: `1 - ${divide(of(recordedBefore.bad), `${of(recordedBefore.all)} > 0`, onScore)}`,
    },
  ];
}

/** Outcomes that count for a score and of which some are bad, in five minutes and in each window. */
function increases(selector: string): RecordingRule[] {
  const kinds: readonly Kind[] = ['bad', 'all'];
  const direct = ['5m', '1h'].flatMap((range) =>
    kinds.map((kind) => ({
      record: recorded.increase(kind, range),
      expression: `${outcomes(kind, { selector, range })}
and ${onScore}
${threshold(selector)}`,
    })),
  );
  const summed = qualityWindows
    .filter(({ range }) => range !== '1h')
    .flatMap((window) =>
      kinds.map((kind) => ({
        record: recorded.increase(kind, window.range),
        expression: sumOfIncreases(kind, window, selector),
      })),
    );
  return [...direct, ...summed];
}

/** A long window as the sum of recorded short ones, which costs little whatever its length. */
function sumOfIncreases(
  kind: Kind,
  { range, minutes }: EvidenceWindow,
  selector: string,
): string {
  const step = minutes > 1440 ? '1h' : '5m';
  return `sum_over_time(${recorded.increase(kind, step)}{${selector}}[${range}:${step}])`;
}

/** The outcomes of a kind by score, of binary and of multiclass classifiers. */
function outcomes(kind: Kind, scope: Scope): string {
  const ofBinary = Object.entries(outcomesOfScore).map(([score, { [kind]: counted }]) =>
    withLabel(
      modelIncrease('model_outcomes_total', scope, `outcome=~"${counted}"`),
      'score',
      score,
    ),
  );
  const ofMulticlass = withLabel(
    // Every target of a multiclass model adds one tp or one fn to its own class.
    modelIncrease(
      'model_class_outcomes_total',
      scope,
      kind === 'bad' ? 'outcome="fn"' : 'outcome=~"tp|fn"',
    ),
    'score',
    'accuracy',
  );
  return `(
${indent([...ofBinary, ofMulticlass].join('\nor\n'))}
)`;
}

/** The score of a window, on its own scale; no series where nothing counted for it. */
function scoreOf(increase: (kind: Kind, range: string) => string, range: string): string {
  const share = (matcher: string): string => {
    const of = (kind: Kind): string => increase(kind, range).replace('}', `,${matcher}}`);
    return `(1 - ${divide(of('bad'), `${of('all')} > 0`, onScore)})`;
  };
  const ofF1 = share('score="f1"');
  return either(share('score!="f1"'), `2 * ${ofF1} / ${onScore} (1 + ${ofF1})`);
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
  const share = `(${increase('bad', '1w')} / ${onScore} (${increase('all', '1w')} > 0))`;
  const sum = (metric: string): string =>
    `sum_over_time(${of(metric)}[${dispersionRange}:1h] offset ${dispersionDelay})`;
  return [
    {
      record: recorded.variance,
      expression: `${increase('all', '1h')}
* ${onScore} ${share}
* ${onScore} (1 - ${share})`,
    },
    {
      record: recorded.squares,
      expression: `(
  ${increase('bad', '1h')}
- ${onScore}
  (${increase('all', '1h')} * ${onScore} ${share})
) ^ 2
< ${onScore} (${dispersionCap} * ${of(recorded.variance)})
or ${onScore}
${dispersionCap} * ${of(recorded.variance)}`,
    },
    {
      record: recorded.dispersion,
      expression: divide(sum(recorded.squares), `${sum(recorded.variance)} > 0`, onScore),
    },
  ];
}
