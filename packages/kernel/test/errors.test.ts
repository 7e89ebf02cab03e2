import { describe, expect, test } from 'vitest';
import { KernelError } from '../src/errors.js';

describe('KernelError', () => {
  test.each([
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [null, 'null'],
    [undefined, 'undefined'],
    [12n, '12n'],
    ['text', '"text"'],
    ['x'.repeat(100), `"${'x'.repeat(60)}…"`],
    [new Float32Array(3), 'Float32Array of length 3'],
    [[1, 2], 'Array of length 2'],
    [new DataView(new ArrayBuffer(5)), 'DataView of length 5'],
    [Object.create(null, { a: { value: 1, enumerable: true } }), 'an object with the fields ["a"]'],
    [() => 1, 'a function'],
  ])('says the place, the value %s and the next step', (value, text) => {
    const error = new KernelError('INVALID_ARGUMENT', {
      place: 'f(x)',
      value,
      nextStep: 'pass a number',
    });
    expect(error.message).toBe(`f(x): got ${text}; pass a number`);
    expect(error).toMatchObject({ name: 'KernelError', code: 'INVALID_ARGUMENT', place: 'f(x)' });
    expect(error.value).toBe(value);
  });

  test('keeps its cause', () => {
    const cause = new Error('below');
    const detail = { place: 'f(x)', value: 1, nextStep: 'pass 2', cause };
    expect(new KernelError('OUT_OF_MEMORY', detail).cause).toBe(cause);
  });

  test('is known by name and code, whichever copy of the package made it', () => {
    const detail = { place: 'f(x)', value: 1, nextStep: 'pass 2' };
    const foreign = Object.assign(new Error('f(x)'), { name: 'KernelError', code: 'INVALID_GRID' });
    expect(KernelError.isInstance(new KernelError('INVALID_GRID', detail))).toBe(true);
    expect(KernelError.isInstance(foreign)).toBe(true);
    expect(KernelError.isInstance(Object.assign(new Error('x'), { code: 'INVALID_GRID' }))).toBe(
      false,
    );
    expect(KernelError.isInstance('INVALID_GRID')).toBe(false);
  });
});
