import { qualityScores, type ScoreName, scoresOfTask } from '../quality-scores.js';
import type { ObjectivesConfig } from '../settings/objectives.js';
import type { HighestError, LowestScore } from '../settings/quality-thresholds.js';
import { snakeCase } from '../settings/spelling.js';
import type { Task, ThresholdDirection } from '../vocabulary.js';

/** The threshold of one score of a model. */
export interface QualityThreshold {
  readonly score: ScoreName;
  /** The side of the threshold on which the score is worse. */
  readonly direction: ThresholdDirection;
  readonly value: number;
}

/** The scores of a reference, as far as it knows them. */
export type ReferenceScores = { readonly [score in ScoreName]?: number };

/**
 * The thresholds of the scores of a task, accuracy first. A relative one replaces the absolute one
 * where the reference knows the score; without either a score has none. A relative threshold of 0 or
 * less of a score between 0 and 1 could never be crossed: then the absolute one is used.
 */
export function qualityThresholds(
  task: Task,
  { accuracyThreshold, accuracyDrop, quality = {} }: ObjectivesConfig,
  ofReference: ReferenceScores = {},
): QualityThreshold[] {
  const given: readonly (readonly [string, Limit])[] = [
    ['accuracy', { below: accuracyThreshold, drop: accuracyDrop }],
    ...Object.entries(quality).map(([name, limit = {}]) => [snakeCase(name), limit] as const),
  ];
  const available = scoresOfTask(task).filter((score) => isCounted(task, score));
  return given.flatMap(([name, limit]) => {
    const score = available.find((candidate) => candidate === name);
    if (score === undefined) return [];
    const value = relativeThreshold(score, limit, ofReference[score]) ?? limit.below ?? limit.above;
    if (value === undefined) return [];
    const direction = qualityScores[score].better === 'lower' ? 'above' : 'below';
    return [{ score, direction, value }];
  });
}

type Limit = LowestScore & HighestError;

function relativeThreshold(
  score: ScoreName,
  { drop, rise }: Limit,
  ofReference: number | undefined,
): number | undefined {
  if (ofReference === undefined) return undefined;
  if (rise !== undefined) return ofReference + rise;
  if (drop === undefined) return undefined;
  const value = ofReference - drop;
  return value > qualityScores[score].low ? value : undefined;
}

/** Whether counters hold what an alert about a score needs: means over classes are not counted. */
function isCounted(task: Task, score: ScoreName): boolean {
  return qualityScores[score].isMean || task === 'binary';
}
