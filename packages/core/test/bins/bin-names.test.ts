import type { ColumnProfile } from '@modelmeter/kernel/profiles';
import { describe, expect, it } from 'vitest';
import { binNames } from '../../src/bins/bin-names.js';
import { featureBins } from '../../src/bins/feature-bins.js';
import { referenceOf } from '../support.js';

function namesOf(values: readonly (number | null)[] | Float32Array): string[] {
  const columns = { x: Array.from<number | null>(values) };
  const { features } = referenceOf([{ name: 'x', type: 'numeric' }], columns);
  const profile = features.get('x') as ColumnProfile;
  return binNames(profile, featureBins(profile));
}

const repeated = (value: number, rows: number): number[] => Array(rows).fill(value);

describe('binNames', () => {
  it.each([
    ['a constant', [5, 5, 5], ['< 5', '= 5', '> 5']],
    ['a flag', [0, 0, 1, 1], ['< 0', '= 0', '(0, 1]', '> 1']],
    [
      'whole numbers',
      [1, 2, 3, 4, 5],
      ['< 1', '= 1', '(1, 2]', '(2, 3]', '(3, 4]', '(4, 5]', '> 5'],
    ],
    [
      'many zeros',
      [...repeated(0, 60), ...repeated(3, 20), ...repeated(8, 20)],
      ['< 0', '= 0', '(0, 3]', '(3, 8]', '> 8'],
    ],
    ['ties at a decimal', repeated(0.1, 9), ['< 0.1', '= 0.1', '> 0.1']],
    [
      'ties at a float32',
      Float32Array.of(0.1, 0.1, 0.7),
      ['< 0.1', '= 0.1', '(0.1, 0.7]', '> 0.7'],
    ],
    ['ties above the lowest value', [0, ...repeated(7, 19)], ['< 7', '= 7', '> 7']],
    [
      'a frequent value between others',
      [...repeated(-4, 5), -3, -2, -1, ...repeated(0, 60), 1, 2, 3, ...repeated(9, 30)],
      ['< 0', '= 0', '(0, 9)', '= 9', '> 9'],
    ],
    ['no value', [null, null], ['any value']],
  ])('names the bins of %s', (_, values, names) => {
    expect(namesOf(values)).toEqual([...names, '__missing__']);
  });

  it('writes four digits, with an exponent where that is shorter', () => {
    const names = namesOf([...repeated(-1_126_000_000, 2), 1 / 3, 1_234_567, 2_000_000]);
    expect(names.slice(0, 3)).toEqual(['< -1.126e9', '= -1.126e9', '(-1.126e9, 0.3333]']);
    expect(names).toContain('(0.3333, 1235000]');
    expect(names).toContain('(1235000, 2e6]');
  });

  it('writes more digits where neighbours would read the same', () => {
    const near = [0.1, 0.1000001, 123_456.1, 123_456.2, 9e15, 9e15 + 2];
    const names = namesOf(near);
    expect(names).toContain('(0.1, 0.1000001]');
    expect(names).toContain('(0.1000001, 123456.1]');
    expect(names).toContain('(123456.1, 123456.2]');
    expect(names).toContain('(9e15, 9000000000000002]');
    expect(new Set(names).size).toBe(names.length);
  });
});
