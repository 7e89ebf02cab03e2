import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createVocabularyCounter } from '../../src/profiles/sketches/vocabulary-counter.js';
import { codeOf } from '../kernel/kernels.js';

describe('createVocabularyCounter', () => {
  test('every string is a category, whatever it is called', () => {
    const names = ['__proto__', 'constructor', '', 'toString', '\ud800', 'a'.repeat(10_000)];
    const counter = createVocabularyCounter();
    counter.countAll([...names, ...names, null, undefined, 'x']);
    expect(counter.entries()).toEqual([...names.map((name) => [name, 2]), ['x', 1]]);
    expect(counter.missing).toBe(2);
    expect(counter.other).toBe(0);
  });

  test('beyond its bound all others are one', () => {
    const counter = createVocabularyCounter({ maximumCategories: 2 });
    counter.countAll(['a', 'b', 'c', 'a', 'd', 'c']);
    expect(counter.entries()).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(counter.other).toBe(3);
    expect(counter.size).toBe(2);
  });

  test('a vocabulary is fixed: nothing is added, and it survives a reset', () => {
    const counter = createVocabularyCounter({ vocabulary: ['b', 'a'] });
    counter.countAll(['a', 'z', 'a', null]);
    expect(counter.entries()).toEqual([
      ['b', 0],
      ['a', 2],
    ]);
    expect(counter.other).toBe(1);
    counter.reset();
    counter.count('b');
    expect(counter.entries()).toEqual([
      ['b', 1],
      ['a', 0],
    ]);
    expect([counter.missing, counter.other]).toEqual([0, 0]);
    const open = createVocabularyCounter();
    open.count('x');
    open.reset();
    expect(open.entries()).toEqual([]);
  });

  test('merging counters of one vocabulary is counting all', () => {
    const vocabulary = ['a', 'b', 'c', 'd'];
    const value = fc.oneof(fc.constantFrom(...vocabulary, 'e', null), fc.string());
    fc.assert(
      fc.property(fc.array(value), fc.array(value), (a, b) => {
        const [all, first, second] = [1, 2, 3].map(() => createVocabularyCounter({ vocabulary }));
        all!.countAll([...a, ...b]);
        first!.countAll(a);
        second!.countAll(b);
        first!.merge(second!);
        expect(first!.entries()).toEqual(all!.entries());
        expect([first!.missing, first!.other]).toEqual([all!.missing, all!.other]);
      }),
    );
  });

  test('as many categories as one likes, up to the bound', () => {
    const counter = createVocabularyCounter({ maximumCategories: 5000 });
    for (let row = 0; row < 12_000; row += 1) counter.count(`category ${row % 6000}`);
    expect(counter.size).toBe(5000);
    expect(counter.other).toBe(2000);
    expect(counter.entries().every(([, rows]) => rows === 2)).toBe(true);
  });

  test('impossible vocabularies are refused', () => {
    const refused = (options: object) => codeOf(() => createVocabularyCounter(options));
    expect(refused({ vocabulary: ['a', 'a'] })).toBe('INVALID_ARGUMENT');
    expect(refused({ vocabulary: ['a', 1] })).toBe('INVALID_ARGUMENT');
    expect(refused({ vocabulary: ['a', 'b'], maximumCategories: 1 })).toBe('INVALID_ARGUMENT');
    expect(refused({ maximumCategories: 0 })).toBe('INVALID_ARGUMENT');
  });
});
