import { qualityScores, type ScoreName, scoresOfTask } from '../quality-scores.js';
import type { ObjectivesConfig } from '../settings/objectives.js';
import { snakeCase } from '../settings/spelling.js';
import type { Task, ThresholdDirection } from '../vocabulary.js';

/** The threshold of one score of a model. */
export interface QualityThreshold {
  readonly score: ScoreName;
  /** The side of the threshold on which the score is worse. */
  readonly direction: ThresholdDirection;
  readonly value: number;
}

/**
 * The thresholds of the scores of a task, accuracy first.
 *
 * @param referenceAccuracy Accuracy of the reference, from which `accuracyDrop` is subtracted. Where
 * it is not known, or not above the drop, `accuracyThreshold` is used.
 */
export function qualityThresholds(
  task: Task,
  { accuracyThreshold, accuracyDrop, quality = {} }: ObjectivesConfig,
  referenceAccuracy?: number,
): QualityThreshold[] {
  const relative = (referenceAccuracy ?? 0) - (accuracyDrop ?? Number.POSITIVE_INFINITY);
  const given: readonly (readonly [string, number | undefined])[] = [
    ['accuracy', relative > 0 ? relative : accuracyThreshold],
    ...Object.entries(quality).map(([name, limit]) => {
      const { below, above } = { below: undefined, above: undefined, ...limit };
      return [snakeCase(name), below ?? above] as const;
    }),
  ];
  const available = scoresOfTask(task).filter((score) => isCounted(task, score));
  return given.flatMap(([name, value]) => {
    const score = available.find((candidate) => candidate === name);
    if (score === undefined || value === undefined) return [];
    const direction = qualityScores[score].better === 'lower' ? 'above' : 'below';
    return [{ score, direction, value }];
  });
}

/** Whether counters hold what an alert about a score needs: means over classes are not counted. */
function isCounted(task: Task, score: ScoreName): boolean {
  return qualityScores[score].isMean || task === 'binary';
}
