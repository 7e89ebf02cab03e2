import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createValueSketch, type ValueSketch } from '../../src/profiles/sketches/value-sketch.js';
import { valueSketchFromJson } from '../../src/profiles/sketches/value-sketch-json.js';
import { codeOf } from '../kernel/kernels.js';

const magnitude = fc.double({ min: -13, max: 20, noNaN: true }).map((power) => Math.exp(power));
const inRange = fc.oneof(
  { weight: 6, arbitrary: magnitude },
  { weight: 3, arbitrary: magnitude.map((value) => -value) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, 1e9, 1e-6, -1e9) },
);
const anything = fc.oneof(inRange, fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity));
const lists = (value: fc.Arbitrary<number>) => fc.array(value, { maxLength: 200 });

function sketchOf(values: readonly number[]): ValueSketch {
  const sketch = createValueSketch();
  sketch.recordAll(Float64Array.from(values));
  return sketch;
}

const probabilities = [0, 0.01, 0.5, 0.9, 0.99, 1];

describe('createValueSketch', () => {
  test('quantiles are within 0.4 % of those of the sorted values', () => {
    fc.assert(
      fc.property(fc.array(inRange, { minLength: 1, maxLength: 200 }), (values) => {
        const sketch = sketchOf(values);
        const sorted = Float64Array.from(values).sort();
        for (const probability of probabilities) {
          const rank = Math.max(1, Math.ceil(probability * sorted.length));
          const exact = sorted[rank - 1]!;
          const error = Math.abs(sketch.quantile(probability) - exact);
          expect(error).toBeLessThanOrEqual(Math.max(1e-6, 0.004 * Math.abs(exact)));
        }
      }),
    );
  });

  test('extremes are exact, and nothing is NaN, whatever comes in', () => {
    fc.assert(
      fc.property(lists(anything), (values) => {
        const sketch = sketchOf(values);
        const present = values.filter((value) => !Number.isNaN(value));
        const { count, missing, min, max } = sketch.summary();
        expect(count).toBe(present.length);
        expect(missing).toBe(values.length - present.length);
        expect(min).toBe(Math.min(Infinity, ...present.map((value) => value + 0)));
        expect(max).toBe(Math.max(-Infinity, ...present.map((value) => value + 0)));
        const quantiles = probabilities.map((probability) => sketch.quantile(probability));
        expect(quantiles.some(Number.isNaN)).toBe(false);
        expect(quantiles.every((value, i) => i === 0 || value >= quantiles[i - 1]!)).toBe(true);
      }),
    );
  });

  test('merged sketches, in any order, are the sketch of all values', () => {
    fc.assert(
      fc.property(lists(anything), lists(anything), (a, b) => {
        const all = sketchOf([...a, ...b]).toJson();
        const merged = sketchOf(a);
        merged.merge(sketchOf(b));
        expect(merged.toJson()).toEqual(all);
        const turned = sketchOf(b.toReversed());
        turned.merge(sketchOf(a.toReversed()));
        expect(turned.toJson()).toEqual(all);
      }),
    );
  });

  test('JSON and back is the same sketch', () => {
    fc.assert(
      fc.property(lists(anything), (values) => {
        const json = sketchOf(values).toJson();
        const parsed: unknown = JSON.parse(JSON.stringify(json));
        expect(valueSketchFromJson(parsed, 'sketch').toJson()).toEqual(json);
      }),
    );
  });

  test('counts beyond 2^32 in one bucket', () => {
    const sketch = createValueSketch();
    for (let part = 0; part < 5; part += 1) {
      sketch.record(2, 2 ** 31);
      sketch.record(-3, 2 ** 31);
    }
    sketch.record(100);
    expect(sketch.summary().count).toBe(10 * 2 ** 31 + 1);
    expect(sketch.quantile(0.75)).toBeCloseTo(2, 1);
    expect(sketch.quantile(0.25)).toBeCloseTo(-3, 1);
    expect(sketch.quantile(1)).toBe(100);
    const copy = createValueSketch();
    copy.merge(sketch);
    expect(copy.toJson()).toEqual(sketch.toJson());
  });

  test('an empty sketch, one value, infinities and missing values', () => {
    const empty = createValueSketch();
    expect(empty.quantile(0.5)).toBe(0);
    expect(empty.summary()).toEqual({
      count: 0,
      missing: 0,
      clamped: 0,
      min: Infinity,
      max: -Infinity,
    });
    expect(sketchOf([0.123]).quantile(0.5)).toBe(0.123);
    expect(sketchOf([Number.NaN]).summary()).toMatchObject({ count: 0, missing: 1 });
    const infinite = sketchOf([-Infinity, 1, Infinity, Infinity]);
    expect(infinite.quantile(0)).toBe(-Infinity);
    expect(infinite.quantile(0.5)).toBe(bucketed(1));
    expect(infinite.quantile(0.75)).toBe(Infinity);
  });

  test('values outside the range are clamped to it and counted as clamped', () => {
    const sketch = createValueSketch({ minimum: 0.01, maximum: 100 });
    for (const value of [1e-9, -1e-9, 1e6, -1e6, 50]) sketch.record(value);
    expect(sketch.summary()).toEqual({ count: 5, missing: 0, clamped: 2, min: -1e6, max: 1e6 });
    expect(sketch.quantile(0.5)).toBe(0);
    expect(sketch.quantile(1)).toBeLessThan(101);
    sketch.reset();
    expect(sketch.toJson()).toEqual(createValueSketch({ minimum: 0.01, maximum: 100 }).toJson());
  });

  test('a count of nothing changes nothing', () => {
    const sketch = createValueSketch();
    for (const value of [-1, 0, Number.NaN, Infinity]) sketch.record(value, 0);
    expect(sketch.toJson()).toEqual(createValueSketch().toJson());
  });

  test('what it cannot do is refused', () => {
    const sketch = createValueSketch();
    expect(codeOf(() => sketch.quantile(1.1))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => sketch.recordAll([1] as unknown as Float64Array))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => sketch.merge(createValueSketch({ maximum: 10 })))).toBe('PROFILE_MISMATCH');
    expect(codeOf(() => createValueSketch({ minimum: 0 }))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => createValueSketch({ minimum: 5, maximum: 6 }))).toBe('INVALID_ARGUMENT');
  });
});

describe('valueSketchFromJson', () => {
  test.each<[string, object]>([
    ['another format', { format: 'histogram' }],
    ['a newer version', { version: 2 }],
    ['an unknown field', { colour: 1 }],
    ['a negative count', { zero: -1 }],
    ['a fraction of a count', { missing: 0.5 }],
    ['a bucket out of range', { positive: [[1e9, 1]] }],
    [
      'buckets out of order',
      {
        positive: [
          [5, 1],
          [4, 1],
        ],
      },
    ],
    ['a bucket without count', { negative: [[5]] }],
    ['no extremes', { extremes: null }],
    ['extremes the wrong way round', { extremes: [3, 2] }],
    ['a range of nothing', { minimum: 2, maximum: 1 }],
    ['one infinity', { infinite: [1] }],
  ])('%s is refused by its path', (_, change) => {
    const json = { ...sketchOf([1, 2, 3]).toJson(), ...change };
    expect(codeOf(() => valueSketchFromJson(json, 'file'))).toBe('PROFILE_FORMAT');
    expect(() => valueSketchFromJson(json, 'file')).toThrow(/^file/);
  });

  test('anything at all is a sketch or a format error', () => {
    const keys = Object.keys(sketchOf([]).toJson());
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.anything(), fc.anything(), (key, value, whole) => {
        const json = { ...sketchOf([1, -2, 0]).toJson(), [key]: value };
        for (const input of [json, whole]) {
          const code = codeOf(() => valueSketchFromJson(input, 'file'));
          expect([undefined, 'PROFILE_FORMAT']).toContain(code);
        }
      }),
    );
  });
});

function bucketed(value: number): number {
  const sketch = createValueSketch();
  sketch.record(value);
  sketch.record(value * 2);
  return sketch.quantile(0.5);
}
