import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKernel } from '../../src/index.js';
import { createNumericProfileCounter, numericProfile } from '../../src/profiles/index.js';

const numbers = fc.array(
  fc.oneof(
    fc.double({ min: -100, max: 100, noNaN: true }),
    fc.integer({ min: -5, max: 5 }),
    fc.constantFrom(Number.NaN, Infinity, -Infinity, -0),
  ),
  { maxLength: 60 },
);

describe.each(['wasm', 'typescript'] as const)('a profile counted in pieces (%s)', (name) => {
  const kernel = createKernel({ implementation: name });

  it('is the profile of the whole', () => {
    fc.assert(
      fc.property(numbers, fc.array(numbers, { maxLength: 5 }), (seen, pieces) => {
        const { grid } = numericProfile(Float64Array.from(seen), { kernel });
        const counter = createNumericProfileCounter({ grid, kernel });
        for (const piece of pieces) counter.count(Float64Array.from(piece));
        const whole = numericProfile(Float64Array.from(pieces.flat()), { grid, kernel });
        const { mean, m2, ...counts } = counter.profile();
        expect(counts).toEqual({
          type: 'numeric',
          count: whole.count,
          missing: whole.missing,
          infinite: whole.infinite,
          min: whole.min,
          max: whole.max,
          grid: whole.grid,
          counts: whole.counts,
        });
        expect(mean).toBeCloseTo(whole.mean, 9);
        expect(m2).toBeCloseTo(whole.m2, 6);
      }),
    );
  });

  it('may be read between pieces, and what was read stays as it was', () => {
    const counter = createNumericProfileCounter({ grid: Float64Array.of(1, 2), kernel });
    counter.count(Float32Array.of(1, 1.5));
    const before = counter.profile();
    counter.count(Float64Array.of(2, Infinity));
    expect(before).toMatchObject({ count: 2, max: 1.5, counts: Float64Array.of(0, 1, 1, 0, 0) });
    expect(counter.profile()).toMatchObject({
      count: 4,
      infinite: 1,
      max: 2,
      counts: Float64Array.of(0, 1, 1, 1, 1),
    });
    counter.reset();
    expect(counter.profile()).toMatchObject({ count: 0, max: null, counts: new Float64Array(5) });
  });

  it('refuses what is not a float array, and a grid out of order', () => {
    const counter = createNumericProfileCounter({ grid: Float64Array.of(1), kernel });
    // @ts-expect-error A plain array is not a float array.
    expect(() => counter.count([1])).toThrow(/NumericProfileCounter\.count\(values\)/);
    expect(() => createNumericProfileCounter({ grid: Float64Array.of(2, 1), kernel })).toThrow(
      /grid/i,
    );
  });
});
