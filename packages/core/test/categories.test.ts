import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  categoriesOf,
  codesOfSpellings,
  createCategoryCodes,
  missingCode,
  toCategory,
  unseenCode,
} from '../src/categories.js';

const booleans = [
  [true, 'true', 'True', 'TRUE', 1, 1n, '1', '1.0'],
  [false, 'false', 'False', 'FALSE', 0, 0n, '0', '0.0', -0],
] as const;

describe('the category of a value', () => {
  it('is missing only for null, undefined and NaN', () => {
    expect([null, undefined, Number.NaN].map(toCategory)).toEqual([null, null, null]);
    expect(['', 0, false, 7n].map(toCategory)).toEqual(['', '0', 'false', '7']);
    const codeOf = createCategoryCodes(['NaN', 'a']);
    expect([null, undefined, Number.NaN, 'NaN', '', 'b'].map(codeOf)).toEqual([
      missingCode,
      missingCode,
      missingCode,
      0,
      unseenCode,
      unseenCode,
    ]);
  });

  it.each([[['true', 'false']], [['True', 'False']], [['1', '0']], [['1.0', '0.0']]])(
    'is one for every spelling of a boolean, of a reference with %s',
    (names) => {
      const codeOf = createCategoryCodes(names);
      for (const [code, spellings] of booleans.entries()) {
        expect(spellings.map(codeOf), String(spellings)).toEqual(spellings.map(() => code));
      }
      expect(codeOf(2)).toBe(unseenCode);
    },
  );

  it('is one for both booleans even when the reference has only one of them', () => {
    expect(booleans[0].map(createCategoryCodes(['1']))).toEqual(booleans[0].map(() => 0));
    expect(createCategoryCodes(['1'])(false)).toBe(unseenCode);
  });

  it('is not a boolean where one category is none', () => {
    const codeOf = createCategoryCodes(['true', 'false', 'unknown']);
    expect([true, 'True', 1, '0'].map(codeOf)).toEqual([0, 0, unseenCode, unseenCode]);
    const answers = createCategoryCodes(['yes', 'no', 'unknown']);
    expect([true, 1, 'Yes', 'yes'].map(answers)).toEqual([unseenCode, unseenCode, unseenCode, 0]);
    expect(createCategoryCodes(['0', '1', '2'])(true)).toBe(unseenCode);
  });

  it('is the same with and without a decimal point, and all digits of an integer are kept', () => {
    const codeOf = createCategoryCodes(['1', '2.5', '9007199254740993']);
    expect([1, 1.0, '1.0', '1.00', 1n, '2.50', 2.5].map(codeOf)).toEqual([0, 0, 0, 0, 0, 1, 1]);
    expect([9007199254740993n, 9007199254740992n].map(codeOf)).toEqual([2, unseenCode]);
  });

  it('is first of all the one that is written like it', () => {
    const names = ['True', 'true', '1.0', '1'];
    expect(names.map(createCategoryCodes(names))).toEqual([0, 1, 2, 3]);
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), (any) => {
        expect(any.map(createCategoryCodes(any))).toEqual(any.map((_, code) => code));
        expect([...codesOfSpellings(any).values()].every((code) => code < any.length)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('is true or false in a column that writes booleans in several ways', () => {
    expect(categoriesOf([true, 'True', 1, null, false, '0.0', Number.NaN])).toEqual([
      'true',
      'true',
      'true',
      null,
      'false',
      'false',
      null,
    ]);
    expect(categoriesOf([1, 0, '1.0'])).toEqual(['1', '0', '1']);
    expect(categoriesOf([true, 'True', 'unknown'])).toEqual(['true', 'True', 'unknown']);
    expect(categoriesOf([])).toEqual([]);
  });
});
