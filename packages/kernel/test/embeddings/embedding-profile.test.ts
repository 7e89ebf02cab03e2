import { describe, expect, test } from 'vitest';
import { createEmbeddingCounter } from '../../src/profiles/embeddings/embedding-counter.js';
import { hadamardTransform } from '../../src/profiles/embeddings/hadamard.js';
import { embeddingProfile } from '../../src/profiles/embeddings/profile-embeddings.js';
import { mergeProfiles } from '../../src/profiles/merge-profiles.js';
import { profileFromJson, profileToJson } from '../../src/profiles/profile-json.js';
import { codeOf } from '../kernel/kernels.js';
import { normalVectors } from './vectors.js';

describe('hadamardTransform', () => {
  test.each([2, 4, 8, 32, 64])('equals the product with the matrix of size %i', (size) => {
    const values = normalVectors(1, size, size);
    const expected = values.map((_, row) =>
      values.reduce((sum, value, column) => {
        let bits = row & column;
        let sign = 1;
        for (; bits > 0; bits &= bits - 1) sign = -sign;
        return sum + sign * value;
      }, 0),
    );
    hadamardTransform(values, size);
    for (const [index, value] of values.entries()) expect(value).toBeCloseTo(expected[index]!, 12);
  });
});

describe('embeddingProfile', () => {
  const dimension = 24;
  const vectors = normalVectors(300, dimension, 1, 0.5);
  const { basis } = embeddingProfile(vectors, { dimension });

  test('merging equals profiling all vectors, in any order, to the last bit of the sums', () => {
    const whole = embeddingProfile(vectors, { basis });
    const parts = [0, 100, 170].map((from, index) =>
      embeddingProfile(vectors.subarray(from * dimension, [100, 170, 300][index]! * dimension), {
        basis,
      }),
    );
    const merged = mergeProfiles(parts[2]!, mergeProfiles(parts[1]!, parts[0]!));
    expect(merged.count).toBe(300);
    expect(merged.sums).toEqual(whole.sums);
    expect(Math.abs(merged.meanNorm / whole.meanNorm - 1)).toBeLessThan(1e-12);
    expect(Math.abs(merged.meanCosine / whole.meanCosine - 1)).toBeLessThan(1e-12);
  });

  test('a counter adds up in slots of the caller what profiling at once gives', () => {
    const counter = createEmbeddingCounter(basis);
    const slots = new Float64Array(counter.width);
    counter.add(vectors.subarray(0, 120 * dimension), slots);
    counter.add(Array.from(vectors.subarray(120 * dimension)), slots);
    counter.addMissing(2, slots);
    expect(counter.profile(slots)).toEqual({ ...embeddingProfile(vectors, { basis }), missing: 2 });
  });

  test('norm and cosine are those of the vectors', () => {
    const { meanNorm, meanCosine } = embeddingProfile(Float64Array.of(3, 4, 0, 5), {
      basis: { ...embeddingProfile(Float64Array.of(1, 1), { dimension: 2 }).basis },
    });
    expect(meanNorm).toBe(5);
    expect(meanCosine).toBeCloseTo((7 / 5 + 1) / 2 / Math.SQRT2, 12);
  });

  test('a vector with NaN, an infinity or a value too large to square is missing', () => {
    const bad = [Number.NaN, Infinity, -Infinity, 1e200].flatMap((value) => [1, value, 2]);
    const found = embeddingProfile(Float64Array.of(...bad, 1, 2, 3, 2, 1, 0), { dimension: 3 });
    expect(found.missing).toBe(4);
    expect(found.count).toBe(2);
    expect(found.sums.every(Number.isFinite)).toBe(true);
    expect(found.sums).toEqual(
      embeddingProfile(Float64Array.of(1, 2, 3, 2, 1, 0), { basis: found.basis }).sums,
    );
  });

  test.each([
    ['no vector', []],
    ['one vector', [1, 2, 3]],
    ['equal vectors', [1, 2, 3, 1, 2, 3, 1, 2, 3]],
    ['only missing vectors', [Number.NaN, 1, 2, 1, Number.NaN, 2]],
    ['zeros', [0, 0, 0, 0, 0, 0]],
  ])('%s gives finite fields', (_, values) => {
    const found = embeddingProfile(Float64Array.from(values), { dimension: 3 });
    expect(found.basis.width).toBeGreaterThan(0);
    const text = JSON.stringify(profileToJson(found));
    expect(text).not.toContain('null');
    expect(profileFromJson(JSON.parse(text), 'embeddings.text')).toEqual(found);
  });

  test('the columns of a table have one scale, whatever their units and outliers', () => {
    const table = normalVectors(500, 3, 3);
    const other = table.map((value, index) => (index % 3 === 1 ? 1e6 * value + 5 : value));
    other[1] = 1e300;
    const options = { columns: ['a', 'b', 'c'] };
    const a = embeddingProfile(table, options);
    const b = embeddingProfile(other, options);
    expect(b.missing).toBe(0);
    expect(Math.abs(b.basis.width / a.basis.width - 1)).toBeLessThan(0.01);
    const same = embeddingProfile(
      table.map((value) => 8 * value),
      options,
    );
    expect(same.sums).toEqual(a.sums);
  });

  test('a missing value of a table is at the centre of its column', () => {
    const { basis: table } = embeddingProfile(normalVectors(99, 2, 4), { columns: ['a', 'b'] });
    const { centre } = table.columns!;
    expect(embeddingProfile(Float64Array.of(1, Number.NaN), { basis: table })).toEqual(
      embeddingProfile(Float64Array.of(1, centre[1]!), { basis: table }),
    );
  });

  test('a profile survives JSON exactly, and errors name the damaged field', () => {
    const found = embeddingProfile(vectors, {
      columns: Array.from({ length: dimension }, (_, index) => `c${index}`),
    });
    const json = JSON.parse(JSON.stringify(profileToJson(found)));
    expect(profileFromJson(json, 'embeddings.text')).toEqual(found);
    const damages: [string, object][] = [
      ['embeddings.text.type', { type: 'text' }],
      ['embeddings.text.version', { version: 99 }],
      ['embeddings.text.count', { count: -1 }],
      ['embeddings.text.sums.length', { sums: [1] }],
      ['embeddings.text.basis.width', { basis: { ...json.basis, width: 0 } }],
      ['embeddings.text.basis.dimension', { basis: { ...json.basis, dimension: 0 } }],
      ['embeddings.text.basis.seed', { basis: { ...json.basis, seed: 2 ** 32 } }],
      ['embeddings.text.basis.mean.length', { basis: { ...json.basis, mean: [] } }],
      ['embeddings.text.basis.columns', { basis: { ...json.basis, columns: 1 } }],
      [
        'embeddings.text.basis.columns.names',
        { basis: { ...json.basis, columns: { ...json.basis.columns, names: ['a'] } } },
      ],
    ];
    for (const [place, damage] of damages) {
      expect(() => profileFromJson({ ...json, ...damage }, 'embeddings.text')).toThrow(place);
    }
    expect(() => profileFromJson(7, 'embeddings.text')).toThrow('embeddings.text');
  });

  test('values that are not whole vectors, and profiles of two bases, are refused', () => {
    expect(codeOf(() => embeddingProfile(Float64Array.of(1, 2, 3), { dimension: 2 }))).toBe(
      'INVALID_ARGUMENT',
    );
    expect(codeOf(() => embeddingProfile(Float64Array.of(1), {}))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => embeddingProfile([1] as never, { dimension: 1 }))).toBe('INVALID_ARGUMENT');
    const a = embeddingProfile(vectors, { dimension });
    const b = embeddingProfile(vectors, { dimension, seed: 2 });
    expect(codeOf(() => mergeProfiles(a, b))).toBe('PROFILE_MISMATCH');
  });
});
