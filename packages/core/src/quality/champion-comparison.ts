import { qualityScores } from '../quality-scores.js';
import { requireSame } from '../restoring.js';
import type { ChampionConfig } from '../settings/champion.js';
import type { OutputsConfig } from '../settings/outputs.js';
import type { ComparisonDecision, PairResult } from '../vocabulary.js';
import {
  addDifference,
  compareVersions,
  createDifferences,
  type VersionComparison,
} from './compare-versions.js';
import type { ScoredTarget, Scoring } from './scoring.js';
import type { VersionPredictions } from './versions.js';

/**
 * A version compared with its champion, on the predictions that both made. Differences are those of the first
 * score of the task: above 0 where this version is better, in the unit of the score.
 */
export interface ChampionComparison extends Omit<VersionComparison, 'decision'> {
  /** The version of the champion. */
  readonly champion: string;
  readonly margin: number;
  /** The first decision that was reached; it stays. */
  readonly decision: ComparisonDecision;
  /** Targets of this version by what came of their pair. */
  readonly targets: Readonly<Record<PairResult, number>>;
}

/** Compares a version with its champion as targets arrive. */
export interface Comparison {
  /** Counts a target. @param score The first score of the task for this prediction and target. */
  add(predictionId: string, target: ScoredTarget, score: number): void;
  snapshot(): ChampionComparison;
  save(): SavedComparison;
  /** @throws CoreError STATE_MISMATCH when another comparison was saved. */
  restore(saved: SavedComparison): void;
}

/** The pairs of a comparison. */
export interface SavedComparison {
  readonly settings: ChampionConfig;
  readonly differences: Float64Array;
  readonly targets: Readonly<Record<PairResult, number>>;
  readonly decision: ComparisonDecision;
}

/**
 * An empty comparison. The champion is looked up at each target, so it may be started later, or again.
 * A target without a prediction of the champion is `unpaired`. `add` is O(1); `snapshot` computes
 * `compareVersions` when pairs were added since the last one.
 *
 * @param options.onMismatch Called once for a champion whose targets are others than those of this
 * version; all targets are unpaired then.
 */
export function createChampionComparison(options: {
  readonly settings: ChampionConfig;
  readonly outputs: OutputsConfig;
  readonly scoring: Pick<Scoring, 'means'>;
  readonly findChampion: () => VersionPredictions | undefined;
  readonly onMismatch: (error: RangeError) => void;
}): Comparison {
  const { settings, outputs, scoring } = options;
  const { version, margin, errorRate, largestError = 1 } = settings;
  const differences = createDifferences();
  const targets = { better: 0, equal: 0, worse: 0, unpaired: 0 };
  const sign = qualityScores[scoring.means[0]!].better === 'lower' ? -1 : 1;
  const shareOf = (score: number): number => Math.min(largestError, score) / largestError;
  let champion: VersionPredictions | undefined;
  let hasSameTargets = false;
  let decision: ComparisonDecision = 'undecided';
  let compared = compareVersions(differences, { margin, errorRate });

  function championScore(predictionId: string, target: ScoredTarget): number | undefined {
    const found = options.findChampion();
    if (found !== champion) {
      champion = found;
      hasSameTargets = found === undefined || targetsOf(found.outputs) === targetsOf(outputs);
      if (!hasSameTargets) options.onMismatch(mismatch(found!.outputs));
    }
    return hasSameTargets ? champion?.scoreOf(predictionId, target) : undefined;
  }

  function mismatch(other: OutputsConfig): RangeError {
    return new RangeError(
      `version ${version} predicts ${targetsOf(other)}, and this version ${targetsOf(outputs)}; only versions with the same targets can be compared`,
    );
  }

  return {
    add(predictionId, target, score) {
      const other = championScore(predictionId, target);
      if (other === undefined) {
        targets.unpaired += 1;
        return;
      }
      const difference = sign * (shareOf(score) - shareOf(other));
      addDifference(differences, difference);
      targets[resultOf(difference)] += 1;
    },
    snapshot() {
      const pairs = targets.better + targets.equal + targets.worse;
      // The sum of shared differences may miss the number of pairs by a rounding error.
      if (Math.round(compared.pairs) !== pairs) {
        compared = compareVersions(differences, { margin, errorRate });
        if (decision === 'undecided') decision = compared.decision;
      }
      const { difference, low, high, pValue } = compared;
      return {
        champion: version,
        margin: margin * largestError,
        pairs,
        difference: difference && difference * largestError,
        low: low * largestError,
        high: high * largestError,
        pValue,
        decision,
        targets: { ...targets },
      };
    },
    save: () => ({ settings, differences, targets, decision }),
    restore(saved) {
      requireSame('the setting champion', saved.settings, settings);
      differences.set(saved.differences);
      Object.assign(targets, saved.targets);
      decision = saved.decision;
    },
  };
}

function resultOf(difference: number): PairResult {
  if (difference === 0) return 'equal';
  return difference > 0 ? 'better' : 'worse';
}

/** The task and its targets; two versions with equal texts have the same ones. */
function targetsOf(outputs: OutputsConfig): string {
  if (outputs.task === 'multiclass') return `the classes ${outputs.classes.join(', ')}`;
  if (outputs.task === 'multilabel') return `the labels ${outputs.labels.join(', ')}`;
  return outputs.task;
}
