import type { ObjectivesConfig } from '../settings/objectives.js';
import type { OutputsConfig } from '../settings/outputs.js';
import { type ThresholdScore, thresholdScores } from '../vocabulary.js';

/** The threshold of one score of a model. */
export interface QualityThreshold {
  readonly score: ThresholdScore;
  /** The side of the threshold on which the score is worse. */
  readonly direction: (typeof thresholdScores)[ThresholdScore];
  readonly value: number;
}

/**
 * The thresholds of the scores that a model has.
 *
 * @param referenceAccuracy Accuracy of the reference, from which `accuracyDrop` is subtracted;
 * without it, `accuracyThreshold` is used.
 */
export function qualityThresholds(
  { task }: Pick<OutputsConfig, 'task'>,
  { accuracyThreshold, accuracyDrop, quality = {} }: ObjectivesConfig,
  referenceAccuracy?: number,
): QualityThreshold[] {
  const lowestAccuracy =
    accuracyDrop === undefined || referenceAccuracy === undefined
      ? accuracyThreshold
      : referenceAccuracy - accuracyDrop;
  const given: readonly (readonly [ThresholdScore, number | undefined])[] =
    task === 'regression'
      ? [['mean_absolute_error', quality.meanAbsoluteError?.above]]
      : [
          // An accuracy cannot be below 0; such a threshold would never be crossed.
          ['accuracy', lowestAccuracy > 0 ? lowestAccuracy : accuracyThreshold],
          ...(task === 'binary'
            ? ([
                ['precision', quality.precision?.below],
                ['recall', quality.recall?.below],
                ['f1', quality.f1?.below],
              ] as const)
            : []),
        ];
  return given.flatMap(([score, value]) =>
    value === undefined ? [] : [{ score, direction: thresholdScores[score], value }],
  );
}
