import type { Task } from './vocabulary.js';

/**
 * Every score of the quality of a model, declared once. Metrics, alerts, dashboards and docs read
 * this table.
 */

/** What a score measures. */
export interface ScoreDeclaration {
  readonly help: string;
  /** The tasks that have the score. */
  readonly tasks: readonly Task[];
  /** The range of its values; an end without a limit is infinite. */
  readonly low: number;
  readonly high: number;
  /** Which direction is an improvement; `zero` for a score whose best value lies in its middle. */
  readonly better: 'higher' | 'lower' | 'zero';
  /**
   * Whether the score is the mean of one value per target. Counters hold the number of such values,
   * their sum and the sum of their squares, from which score and standard error of a fleet follow.
   */
  readonly isMean: boolean;
}

const share = { low: 0, high: 1, better: 'higher' } as const;
const error = { low: 0, high: Number.POSITIVE_INFINITY, better: 'lower' } as const;
const classifiers = ['binary', 'multiclass', 'multilabel'] as const;

export const qualityScores = {
  accuracy: {
    ...share,
    help: 'Share of correct predictions.',
    tasks: ['binary', 'multiclass'],
    isMean: true,
  },
  precision: {
    ...share,
    help: 'Precision of the positive class, or the mean over the classes or labels that occur.',
    tasks: classifiers,
    isMean: false,
  },
  recall: {
    ...share,
    help: 'Recall of the positive class, or the mean over the classes or labels that occur.',
    tasks: classifiers,
    isMean: false,
  },
  f1: {
    ...share,
    help: 'F1 of the positive class, or the mean over the classes or labels that occur.',
    tasks: classifiers,
    isMean: false,
  },
  specificity: {
    ...share,
    help: 'Share of the negative rows that were predicted as negative.',
    tasks: ['binary'],
    isMean: false,
  },
  roc_auc: {
    ...share,
    help: 'Area under the ROC curve, from 256 bins of the score.',
    tasks: ['binary'],
    isMean: false,
  },
  average_precision: {
    ...share,
    help: 'Average precision over the ranks of the score, from 256 bins of the score.',
    tasks: ['binary'],
    isMean: false,
  },
  log_loss: {
    ...error,
    help: 'Mean negative logarithm of the probability of the target.',
    tasks: ['binary'],
    isMean: true,
  },
  brier_score: {
    low: 0,
    high: 1,
    better: 'lower',
    help: 'Mean squared difference between probability and target.',
    tasks: ['binary'],
    isMean: true,
  },
  expected_calibration_error: {
    low: 0,
    high: 1,
    better: 'lower',
    help: 'Mean distance between probability and share of positives, over ten bins of about as many rows.',
    tasks: ['binary'],
    isMean: false,
  },
  weighted_precision: {
    ...share,
    help: 'Precision of the classes, weighted by their targets.',
    tasks: ['multiclass'],
    isMean: false,
  },
  weighted_recall: {
    ...share,
    help: 'Recall of the classes, weighted by their targets; it equals the accuracy.',
    tasks: ['multiclass'],
    isMean: false,
  },
  weighted_f1: {
    ...share,
    help: 'F1 of the classes, weighted by their targets.',
    tasks: ['multiclass'],
    isMean: false,
  },
  subset_accuracy: {
    ...share,
    help: 'Share of rows whose labels are all correct.',
    tasks: ['multilabel'],
    isMean: true,
  },
  hamming_loss: {
    low: 0,
    high: 1,
    better: 'lower',
    help: 'Share of wrong labels.',
    tasks: ['multilabel'],
    isMean: true,
  },
  micro_precision: {
    ...share,
    help: 'Precision of all labels counted together.',
    tasks: ['multilabel'],
    isMean: false,
  },
  micro_recall: {
    ...share,
    help: 'Recall of all labels counted together.',
    tasks: ['multilabel'],
    isMean: false,
  },
  micro_f1: {
    ...share,
    help: 'F1 of all labels counted together.',
    tasks: ['multilabel'],
    isMean: false,
  },
  mean_absolute_error: {
    ...error,
    help: 'Mean of the absolute errors.',
    tasks: ['regression'],
    isMean: true,
  },
  mean_squared_error: {
    ...error,
    help: 'Mean of the squared errors.',
    tasks: ['regression'],
    isMean: true,
  },
  root_mean_squared_error: {
    ...error,
    help: 'Root of the mean squared error.',
    tasks: ['regression'],
    isMean: false,
  },
  mean_absolute_percentage_error: {
    ...error,
    help: 'Mean of the absolute errors as shares of their targets; targets of 0 are left out.',
    tasks: ['regression'],
    isMean: true,
  },
  mean_error: {
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
    better: 'zero',
    help: 'Mean of prediction minus target, the bias.',
    tasks: ['regression'],
    isMean: true,
  },
  r2: {
    low: Number.NEGATIVE_INFINITY,
    high: 1,
    better: 'higher',
    help: 'Share of the variance of the targets that the predictions explain.',
    tasks: ['regression'],
    isMean: false,
  },
  median_absolute_error: {
    ...error,
    help: 'Median of the absolute errors, from bins 9 % wide.',
    tasks: ['regression'],
    isMean: false,
  },
  absolute_error_p90: {
    ...error,
    help: '90th percentile of the absolute errors, from bins 9 % wide.',
    tasks: ['regression'],
    isMean: false,
  },
  ndcg: {
    ...share,
    help: 'Normalised discounted cumulative gain of the first k items.',
    tasks: ['ranking'],
    isMean: true,
  },
  hit_rate: {
    ...share,
    help: 'Share of rows with a relevant item among the first k.',
    tasks: ['ranking'],
    isMean: true,
  },
  mean_reciprocal_rank: {
    ...share,
    help: 'Mean of 1 / rank of the first relevant item; 0 where none is among the first k.',
    tasks: ['ranking'],
    isMean: true,
  },
  business_value: {
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
    better: 'higher',
    help: 'Mean of the declared value of an outcome.',
    tasks: ['binary', 'multiclass'],
    isMean: true,
  },
} as const satisfies Record<string, ScoreDeclaration>;

export type ScoreName = keyof typeof qualityScores;

type Named = { [Name in ScoreName]: (typeof qualityScores)[Name] & { readonly name: Name } };
/** The names of the scores that are means of one value per target. */
export type MeanScoreName = Extract<Named[ScoreName], { readonly isMean: true }>['name'];

/** The names of all scores. */
export const scoreNames = Object.keys(qualityScores) as ScoreName[];

/** The names of the scores that are means of one value per target. */
export const meanScoreNames = scoreNames.filter(
  (name): name is MeanScoreName => qualityScores[name].isMean,
);

/** The names of those whose values can be below 0. */
export const signedMeanScoreNames = meanScoreNames.filter(
  (name): name is SignedMeanScoreName => qualityScores[name].low < 0,
);
type SignedMeanScoreName = 'mean_error' | 'business_value';

/** The names of the scores of a task. */
export function scoresOfTask(task: Task): ScoreName[] {
  return scoreNames.filter((name) => (qualityScores[name].tasks as readonly Task[]).includes(task));
}
