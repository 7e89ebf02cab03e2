import { columnFeatures, embeddingFeatures, type FeatureConfig } from '../settings/features.js';

/** An input of a model: its name and a tensor in the type of the runtime. */
export interface NamedInput<Tensor> {
  readonly name: string;
  readonly tensor: Tensor;
}

/** An input whose columns are features. */
export interface FeatureInput<Tensor> {
  readonly names: readonly string[];
  /** Values per vector, where the input is an embedding. */
  readonly dimension?: number;
  readonly tensor: Tensor;
}

/** Finds the features among the input tensors of a model. */
export interface FeatureInputs<Tensor> {
  /**
   * The inputs that hold features. The names of an input are the same array at every call, so that
   * readers can cache by it.
   *
   * @throws RangeError when the number of columns and of names differ, or no input holds features.
   */
  find(inputs: readonly NamedInput<Tensor>[]): FeatureInput<Tensor>[];
  /**
   * The rows of a call: the first dimension of the first input that holds features. Without one,
   * that of the first input that has a dimension; 1 if none has. Never throws.
   */
  rows(inputs: readonly NamedInput<Tensor>[]): number;
}

/**
 * Finds features by one rule for all tensor runtimes. An input holds features
 * - when `named` gives the names of its columns;
 * - when it has the name of a feature and one column;
 * - when no other input has a dimension, and it has one column per feature, in their order.
 * An embedding is an input of its own, with as many columns as its vectors have values.
 *
 * The first dimension of a tensor is its number of rows, the product of the others its number of
 * columns. A scalar is one row and does not hold features unless it is named, since models use
 * scalars as switches.
 *
 * @param named Names of the columns of an input, by input.
 * @param shapeOf The dimensions of a tensor.
 */
export function createFeatureInputs<Tensor>(
  features: readonly FeatureConfig[],
  named: Readonly<Record<string, readonly string[]>>,
  shapeOf: (tensor: Tensor) => readonly number[],
): FeatureInputs<Tensor> {
  const columns = columnFeatures(features);
  const embeddings = embeddingFeatures(features);
  const dimensionOf = new Map(embeddings.map(({ name, dimension }) => [name, dimension]));
  // A model of one embedding and nothing else has it as its only input.
  const matrix = (columns.length === 0 && embeddings.length === 1 ? embeddings : columns).map(
    ({ name }) => name,
  );
  const single = new Map(features.map(({ name }) => [name, [name]]));

  function dimensionOfNames([name, ...others]: readonly string[]): number | undefined {
    return name === undefined || others.length > 0 ? undefined : dimensionOf.get(name);
  }

  /** The columns of an input with these names. */
  function widthOf(names: readonly string[]): number {
    return dimensionOfNames(names) ?? names.length;
  }

  /** Whether at most one input has a dimension, so that there is only one to choose from. */
  function hasOneCandidate(inputs: readonly NamedInput<Tensor>[]): boolean {
    let candidates = 0;
    for (const { tensor } of inputs) if (shapeOf(tensor).length > 0) candidates += 1;
    return candidates <= 1;
  }

  /** The names of the columns of an input, whatever their number; undefined for other inputs. */
  function namesOf(
    { name, tensor }: NamedInput<Tensor>,
    isOnlyCandidate: boolean,
  ): readonly string[] | undefined {
    const names = named[name] ?? single.get(name);
    if (names !== undefined) return names;
    return isOnlyCandidate && columnCount(shapeOf(tensor)) === widthOf(matrix) ? matrix : undefined;
  }

  return {
    find(inputs) {
      const isOnlyCandidate = hasOneCandidate(inputs);
      const found: FeatureInput<Tensor>[] = [];
      for (const input of inputs) {
        const names = namesOf(input, isOnlyCandidate);
        if (names === undefined) continue;
        const width = columnCount(shapeOf(input.tensor));
        const dimension = dimensionOfNames(names);
        if (widthOf(names) !== width) {
          throw wrongColumns(input.name, width, names, dimension);
        }
        const { tensor } = input;
        found.push(dimension === undefined ? { names, tensor } : { names, dimension, tensor });
      }
      if (found.length > 0 || inputs.length === 0 || features.length === 0) return found;
      const given = inputs.map(
        ({ name, tensor }) => `"${name}" (columns: ${columnCount(shapeOf(tensor))})`,
      );
      throw new RangeError(
        `No input holds features. The inputs are ${given.join(', ')}; the features of the monitor are ${features.map(({ name }) => name).join(', ')}. Name the columns of an input in options.features.`,
      );
    },
    rows(inputs) {
      const isOnlyCandidate = hasOneCandidate(inputs);
      const input =
        inputs.find((candidate) => namesOf(candidate, isOnlyCandidate) !== undefined) ??
        inputs.find(({ tensor }) => shapeOf(tensor).length > 0);
      return input === undefined ? 1 : (shapeOf(input.tensor)[0] ?? 1);
    },
  };
}

/** Values per row: the product of all dimensions but the first. */
function columnCount(shape: readonly number[]): number {
  let columns = 1;
  for (let axis = 1; axis < shape.length; axis += 1) columns *= shape[axis]!;
  return columns;
}

function wrongColumns(
  input: string,
  columns: number,
  names: readonly string[],
  dimension: number | undefined,
): RangeError {
  if (dimension !== undefined) {
    return new RangeError(
      `Input "${input}" has ${columns} columns and the embedding "${names[0]}" has ${dimension} values per vector. Correct its dimension.`,
    );
  }
  return new RangeError(
    `Input "${input}" has ${columns} columns and ${names.length} names (${names.join(', ')}). Give one name per column in options.features.`,
  );
}
