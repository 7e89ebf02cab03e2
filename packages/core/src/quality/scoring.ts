import type { OutputBlock, TargetValue } from '../prediction.js';
import type { MeanScoreName, ScoreName } from '../quality-scores.js';
import type { ClassScoreName } from '../vocabulary.js';

/**
 * An output as it waits for its target: the score (binary), the index of the class (multiclass),
 * a bit for each label (multilabel), the value (regression), or the ids of the first k items
 * (ranking).
 */
export type ScoredOutput = number | readonly string[];

/** A target in the form of its output; for a ranking, the gain of each relevant item by its id. */
export type ScoredTarget = number | ReadonlyMap<string, number>;

/** The ends of the 95 % interval of a score, within the range of the score. */
export interface ScoreInterval {
  readonly low: number;
  readonly high: number;
}

/** Scores and their intervals by name; a score is left out where it is undefined. */
export interface NamedScores<Name extends string> {
  readonly scores: { readonly [Score in Name]?: number };
  /** A score of too few targets for an interval, or of targets that do not vary, may have none. */
  readonly intervals: { readonly [Score in Name]?: ScoreInterval };
}

/** The scores of one class or label against all others. */
export interface ClassScores extends NamedScores<ClassScoreName> {
  readonly name: string;
  /** Targets of the class. */
  readonly samples: number;
}

/** The rows of a range of probabilities. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly samples: number;
  /** Mean probability of the rows. */
  readonly predicted: number;
  /** Share of positive rows. */
  readonly observed: number;
}

/** Scores of some targets. */
export interface Scores extends NamedScores<ScoreName> {
  /** Targets that were scored. */
  readonly samples: number;
  /** Targets that a score leaves out, such as those of 0 in the mean absolute percentage error. */
  readonly leftOut: { readonly [Score in ScoreName]?: number };
  /** The largest amount by which a score from bins may differ from that of the rows. */
  readonly resolutions: { readonly [Score in ScoreName]?: number };
  /** The classes (multiclass) or labels (multilabel), in their order; empty for other tasks. */
  readonly classes: readonly ClassScores[];
  /** About equally many rows each, in the order of the probabilities; empty if not binary. */
  readonly reliability: readonly ReliabilityBin[];
}

/** The outcome of a prediction whose target arrived; counters add it up for a fleet. */
export type Outcome = {
  /** One value for each score of `Scoring.means`; NaN where the target does not count for it. */
  readonly values: Float64Array;
} & (
  | { readonly task: 'binary'; readonly outcome: 'tp' | 'fp' | 'tn' | 'fn' }
  | { readonly task: 'multiclass'; readonly predicted: number; readonly actual: number }
  | { readonly task: 'multilabel'; readonly predicted: number; readonly actual: number }
  | { readonly task: 'regression'; readonly error: number }
  | { readonly task: 'ranking' }
);

/**
 * How predictions of a task are compared with their targets: everything that the scores need is a
 * vector of sums, which adds up over panes and segments. Sums of one `Scoring` do not add up with
 * those of another one.
 */
export interface Scoring<
  Output extends ScoredOutput = ScoredOutput,
  Target extends ScoredTarget = ScoredTarget,
> {
  /** The target from which sums measure the others, of a scoring that has one; then part of its state. */
  origin?: number | undefined;
  /** Length of a vector of sums. */
  readonly width: number;
  /** The scores that are means of one value per target; the values are those of `outcome`. */
  readonly means: readonly MeanScoreName[];
  /**
   * Reads the outputs of a batch: one per row, or undefined if the output is missing. A number that
   * is not finite marks a row that cannot be scored.
   */
  readOutputs(outputs: readonly OutputBlock[], rows: number): ArrayLike<Output> | undefined;
  /** A target in the form that `add` takes; undefined when it does not fit the task. */
  readTarget(value: TargetValue): Target | undefined;
  /** Adds a prediction with its target to the sums. */
  add(sums: Float64Array, output: Output, target: Target): void;
  /** What a prediction with its target counts as. */
  outcome(output: Output, target: Target): Outcome;
  /** The scores that follow from the sums. O(width), for a ranking or a regression O(1). */
  scores(sums: Float64Array): Scores;
}

/** Whether a row can be scored; a single NaN would make sums NaN permanently. */
export function isScorable(output: ScoredOutput | undefined): output is ScoredOutput {
  return typeof output === 'number' ? Number.isFinite(output) : output !== undefined;
}

/** Whether two targets are the same; for rankings, the same items with the same gains. */
export function sameTarget(one: ScoredTarget, other: ScoredTarget): boolean {
  if (typeof one === 'number' || typeof other === 'number') return one === other;
  if (one.size !== other.size) return false;
  for (const [item, gain] of one) if (other.get(item) !== gain) return false;
  return true;
}
