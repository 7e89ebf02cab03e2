import { describe, expect, test } from 'vitest';
import { categoricalProfile } from '../../src/profiles/categorical-profile.js';
import { codeOf } from '../kernel/kernels.js';

describe('categoricalProfile', () => {
  test('categories come most frequent first, ties in code unit order', () => {
    const values = ['b', 'a', null, 'b', '', undefined, 'c', 'a', 'é', 'Z'];
    expect(categoricalProfile(values)).toEqual({
      type: 'categorical',
      count: 8,
      missing: 2,
      categories: ['a', 'b', '', 'Z', 'c', 'é'],
      counts: Float64Array.of(2, 2, 1, 1, 1, 1),
      other: 0,
    });
  });

  test('rows beyond the vocabulary are other', () => {
    const values = ['a', 'a', 'a', 'b', 'b', 'c', 'd'];
    const profile = categoricalProfile(values, { maximumCategories: 2 });
    expect(profile.categories).toEqual(['a', 'b']);
    expect(profile.other).toBe(2);
    expect(profile.count).toBe(7);
  });

  test('a given vocabulary keeps its order and counts the unknown as other', () => {
    const profile = categoricalProfile(['a', 'x', 'a', null], { categories: ['z', 'a'] });
    expect(profile.categories).toEqual(['z', 'a']);
    expect(profile.counts).toEqual(Float64Array.of(0, 2));
    expect(profile.other).toBe(1);
    expect(profile.missing).toBe(1);
  });

  test('names of object members are categories like others', () => {
    const values = ['__proto__', 'constructor', '__proto__', 'toString'];
    const profile = categoricalProfile(values);
    expect(profile.categories).toEqual(['__proto__', 'constructor', 'toString']);
    expect(profile.counts).toEqual(Float64Array.of(2, 1, 1));
  });

  test('no rows and no values give an empty vocabulary', () => {
    const empty = { type: 'categorical', count: 0, categories: [], counts: new Float64Array(0) };
    expect(categoricalProfile([])).toEqual({ ...empty, missing: 0, other: 0 });
    expect(categoricalProfile([null])).toEqual({ ...empty, missing: 1, other: 0 });
  });

  test('any iterable will do', () => {
    expect(categoricalProfile(new Set(['a', 'b'])).count).toBe(2);
  });

  test('the order of the rows does not matter', () => {
    const values = ['a', 'b', 'b', null, 'c', 'a', 'd'];
    expect(categoricalProfile(values.toReversed())).toEqual(categoricalProfile(values));
  });

  test('a value of another type is refused by its place', () => {
    // @ts-expect-error a number is not a category
    const call = (): unknown => categoricalProfile(['a', null, 5]);
    expect(codeOf(call)).toBe('INVALID_ARGUMENT');
    expect(call).toThrow('categoricalProfile(values)[2]: got 5');
  });

  test('a vocabulary that repeats a name, or of no size, is refused', () => {
    expect(codeOf(() => categoricalProfile([], { categories: ['a', 'a'] }))).toBe(
      'INVALID_ARGUMENT',
    );
    for (const maximumCategories of [0, -1, 1.5, Number.NaN]) {
      expect(codeOf(() => categoricalProfile([], { maximumCategories }))).toBe('INVALID_ARGUMENT');
    }
  });
});
