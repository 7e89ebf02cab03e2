import type { Counts } from '../checks/counts.js';
import type { NumericProfile } from '../profiles/profile.js';
import type { Effect } from './effect.js';

/** What a statistic may ask to see of each of the two samples. */
export interface StatisticInputs {
  /**
   * Rows per bin of the reference, in no order that matters: quantile bins or categories, `other`
   * and unseen ones and the missing values among them.
   */
  readonly bins: Counts;
  /** A numeric feature counted on the grid of the reference: ordered bins and moments. */
  readonly profile: NumericProfile;
}

export type StatisticInput = keyof StatisticInputs;

/** What a statistic found. */
export interface StatisticResult {
  /** How large the shift is; 0 without one. */
  readonly score: number;
  /**
   * P(a score of this size or more) without drift, in [0, 1]; left out by statistics that are not
   * tests.
   */
  readonly pValue?: number;
}

/**
 * A drift statistic: a name, what it needs, how it is computed and what its score means.
 *
 * The built-in ones (`builtInStatistics`) and a user's own are the same kind of object. `compute`
 * is pure: it keeps neither sample, and gives a finite score of 0 or more and a p-value in [0, 1]
 * for any two samples, empty ones too. `statisticConformance` of `@modelmeter/core/testing` checks
 * that.
 */
export interface StatisticOn<Input extends StatisticInput> {
  /** Lower case with underscores, unique; part of metric, report and configuration names. */
  readonly name: string;
  /** Kinds of features that it can compare; a profile `input` is for numeric features only. */
  readonly appliesTo: readonly ('numeric' | 'categorical')[];
  readonly input: Input;
  /**
   * Set by a statistic on profiles that also works on a few coarse bins, such as the counters of a
   * fleet: its score may then be too small, and its p-value too large, but not the reverse.
   */
  readonly supportsCoarseBins?: true;
  compute(reference: StatisticInputs[Input], current: StatisticInputs[Input]): StatisticResult;
  /**
   * The 1 - alpha quantile of the score without drift at these sample sizes: below it a score is
   * noise. Shown beside the score; left out where no formula is known.
   */
  noiseFloor?(
    reference: StatisticInputs[Input],
    current: StatisticInputs[Input],
    alpha: number,
  ): number;
  /**
   * The score between the two populations, without what chance adds to it, and its 95 % confidence
   * interval. Left out where no formula is known: `resampledEffect` finds it by simulation.
   */
  effect?(reference: StatisticInputs[Input], current: StatisticInputs[Input]): Effect;
  /** Rows of the current sample below which nothing is concluded; 1 when left out. */
  readonly minimumRows?: number;
  /** Scores from which a significant shift is worth a look, and from which it is drift. */
  readonly levels?: { readonly investigate: number; readonly drift: number };
}

export type Statistic = { [Input in StatisticInput]: StatisticOn<Input> }[StatisticInput];
