import { describe, expect, it } from 'vitest';
import { tensorValues } from '../src/tensor-values.js';

const tensor = (type: string, data: unknown) => ({ type, data, dims: [1, 1] });

describe('the values of a tensor', () => {
  it.each<[string, number, number]>([
    ['zero', 0x0000, 0],
    ['minus zero', 0x8000, -0],
    ['one', 0x3c00, 1],
    ['minus two', 0xc000, -2],
    ['the largest', 0x7bff, 65_504],
    ['the smallest normal', 0x0400, 2 ** -14],
    ['the smallest subnormal', 0x0001, 2 ** -24],
    ['a third', 0x3555, 0.333251953125],
    ['infinity', 0x7c00, Number.POSITIVE_INFINITY],
    ['minus infinity', 0xfc00, Number.NEGATIVE_INFINITY],
    ['no number', 0x7e00, Number.NaN],
  ])('of half precision are the numbers that the bits mean: %s', (_name, bits, value) => {
    expect(tensorValues(tensor('float16', Uint16Array.of(bits)))).toEqual(Float32Array.of(value));
  });

  it('of half precision may be numbers already, as newer engines have them', () => {
    expect(tensorValues(tensor('float16', [1.5, -2]))).toEqual(Float32Array.of(1.5, -2));
  });

  it('of other types are the very data', () => {
    const data = BigInt64Array.of(1n);
    expect(tensorValues(tensor('int64', data))).toBe(data);
    const shorts = Uint16Array.of(0x3c00);
    expect(tensorValues(tensor('uint16', shorts))).toBe(shorts);
  });

  it('of packed types are refused with the remedy', () => {
    expect(() => tensorValues(tensor('int4', new Int8Array(1)))).toThrow('cast it to int8');
  });
});
