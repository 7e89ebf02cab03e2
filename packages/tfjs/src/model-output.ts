import { type CallMonitor, outputNameOf } from '@modelmeter/core/adapter';
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
