import type { TfjsModel, TfjsTensor, TfjsTensors } from './structural-types.js';

/** A tensor under its name in the model. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: TfjsTensor;
}

/** The names of the inputs of a model in order; empty where it does not tell. */
export function inputNamesOf(model: TfjsModel): readonly string[] {
  return (model.inputNames ?? model.inputNodes ?? []).map(nodeName);
}

/**
 * The names of the outputs that a call gives, in order: those that it asks for, else those of the
 * model; empty where it does not tell.
 *
 * @param requested The second argument of `execute`; undefined asks for all.
 */
export function outputNamesOf(model: TfjsModel, requested?: unknown): readonly string[] {
  const nodes = (model.outputNames ?? model.outputNodes ?? []).map(nodeName);
  const keys: unknown = model.modelStructuredOutputKeys;
  const names = Array.isArray(keys) ? keys.map(String) : nodes;
  if (requested === undefined) return names;
  const wanted: readonly unknown[] = Array.isArray(requested) ? requested : [requested];
  return wanted.map((value) => {
    const node = nodeName(String(value));
    return names[nodes.indexOf(node)] ?? node;
  });
}

/**
 * Tensors with their names: a map has its own, a list those of the model in order.
 *
 * @param kind What they are to the model, for messages.
 * @throws TypeError when a value is not a tensor.
 */
export function nameTensors(
  kind: 'input' | 'output',
  tensors: TfjsTensors,
  names: readonly string[],
): NamedTensor[] {
  if (isTensor(tensors)) return [{ name: names[0] ?? kind, tensor: tensors }];
  const byName: readonly [string, unknown][] = Array.isArray(tensors)
    ? tensors.map((tensor, index) => [names[index] ?? `${kind} ${index}`, tensor])
    : Object.entries(tensors ?? {}).map(([name, tensor]) => [nodeName(name), tensor]);
  return byName.map(([name, tensor]) => {
    if (isTensor(tensor)) return { name, tensor };
    throw new TypeError(
      `${kind} "${name}" is ${tensor === null ? 'null' : typeof tensor} and no tensor; a model takes and gives a tensor, a list of them or a map of them by name`,
    );
  });
}

/** The rows of a call: the first dimension of the first tensor that has one, else 1. */
export function rowsOf(tensors: TfjsTensors): number {
  const values: readonly unknown[] = isTensor(tensors) ? [tensors] : Object.values(tensors ?? {});
  for (const value of values) {
    if (isTensor(value) && value.shape.length > 0) return value.shape[0]!;
  }
  return 1;
}

function isTensor(value: unknown): value is TfjsTensor {
  return typeof value === 'object' && value !== null && 'shape' in value && 'dataSync' in value;
}

/** A name without the number of its output: `distance:0` is `distance`. */
function nodeName(name: string): string {
  return name.replace(/:\d+$/, '');
}
