import type { FeatureConfig } from '@modelmeter/core/settings';
import type { NamedTensor } from './named-tensors.js';
import type { TfjsTensor } from './structural-types.js';

/** An input whose columns are features. */
export interface FeatureTensor {
  readonly names: readonly string[];
  readonly tensor: TfjsTensor;
}

/**
 * Finds the inputs that are features. The same input has the same array of names at every call, so
 * that readers need not look at it again.
 *
 * @param named Names of the columns of an input, by input, where the user gives them.
 * @returns A function that throws a RangeError when names and columns differ in number, or when no
 *   input is a feature.
 */
export function createFeatureColumns(
  features: readonly FeatureConfig[],
  named: Readonly<Record<string, readonly string[]>>,
): (inputs: readonly NamedTensor[]) => FeatureTensor[] {
  const matrix = features.map(({ name }) => name);
  const single = new Map(matrix.map((name) => [name, [name]]));

  return (inputs) => {
    const found: FeatureTensor[] = [];
    // Scalars have no rows: switches, and tables that a graph model adds to the inputs by itself.
    const isOnly =
      inputs.length === 1 || inputs.filter(({ tensor }) => tensor.shape.length > 0).length === 1;
    for (const input of inputs) {
      const names = columnNames(input, isOnly);
      if (names !== undefined) found.push({ names, tensor: input.tensor });
    }
    if (found.length > 0 || inputs.length === 0) return found;
    const given = inputs.map(({ name, tensor }) => `"${name}" (columns: ${columnCount(tensor)})`);
    throw new RangeError(
      `no input is a feature: the model takes ${given.join(', ')} and the monitor has the features ${matrix.join(', ')}; name the columns of an input in options.features`,
    );
  };

  function columnNames(
    { name, tensor }: NamedTensor,
    isOnly: boolean,
  ): readonly string[] | undefined {
    const count = columnCount(tensor);
    const names = named[name] ?? single.get(name);
    if (names === undefined) return isOnly && count === matrix.length ? matrix : undefined;
    if (names.length === count) return names;
    throw new RangeError(
      `input "${name}" has ${count} columns and ${names.length} names (${names.join(', ')}); name one a column in options.features`,
    );
  }
}

/** Values of a row: the product of all dimensions but the first. */
export function columnCount({ shape }: TfjsTensor): number {
  let columns = 1;
  for (let axis = 1; axis < shape.length; axis += 1) columns *= shape[axis]!;
  return columns;
}
