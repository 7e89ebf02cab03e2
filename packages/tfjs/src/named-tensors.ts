import type { NamedInput } from '@modelmeter/core/adapter';
import type { TfjsModel, TfjsTensor, TfjsTensors } from './structural-types.js';

/** A tensor and its name in the model. */
export type NamedTensor = NamedInput<TfjsTensor>;

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
  return namedValues(kind, tensors, names).map(([name, tensor]) => {
    if (isTensor(tensor)) return { name, tensor };
    throw new TypeError(
      `${kind} "${name}" is ${tensor === null ? 'null' : typeof tensor}, not a tensor; a model takes and returns a tensor, a list of them or a map of them by name`,
    );
  });
}

/** As `nameTensors`, for inputs that may hold something else, which is left out. */
export function inputTensorsAmong(inputs: TfjsTensors, names: readonly string[]): NamedTensor[] {
  return namedValues('input', inputs, names).flatMap(([name, tensor]) =>
    isTensor(tensor) ? [{ name, tensor }] : [],
  );
}

/** Whether every input is a tensor that was not disposed. */
export function allAreTensors(inputs: TfjsTensors): boolean {
  return namedValues('input', inputs, []).every(
    ([, tensor]) => isTensor(tensor) && tensor.isDisposed !== true,
  );
}

function namedValues(
  kind: 'input' | 'output',
  tensors: TfjsTensors,
  names: readonly string[],
): readonly [string, unknown][] {
  if (isTensor(tensors)) return [[names[0] ?? kind, tensors]];
  return Array.isArray(tensors)
    ? tensors.map((tensor, index) => [names[index] ?? `${kind} ${index}`, tensor])
    : Object.entries(tensors ?? {}).map(([name, tensor]) => [nodeName(name), tensor]);
}

function isTensor(value: unknown): value is TfjsTensor {
  return typeof value === 'object' && value !== null && 'shape' in value && 'dataSync' in value;
}

/** A name without the number of its output: `distance:0` is `distance`. */
function nodeName(name: string): string {
  return name.replace(/:\d+$/, '');
}
