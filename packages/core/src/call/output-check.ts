import { numberOf, type PredictionBatch } from '../prediction.js';
import type { OutputsConfig } from '../settings/outputs.js';
import type { InvalidOutputReason } from '../vocabulary.js';

/**
 * Reports how many values of the declared output are not usable. It never throws: an output of an
 * unexpected shape is checked value by value as it is.
 */
export type OutputCheck = (
  batch: Pick<PredictionBatch, 'outputs'>,
  found: (reason: InvalidOutputReason, values: number) => void,
) => void;

/**
 * The check of the declared output: numbers must be finite, and the scores of a binary or multilabel
 * model, which are probabilities, must be in [0, 1]. Names of classes and items are not checked.
 *
 * O(values) per call.
 */
export function createOutputCheck(name: string, outputs: OutputsConfig): OutputCheck {
  const isProbability = outputs.task === 'binary' || outputs.task === 'multilabel';
  const hasNames = outputs.task === 'multiclass' || outputs.task === 'ranking';
  return ({ outputs: blocks }, found) => {
    const data = blocks.find((block) => block.name === name)?.data;
    if (data === undefined) return;
    let notFinite = 0;
    let outOfRange = 0;
    for (let index = 0; index < data.length; index += 1) {
      const value = data[index];
      if (hasNames && typeof value !== 'number') continue;
      const number = numberOf(value);
      if (number === undefined || !Number.isFinite(number)) notFinite += 1;
      else if (isProbability && (number < 0 || number > 1)) outOfRange += 1;
    }
    if (notFinite > 0) found('not_finite', notFinite);
    if (outOfRange > 0) found('range', outOfRange);
  };
}
