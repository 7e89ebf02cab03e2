import { type OutputBlock, outputValues } from '../prediction.js';
import { type OutputsConfig, outputNameOf } from '../settings/outputs.js';

/** The block of the declared output; undefined if the batch lacks it. */
export function outputBlock(
  outputs: OutputsConfig,
  blocks: readonly OutputBlock[],
): OutputBlock | undefined {
  const name = outputNameOf(outputs);
  return blocks.find((output) => output.name === name);
}

/** One number per row of the declared output; undefined if the batch lacks that output. */
export function outputNumbers(
  outputs: OutputsConfig,
  blocks: readonly OutputBlock[],
  rows: number,
  read: (value: unknown) => number,
): Float64Array | undefined {
  const block = outputBlock(outputs, blocks);
  const values = block && outputValues(block.data, rows, outputs);
  if (values === undefined) return undefined;
  const numbers = new Float64Array(values.length);
  for (let row = 0; row < values.length; row += 1) numbers[row] = read(values[row]);
  return numbers;
}
