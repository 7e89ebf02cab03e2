import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { categoricalProfile } from '../../src/profiles/categorical-profile.js';
import { numericProfile } from '../../src/profiles/numeric-profile.js';
import { profileFromJson, profileToJson } from '../../src/profiles/profile-json.js';
import { codeOf, columns } from '../kernel/kernels.js';

const path = 'features.age';
const numeric = profileToJson(numericProfile(Float64Array.of(1, 2, 2, 4, Number.NaN, Infinity)));
const categorical = profileToJson(
  categoricalProfile(['a', 'b', 'a', 'c', null], { maximumCategories: 2 }),
);
const empty = profileToJson(numericProfile(Float64Array.of(Infinity)));

describe('profileToJson and profileFromJson', () => {
  test('a numeric profile is a small object of plain arrays', () => {
    expect(JSON.parse(JSON.stringify(numeric))).toEqual({
      type: 'numeric',
      version: 2,
      count: 5,
      missing: 1,
      infinite: 1,
      min: 1,
      max: 4,
      mean: 2.25,
      m2: 4.75,
      grid: [1, 2, 4],
      counts: [0, 1, 0, 2, 0, 1, 1],
    });
  });

  test('any column of numbers comes back as it was, to the last bit', () => {
    fc.assert(
      fc.property(columns(), (values) => {
        const profile = numericProfile(values, { gridPoints: 20 });
        const text = JSON.stringify(profileToJson(profile));
        expect(profileFromJson(JSON.parse(text), path)).toEqual(profile);
      }),
    );
  });

  test('any column of categories comes back as it was', () => {
    const column = fc.array(fc.option(fc.string({ unit: 'binary' })), { maxLength: 60 });
    fc.assert(
      fc.property(column, (values) => {
        const profile = categoricalProfile(values, { maximumCategories: 5 });
        const text = JSON.stringify(profileToJson(profile));
        expect(profileFromJson(JSON.parse(text), path)).toEqual(profile);
      }),
    );
  });

  test.each([
    ['null', null, 'features.age: got null'],
    ['text', 'numeric', 'features.age: got "numeric"'],
    ['an array', [], 'features.age: got Array of length 0'],
    ['no type', {}, 'features.age.type: got undefined'],
    ['no version', { ...empty, version: undefined }, 'features.age.version: got undefined'],
    [
      'a profile of version 1',
      { ...empty, version: 1 },
      'features.age.version: got 1; this kernel reads version 2; build the profile again',
    ],
    ['a version to come', { ...empty, version: 3 }, 'features.age.version: got 3'],
    ['a type to come', { type: 'sketch' }, 'features.age.type: got "sketch"'],
  ])('%s is refused as a profile', (_, value, message) => {
    expect(codeOf(() => profileFromJson(value, path))).toBe('PROFILE_FORMAT');
    expect(() => profileFromJson(value, path)).toThrow(message);
  });

  test.each([
    ['count', -1, 'features.age.count: got -1; a count is a whole number of 0 or more'],
    ['count', 6, 'sum of features.age.counts: got 5; count says 6'],
    ['count', '5', 'features.age.count: got "5"'],
    ['missing', 1.5, 'features.age.missing: got 1.5'],
    ['missing', undefined, 'features.age.missing: got undefined'],
    ['missing', 2 ** 60, 'features.age.missing'],
    [
      'infinite',
      2,
      'features.age.infinite: got 2; the first and the last count together hold the infinite values',
    ],
    ['min', 5, 'features.age.max: got 4; it is at least min, 5'],
    ['min', null, 'features.age.min: got null; a finite number belongs there'],
    ['max', Infinity, 'features.age.max: got Infinity'],
    ['mean', 4.5, 'features.age.mean: got 4.5; it lies between min and max, 1 and 4'],
    ['mean', Number.NaN, 'features.age.mean: got NaN'],
    ['m2', -1, 'features.age.m2: got -1; a sum of squares is 0 or more'],
    ['grid', [1, 2, 2], 'features.age.grid[2]: got 2; points ascend; the one before is 2'],
    ['grid', [1, null, 4], 'features.age.grid[1]: got null'],
    ['grid', {}, 'features.age.grid: got an object'],
    ['grid', new Array(20_000).fill(0), 'features.age.grid.length: got 20000'],
    ['counts', [5], 'features.age.counts.length: got 1; 7 counts belong there'],
    ['counts', [0, 1, 0, 2, 0, 1, 'x'], 'features.age.counts[6]: got "x"'],
    ['counts', 'none', 'features.age.counts: got "none"'],
    ['median', 2, 'features.age: got "median"; no such field is known'],
  ])('a numeric profile with a %s of %j is refused by its path', (field, value, message) => {
    const damaged = { ...numeric, [field]: value };
    expect(codeOf(() => profileFromJson(damaged, path))).toBe('PROFILE_FORMAT');
    expect(() => profileFromJson(damaged, path)).toThrow(message);
  });

  test.each([
    ['min', 1],
    ['max', 0],
    ['mean', 3],
    ['m2', 1],
  ])('without a finite value a %s of %d is refused', (field, value) => {
    const damaged = { ...empty, [field]: value };
    expect(profileFromJson(empty, path)).toEqual(numericProfile(Float64Array.of(Infinity)));
    expect(() => profileFromJson(damaged, path)).toThrow(`features.age.${field}: got ${value}`);
  });

  test.each([
    ['count', 3, 'sum of features.age.counts: got 4; count says 3'],
    ['other', -1, 'features.age.other: got -1'],
    ['missing', null, 'features.age.missing: got null'],
    ['categories', ['a', 'a'], 'features.age.categories[1]: got "a"'],
    ['categories', ['a', 7], 'features.age.categories[1]: got 7'],
    ['categories', 'ab', 'features.age.categories: got "ab"'],
    ['counts', [2], 'features.age.counts.length: got 1; 2 counts belong there'],
    ['grid', [], 'features.age: got "grid"; no such field is known'],
  ])('a categorical profile with a %s of %j is refused by its path', (field, value, message) => {
    const damaged = { ...categorical, [field]: value };
    expect(codeOf(() => profileFromJson(damaged, path))).toBe('PROFILE_FORMAT');
    expect(() => profileFromJson(damaged, path)).toThrow(message);
  });

  test('random damage to one field is refused or leaves a profile that is whole', () => {
    const fields = Object.keys(numeric);
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
        const damaged: unknown = { ...numeric, [field]: value };
        const code = codeOf(() => profileFromJson(damaged, path));
        if (code !== undefined) {
          expect(code).toBe('PROFILE_FORMAT');
          return;
        }
        // JSON.stringify writes -0 as 0, and so does the profile.
        const whole: unknown = JSON.parse(JSON.stringify(damaged));
        expect(profileToJson(profileFromJson(damaged, path))).toEqual(whole);
      }),
    );
  });
});
