import type { TensorData } from '@modelmeter/core';
import type { OnnxTensor } from './structural-types.js';

/**
 * The values of a tensor as they lie, row-major; half-precision floats as float32, since their
 * data are bit patterns where the engine has no array of them.
 *
 * @throws TypeError for packed types, which hold several values a byte.
 */
export function tensorValues({ type, data }: OnnxTensor): TensorData {
  if (type === 'float16') {
    return data instanceof Uint16Array
      ? Float32Array.from(data, halfToNumber)
      : Float32Array.from(data as ArrayLike<number>);
  }
  if (type === 'int4' || type === 'uint4') {
    throw new TypeError(`a tensor of type ${type} cannot be read; cast it to int8 in the model`);
  }
  return data as TensorData;
}

/** A number from the bits of an IEEE 754 half: 1 sign, 5 exponent, 10 fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
