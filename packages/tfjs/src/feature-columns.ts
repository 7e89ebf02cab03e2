import type { FeatureBlock } from '@modelmeter/core';
import type { NamedTensor } from './named-tensors.js';
import type { TfjsTensor } from './structural-types.js';

/** An input whose columns are features. */
export interface FeatureTensor {
  readonly names: FeatureBlock['names'];
  readonly tensor: TfjsTensor;
}

/**
 * The inputs that are features, with the names of their columns.
 *
 * @param features Names of the declared features.
 * @param columns Names of the columns of an input, by input, where the user gives them.
 * @throws RangeError when names and columns differ in number, or no input is a feature.
 */
export function featureColumns(
  inputs: readonly NamedTensor[],
  features: readonly string[],
  columns: Readonly<Record<string, readonly string[]>>,
): FeatureTensor[] {
  const found = inputs.flatMap(({ name, tensor }) => {
    const names = columnNames(name, columnCount(tensor), inputs.length === 1, features, columns);
    return names === undefined ? [] : [{ names, tensor }];
  });
  if (found.length > 0 || inputs.length === 0) return found;
  const given = inputs.map(({ name, tensor }) => `"${name}" (columns: ${columnCount(tensor)})`);
  throw new RangeError(
    `no input is a feature: the model takes ${given.join(', ')} and the monitor has the features ${features.join(', ')}; name the columns of an input in options.features`,
  );
}

/** Values of a row: the product of all dimensions but the first. */
export function columnCount({ shape }: TfjsTensor): number {
  let columns = 1;
  for (let axis = 1; axis < shape.length; axis += 1) columns *= shape[axis]!;
  return columns;
}

function columnNames(
  input: string,
  count: number,
  isOnly: boolean,
  features: readonly string[],
  columns: Readonly<Record<string, readonly string[]>>,
): readonly string[] | undefined {
  const named = columns[input] ?? (features.includes(input) ? [input] : undefined);
  if (named === undefined) return isOnly && count === features.length ? features : undefined;
  if (named.length === count) return named;
  throw new RangeError(
    `input "${input}" has ${count} columns and ${named.length} names (${named.join(', ')}); name one a column in options.features`,
  );
}
