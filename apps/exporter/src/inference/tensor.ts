import type { TensorData } from '@modelmeter/core';
import { ExporterError } from '../errors.js';

/** A tensor of an inference request, with its data in the array type that ONNX Runtime takes. */
export interface RequestTensor {
  readonly type: string;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

interface Datatype {
  /** The name of the type in ONNX Runtime. */
  readonly onnx: string;
  readonly make: (values: readonly unknown[], where: (index: number) => string) => TensorData;
}

function numbers<Data extends TensorData>(
  make: (values: readonly number[]) => Data,
  range?: readonly [number, number],
): Datatype['make'] {
  return (values, where) => {
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index];
      if (value === null && range === undefined) continue;
      const fits =
        typeof value === 'number' &&
        (range === undefined ||
          (Number.isInteger(value) && value >= range[0] && value <= range[1]));
      if (!fits) {
        throw invalid(
          `${where(index)} is ${show(value)}; it must be ${range === undefined ? 'a number, or null for a missing value' : `a whole number from ${range[0]} to ${range[1]}`}.`,
        );
      }
    }
    // JSON has no NaN, so clients send a missing floating-point value as null.
    return make(values.map((value) => (value === null ? Number.NaN : (value as number))));
  };
}

/** Whole numbers of 64 bits; above 2^53 as text, since a number in JSON loses digits there. */
function bigIntegers<Data extends TensorData>(
  make: (values: readonly bigint[]) => Data,
  [lowest, highest]: readonly [bigint, bigint],
): Datatype['make'] {
  const read = (value: unknown): bigint | undefined => {
    if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
    return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined;
  };
  return (values, where) =>
    make(
      values.map((value, index) => {
        const integer = read(value);
        if (integer !== undefined && integer >= lowest && integer <= highest) return integer;
        throw invalid(
          `${where(index)} is ${show(value)}; it must be a whole number from ${lowest} to ${highest}, above 2^53 as a string of its digits.`,
        );
      }),
    );
}

/** The datatypes of the Open Inference Protocol V2. */
const datatypes: Readonly<Record<string, Datatype>> = {
  FP32: { onnx: 'float32', make: numbers((values) => Float32Array.from(values)) },
  FP64: { onnx: 'float64', make: numbers((values) => Float64Array.from(values)) },
  INT8: { onnx: 'int8', make: numbers((values) => Int8Array.from(values), [-128, 127]) },
  UINT8: { onnx: 'uint8', make: numbers((values) => Uint8Array.from(values), [0, 255]) },
  INT16: { onnx: 'int16', make: numbers((values) => Int16Array.from(values), [-32768, 32767]) },
  UINT16: { onnx: 'uint16', make: numbers((values) => Uint16Array.from(values), [0, 65535]) },
  INT32: {
    onnx: 'int32',
    make: numbers((values) => Int32Array.from(values), [-(2 ** 31), 2 ** 31 - 1]),
  },
  UINT32: {
    onnx: 'uint32',
    make: numbers((values) => Uint32Array.from(values), [0, 2 ** 32 - 1]),
  },
  INT64: {
    onnx: 'int64',
    make: bigIntegers((values) => BigInt64Array.from(values), [-(2n ** 63n), 2n ** 63n - 1n]),
  },
  UINT64: {
    onnx: 'uint64',
    make: bigIntegers((values) => BigUint64Array.from(values), [0n, 2n ** 64n - 1n]),
  },
  BOOL: {
    onnx: 'bool',
    make: (values, where) =>
      Uint8Array.from(values, (value, index) => {
        if (typeof value === 'boolean') return Number(value);
        throw invalid(`${where(index)} is ${show(value)}; it must be true or false.`);
      }),
  },
  BYTES: {
    onnx: 'string',
    make: (values, where) =>
      values.map((value, index) => {
        if (typeof value === 'string') return value;
        throw invalid(`${where(index)} is ${show(value)}; it must be a string.`);
      }),
  },
};

export const datatypeNames: readonly string[] = Object.keys(datatypes);

const datatypeOfOnnx = new Map(
  Object.entries(datatypes).map(([datatype, { onnx }]) => [onnx, datatype]),
);

/** Converts a type of ONNX Runtime to that of the protocol: `float32` is `FP32`. */
export function datatypeName(onnxType: string): string {
  return datatypeOfOnnx.get(onnxType) ?? onnxType.toUpperCase();
}

/**
 * Reads one input of a request and checks its data against its shape and datatype. O(values).
 *
 * @throws ExporterError INPUT_INVALID naming the input, the index and the value.
 */
export function readTensor(input: {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly data: readonly unknown[];
}): RequestTensor {
  const datatype = datatypes[input.datatype];
  if (datatype === undefined) {
    throw invalid(
      `Input "${input.name}" has datatype ${show(input.datatype)}; it must be one of ${datatypeNames.join(', ')}.`,
    );
  }
  const values = Array.isArray(input.data[0]) ? input.data.flat(Infinity) : input.data;
  const size = input.shape.reduce((product, length) => product * length, 1);
  if (values.length !== size) {
    throw invalid(
      `Input "${input.name}" has ${values.length} values, but its shape [${input.shape.join(', ')}] holds ${size}.`,
    );
  }
  const where = (index: number): string => `Input "${input.name}", value ${index},`;
  return { type: datatype.onnx, shape: input.shape, data: datatype.make(values, where) };
}

/** Converts an output of ONNX Runtime to the Open Inference Protocol V2. O(values). */
export function writeTensor(
  name: string,
  tensor: {
    readonly type: string;
    readonly dims: readonly number[];
    readonly data: ArrayLike<unknown>;
  },
): { name: string; shape: number[]; datatype: string; data: unknown[] } {
  return {
    name,
    shape: [...tensor.dims],
    datatype: datatypeName(tensor.type),
    data: Array.from(tensor.data, (value) => toJson(value, tensor.type)),
  };
}

function toJson(value: unknown, type: string): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (type === 'bool') return Boolean(value);
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'missing';
}

function invalid(message: string): ExporterError {
  return new ExporterError('INPUT_INVALID', message);
}
