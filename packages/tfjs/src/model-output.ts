import { type CallMonitor, outputNameOf, type TensorData } from '@modelmeter/core';
import { columnCount } from './feature-columns.js';
import type { NamedTensor } from './named-tensors.js';
import type { TfjsTensor } from './structural-types.js';

/**
 * The output that the monitor reads: the one of its name, or the only one of the model.
 *
 * @param modelOutputs Names of the outputs of the model, of which a call may give others.
 * @throws RangeError when neither is there.
 */
export function monitoredOutput(
  given: readonly NamedTensor[],
  modelOutputs: readonly string[],
  outputs: CallMonitor['outputs'],
): TfjsTensor {
  const name = outputNameOf(outputs);
  const named = given.find((output) => output.name === name);
  if (named !== undefined) return named.tensor;
  const [only] = given;
  if (given.length === 1 && modelOutputs.length <= 1) {
    if (only!.name === (modelOutputs[0] ?? only!.name)) return only!.tensor;
  }
  throw new RangeError(
    `the call gave the outputs ${given.map((output) => output.name).join(', ')} and the monitor reads "${name}"; put the name of one of them into the outputs of the monitor, and fetch others from the bare model`,
  );
}

/**
 * The values of an output as a monitor takes them: of one score a class the class that has the
 * highest, the values themselves otherwise.
 *
 * @throws RangeError when there are several columns and not one a class.
 */
export function outputValues(
  values: TensorData,
  tensor: TfjsTensor,
  outputs: CallMonitor['outputs'],
): TensorData {
  const columns = columnCount(tensor);
  if (outputs.task !== 'multiclass' || columns === 1) return values;
  const { classes } = outputs;
  if (columns !== classes.length) {
    throw new RangeError(
      `the output "${outputs.class}" has ${columns} scores a row and outputs.classes has ${classes.length} names; name one a score, in their order`,
    );
  }
  const rows = values.length / columns;
  return Array.from({ length: rows }, (_, row) => {
    let best = 0;
    for (let column = 1; column < columns; column += 1) {
      if (Number(values[row * columns + column]) > Number(values[row * columns + best])) {
        best = column;
      }
    }
    return classes[best]!;
  });
}
