import { describe, expect, it } from 'vitest';
import {
  binLabel,
  counted,
  displayName,
  formatCount,
  formatNumber,
  formatPoints,
  formatPValue,
  formatShare,
  formatTime,
  shortened,
} from '../../src/report/format.js';

describe('the formats', () => {
  it.each([
    [0.123456, '0.1235'],
    [0, '0'],
    [12_345.6, '12350'],
    [undefined, '–'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('write the score %s as %s', (value, text) => expect(formatNumber(value)).toBe(text));

  it.each([
    [0.0431, '0.043'],
    [0.000_099, '< 0.0001'],
    [0, '< 0.0001'],
    [0.0001, '0.0001'],
    [1, '1'],
    [undefined, '–'],
    [Number.NaN, '–'],
  ])('write the p-value %s as %s', (value, text) => expect(formatPValue(value)).toBe(text));

  it.each([
    [0.1234, '12.3 %'],
    [0.5, '50 %'],
    [0, '0 %'],
    [1, '100 %'],
    [0.0005, '< 0.1 %'],
    [0.9995, '> 99.9 %'],
    [Number.NaN, '–'],
  ])('write the share %s as %s', (value, text) => expect(formatShare(value)).toBe(text));

  it.each([
    [0.034, '+3.4'],
    [-0.034, '−3.4'],
    [-0.0001, '0.0'],
    [Number.NaN, '–'],
  ])('write the change %s as %s', (value, text) => expect(formatPoints(value)).toBe(text));

  it('write counts, times and names', () => {
    expect(formatCount(1234567)).toBe('1,234,567');
    expect([counted(1, 'row'), counted(2, 'row')]).toEqual(['1 row', '2 rows']);
    expect(formatTime(new Date('2026-01-02T03:04:59.999Z'))).toBe('2026-01-02 03:04 UTC');
    expect([displayName(''), displayName(' \t'), displayName('a\nb')]).toEqual([
      '(empty)',
      '(empty)',
      'a�b',
    ]);
    expect([shortened('abcd', 4), shortened('abcde', 4), shortened('😀😀😀', 2)]).toEqual([
      'abcd',
      'abc…',
      '😀…',
    ]);
  });

  it.each([
    ['≤ 1.5', '≤ 1.5'],
    ['(1.5, 2]', '(1.5, 2]'],
    ['= 0', '= 0'],
    ['__missing__', 'missing'],
    ['__unseen__', 'new categories'],
    ['__other__', 'rarer categories'],
    ['toString', 'toString'],
    ['', '(empty)'],
  ])('name the bin %s %s', (bin, label) => {
    expect(binLabel(bin)).toBe(label);
  });
});
