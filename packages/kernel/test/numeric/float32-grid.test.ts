import { describe, expect, it } from 'vitest';
import { isFloat32Grid } from '../../src/index.js';

describe('a float32 grid', () => {
  it.each([
    ['of float32 decimals', Float32Array.of(0, 0.1, 9.99), true],
    ['of float32 thirds', Float32Array.of(1 / 3, 2 / 3, 1), true],
    ['of decimals in double precision', [0, 0.1, 9.99], false],
    ['with one double among float32', [Math.fround(0.1), 0.2], false],
    ['of whole numbers', [0, 1, 2, 16_777_216], false],
    ['of whole numbers beyond 2^24', [16_777_217, 33_554_432], false],
    ['of halves and quarters', [-0.5, 0.25, 2.75], false],
    ['of no point', [], false],
  ])('%s: %s', (_, points, expected) => {
    expect(isFloat32Grid(Float64Array.from(points))).toBe(expected);
  });
});
