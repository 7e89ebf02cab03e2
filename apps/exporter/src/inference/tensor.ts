import type { TensorData } from '@modelmeter/core';
import { ExporterError } from '../errors.js';
import { shown } from '../shown.js';
import { type Datatype, datatypeByName, datatypeByOnnx } from './datatypes.js';

/** A tensor of an inference request, with its data in the array type that ONNX Runtime takes. */
export interface RequestTensor {
  readonly type: string;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** An input of a request: values of JSON, or bytes that follow the JSON. */
export interface RequestInput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly data: readonly unknown[] | Buffer;
}

/** An output of ONNX Runtime. */
export interface OutputTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayLike<unknown>;
}

/** Dimensions of a tensor at most. */
export const maximumRank = 16;

/**
 * Reads one input of a request and checks its data against its shape and datatype, before anything is
 * allocated. O(values).
 *
 * @throws ExporterError INPUT_INVALID naming the input, the index and the value.
 */
export function readTensor({ name, shape, datatype: type, data }: RequestInput): RequestTensor {
  const datatype = datatypeByName.get(type);
  if (datatype === undefined) {
    throw invalid(
      `Input "${name}" has datatype ${shown(type)}; it must be one of ${[...datatypeByName.keys()].join(', ')}.`,
    );
  }
  if (shape.some((length) => length === 0)) {
    throw invalid(
      `Input "${name}" has the shape [${shape.join(', ')}], which holds no value. Send at least one row.`,
    );
  }
  const size = shape.reduce((product, length) => product * length, 1);
  return {
    type: datatype.onnx,
    shape,
    data: Buffer.isBuffer(data)
      ? readBytes(datatype, name, shape, data, size)
      : readJson(datatype, name, shape, data, size),
  };
}

function readJson(
  datatype: Datatype,
  name: string,
  shape: readonly number[],
  data: readonly unknown[],
  size: number,
): TensorData {
  const values = Array.isArray(data[0]) ? flatten(data, shape.length) : data;
  if (values.length !== size) {
    throw invalid(
      `Input "${name}" has ${values.length} values, but its shape [${shape.join(', ')}] holds ${size}.`,
    );
  }
  return datatype.fromJson(values, (index) => `Input "${name}", value ${index},`);
}

function readBytes(
  datatype: Datatype,
  name: string,
  shape: readonly number[],
  bytes: Buffer,
  size: number,
): TensorData {
  const data = datatype.fromBytes(bytes, size);
  if (data !== undefined) return data;
  throw invalid(
    `Input "${name}" has ${bytes.length} bytes, which are not ${size} values of ${datatype.name}, as its shape [${shape.join(', ')}] says.`,
  );
}

/** The values of nested arrays; an array that is nested deeper than the shape stays a value. */
function flatten(data: readonly unknown[], rank: number): readonly unknown[] {
  let values = data;
  for (let level = 1; level < rank && values.some(Array.isArray); level += 1) {
    values = values.flat();
  }
  return values;
}

/** Whether a shape fits a declared one, whose names are dimensions of any length. */
export function fitsShape(
  shape: readonly number[],
  declared: readonly (number | string)[],
): boolean {
  // ONNX Runtime describes a shape that the model leaves open as empty.
  if (declared.length === 0) return true;
  return (
    shape.length === declared.length &&
    declared.every((length, index) => {
      return typeof length === 'string' || length < 0 || length === shape[index];
    })
  );
}

/** An output as JSON text; integers have all their digits. O(values). */
export function tensorJson(name: string, tensor: OutputTensor): string {
  const { toJson } = datatypeOf(tensor);
  const values = Array.from(storedData(tensor), (value) => toJson(value as never));
  return `${JSON.stringify(describeOutput(name, tensor)).slice(0, -1)},"data":[${values.join(',')}]}`;
}

/** The values of an output, little-endian and row-major. O(values). */
export function tensorBytes(tensor: OutputTensor): Buffer {
  return datatypeOf(tensor).toBytes(storedData(tensor) as never);
}

/** Name, shape and datatype of an output. */
export function describeOutput(
  name: string,
  { type, dims }: OutputTensor,
): { readonly name: string; readonly shape: readonly number[]; readonly datatype: string } {
  return { name, shape: dims, datatype: datatypeOf({ type }).name };
}

function datatypeOf({ type }: Pick<OutputTensor, 'type'>): Datatype {
  const datatype = datatypeByOnnx.get(type);
  if (datatype !== undefined) return datatype;
  throw new ExporterError(
    'INFERENCE_FAILED',
    `The model has an output of type ${type}, which the protocol cannot carry. Cast it in the model.`,
  );
}

/** The data as they are stored: half-precision numbers are bits, also where the engine has an array of them. */
function storedData({ type, data }: OutputTensor): ArrayLike<unknown> {
  if (type !== 'float16' || data instanceof Uint16Array || !ArrayBuffer.isView(data)) return data;
  return new Uint16Array(data.buffer, data.byteOffset, data.length);
}

function invalid(message: string): ExporterError {
  return new ExporterError('INPUT_INVALID', message);
}
