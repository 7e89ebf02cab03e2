import type { TensorData } from '@modelmeter/core';
import { ExporterError } from '../errors.js';
import { shown } from '../shown.js';
import { halfBits, halfNumber } from './half.js';

/** A datatype of the Open Inference Protocol V2. */
export interface Datatype {
  readonly name: string;
  /** The name of the type in ONNX Runtime. */
  readonly onnx: string;
  /**
   * Converts values of JSON. O(values).
   *
   * @throws ExporterError INPUT_INVALID naming the first value that does not fit.
   */
  readonly fromJson: (values: readonly unknown[], where: (index: number) => string) => TensorData;
  /** Copies little-endian values; undefined where the length is not that of `size` values. */
  readonly fromBytes: (bytes: Buffer, size: number) => TensorData | undefined;
  /** One value of an output as JSON text. */
  readonly toJson: (value: never) => string;
  /** The values of an output, little-endian. */
  readonly toBytes: (data: never) => Buffer;
}

/** An integer that JSON.parse would round; `quoteLargeIntegers` makes it a string. */
const largeInteger = /^-?\d{16,20}$/;

const numberText = (value: number): string => (Number.isFinite(value) ? String(value) : 'null');

interface NumberArray {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): TensorData & ArrayBufferView & { [index: number]: number };
}

interface BigIntArray {
  new (length: number): (BigInt64Array | BigUint64Array) & { [index: number]: bigint };
}

function bytesOf(data: ArrayBufferView): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** The array of `size` values with a copy of the bytes, whose alignment may be any. */
function copyBytes<Data extends ArrayBufferView>(
  make: new (length: number) => Data,
  bytesPerValue: number,
  bytes: Buffer,
  size: number,
): Data | undefined {
  if (bytes.length !== size * bytesPerValue) return undefined;
  const data = new make(size);
  bytesOf(data).set(bytes);
  return data;
}

function floats(
  name: string,
  onnx: string,
  make: NumberArray,
  store: (value: number) => number = (value) => value,
  load: (stored: number) => number = (stored) => stored,
): Datatype {
  return {
    name,
    onnx,
    fromJson(values, where) {
      const data = new make(values.length);
      for (let index = 0; index < values.length; index += 1) {
        const value = values[index];
        if (typeof value === 'number') data[index] = store(value);
        // JSON has no NaN, so clients send a missing floating-point value as null.
        else if (value === null) data[index] = store(Number.NaN);
        else if (typeof value === 'string' && largeInteger.test(value)) {
          data[index] = store(Number(value));
        } else throw unfit(where(index), value, 'a number, or null for a missing value');
      }
      return data;
    },
    fromBytes: (bytes, size) => copyBytes(make, make.BYTES_PER_ELEMENT, bytes, size),
    toJson: (value) => numberText(load(value)),
    toBytes: bytesOf,
  };
}

function integers(
  name: string,
  onnx: string,
  make: NumberArray,
  lowest: number,
  highest: number,
): Datatype {
  return {
    name,
    onnx,
    fromJson(values, where) {
      const data = new make(values.length);
      for (let index = 0; index < values.length; index += 1) {
        const value = values[index];
        if (Number.isInteger(value) && Number(value) >= lowest && Number(value) <= highest) {
          data[index] = value as number;
        } else throw unfit(where(index), value, `a whole number from ${lowest} to ${highest}`);
      }
      return data;
    },
    fromBytes: (bytes, size) => copyBytes(make, make.BYTES_PER_ELEMENT, bytes, size),
    toJson: numberText,
    toBytes: bytesOf,
  };
}

/** Whole numbers of 64 bits; those beyond 2^53 arrive as strings of their digits. */
function bigIntegers(
  name: string,
  onnx: string,
  make: BigIntArray,
  lowest: bigint,
  highest: bigint,
): Datatype {
  const read = (value: unknown): bigint | undefined => {
    if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
    return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined;
  };
  return {
    name,
    onnx,
    fromJson(values, where) {
      const data = new make(values.length);
      for (let index = 0; index < values.length; index += 1) {
        const value = read(values[index]);
        if (value === undefined || value < lowest || value > highest) {
          throw unfit(where(index), values[index], `a whole number from ${lowest} to ${highest}`);
        }
        data[index] = value;
      }
      return data;
    },
    fromBytes: (bytes, size) => copyBytes(make, 8, bytes, size),
    toJson: (value: bigint) => String(value),
    toBytes: bytesOf,
  };
}

const booleans: Datatype = {
  name: 'BOOL',
  onnx: 'bool',
  fromJson: (values, where) =>
    Uint8Array.from(values, (value, index) => {
      if (typeof value === 'boolean') return Number(value);
      throw unfit(where(index), value, 'true or false');
    }),
  fromBytes: (bytes, size) =>
    bytes.length === size ? Uint8Array.from(bytes, (byte) => Number(byte !== 0)) : undefined,
  toJson: (value) => String(Boolean(value)),
  toBytes: bytesOf,
};

const texts: Datatype = {
  name: 'BYTES',
  onnx: 'string',
  fromJson: (values, where) =>
    values.map((value, index) => {
      if (typeof value === 'string') return value;
      throw unfit(where(index), value, 'a string');
    }),
  fromBytes: readTexts,
  toJson: (value: string) => JSON.stringify(value),
  toBytes: (data: readonly string[]) =>
    Buffer.concat(
      data.flatMap((text) => {
        const length = Buffer.alloc(4);
        const bytes = Buffer.from(text);
        length.writeUInt32LE(bytes.length);
        return [length, bytes];
      }),
    ),
};

/** Each value is its length in four bytes, and its bytes. */
function readTexts(bytes: Buffer, size: number): string[] | undefined {
  if (bytes.length < 4 * size) return undefined;
  const values: string[] = [];
  let position = 0;
  for (let index = 0; index < size; index += 1) {
    if (position + 4 > bytes.length) return undefined;
    const end = position + 4 + bytes.readUInt32LE(position);
    if (end > bytes.length) return undefined;
    values.push(bytes.toString('utf8', position + 4, end));
    position = end;
  }
  return position === bytes.length ? values : undefined;
}

const datatypes: readonly Datatype[] = [
  floats('FP16', 'float16', Uint16Array, halfBits, halfNumber),
  floats('FP32', 'float32', Float32Array),
  floats('FP64', 'float64', Float64Array),
  integers('INT8', 'int8', Int8Array, -128, 127),
  integers('UINT8', 'uint8', Uint8Array, 0, 255),
  integers('INT16', 'int16', Int16Array, -32_768, 32_767),
  integers('UINT16', 'uint16', Uint16Array, 0, 65_535),
  integers('INT32', 'int32', Int32Array, -(2 ** 31), 2 ** 31 - 1),
  integers('UINT32', 'uint32', Uint32Array, 0, 2 ** 32 - 1),
  bigIntegers('INT64', 'int64', BigInt64Array, -(2n ** 63n), 2n ** 63n - 1n),
  bigIntegers('UINT64', 'uint64', BigUint64Array, 0n, 2n ** 64n - 1n),
  booleans,
  texts,
];

/** The datatypes by their name in the protocol. */
export const datatypeByName: ReadonlyMap<string, Datatype> = new Map(
  datatypes.map((datatype) => [datatype.name, datatype]),
);

/** The datatypes by the name of their type in ONNX Runtime. */
export const datatypeByOnnx: ReadonlyMap<string, Datatype> = new Map(
  datatypes.map((datatype) => [datatype.onnx, datatype]),
);

/** Converts a type of ONNX Runtime to that of the protocol: `float32` is `FP32`. */
export function datatypeName(onnxType: string): string {
  return datatypeByOnnx.get(onnxType)?.name ?? onnxType.toUpperCase();
}

function unfit(where: string, value: unknown, expected: string): ExporterError {
  return new ExporterError('INPUT_INVALID', `${where} is ${shown(value)}; it must be ${expected}.`);
}
