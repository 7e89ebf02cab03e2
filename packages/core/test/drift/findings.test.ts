import { categoricalProfile, numericProfile } from '@modelmeter/kernel/profiles';
import { describe, expect, it } from 'vitest';
import { findFindings } from '../../src/drift/findings.js';
import { percent } from '../../src/drift/words/percent.js';
import type { Finding } from '../../src/report.js';
import { seededNormal, seededRandom } from '../support.js';

const noBlocks = { reference: 1, current: 1 };
type Value = number | string | null;

function findings(
  before: readonly Value[],
  after: readonly Value[],
  invalid = 0,
  block = 1,
  absent = 0,
): Finding[] {
  const isText = [...before, ...after].some((value) => typeof value === 'string');
  const feature = { name: 'f', type: isText ? ('categorical' as const) : ('numeric' as const) };
  const blocks = { reference: block, current: block };
  if (isText) {
    const reference = categoricalProfile(before as (string | null)[]);
    const current = categoricalProfile(after as (string | null)[], {
      categories: reference.categories,
    });
    return findFindings({ feature, reference, current, invalid, absent }, blocks);
  }
  const numbers = (values: readonly Value[]): Float64Array =>
    Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value)));
  const reference = numericProfile(numbers(before));
  const current = numericProfile(numbers(after), { grid: reference.grid });
  return findFindings({ feature, reference, current, invalid, absent }, blocks);
}

function normals(rows: number, seed: number): number[] {
  const normal = seededNormal(seed);
  return Array.from({ length: rows }, () => normal());
}

const repeat = <Item>(rows: number, item: Item): Item[] => Array.from({ length: rows }, () => item);
const airports = (rows: number): string[] =>
  Array.from({ length: rows }, (_, row) => ['ORD', 'LGA', 'DEN', 'SFO'][row % 4]!);

describe('findFindings', () => {
  it('finds nothing for equal distributions, few rows or no rows', () => {
    expect(findings(normals(2000, 1), normals(2000, 2))).toEqual([]);
    expect(findings(airports(2000), airports(2000))).toEqual([]);
    expect(findings(normals(2000, 1), normals(3, 2))).toEqual([]);
    expect(findings(normals(2000, 1), [])).toEqual([]);
    expect(findings([], normals(2000, 1))).toEqual([]);
  });

  it('finds rows that become missing, even all of them', () => {
    const before = normals(2000, 1);
    const half = before.map((value, row) => (row % 2 === 0 ? null : value));
    expect(findings(before, half)).toEqual([
      {
        kind: 'missing_increased',
        ratio: 0.5,
        message: '50 % of the rows are missing, 0 % in the reference.',
        state: 'investigate',
      },
    ]);
    expect(findings(before, repeat(500, null))).toMatchObject([
      { kind: 'missing_increased', ratio: 1 },
    ]);
    expect(findings(half, before)).toEqual([]);
  });

  it('finds a feature that no row has, apart from rows without a value', () => {
    const before = normals(2000, 1);
    const none = repeat<Value>(500, null);
    expect(findings(before, none, 0, 1, 500)).toMatchObject([{ kind: 'column_missing', ratio: 1 }]);
    expect(findings(before, none, 0, 1, 499)).toMatchObject([{ kind: 'missing_increased' }]);
    expect(findings(airports(2000), none, 0, 1, 500)).toMatchObject([{ kind: 'column_missing' }]);
    // Rows without a value are ordinary where the reference hardly has any.
    const rare: Value[] = [...repeat<Value>(1999, null), 1];
    expect(findings(rare, repeat<Value>(5, null), 0, 1, 5)).toEqual([]);
  });

  it('finds missing rows that rise by one percentage point', () => {
    const numbers = normals(20_000, 1);
    const missing = (rows: number): Value[] =>
      numbers.map((value, row) => (row < rows ? null : value));
    expect(findings(missing(2000), missing(2300))).toMatchObject([
      { kind: 'missing_increased', state: 'investigate' },
    ]);
    expect(findings(missing(2000), missing(2199))).toEqual([]);
  });

  it('finds missing rows that double, from one in a thousand on', () => {
    const numbers = normals(20_000, 1);
    const missing = (rows: number): Value[] =>
      numbers.map((value, row) => (row < rows ? null : value));
    expect(findings(missing(40), missing(90))).toMatchObject([{ kind: 'missing_increased' }]);
    expect(findings(missing(50), missing(90))).toEqual([]);
    expect(findings(numbers, missing(19))).toEqual([]);
  });

  it('finds values of the wrong type', () => {
    const before = normals(2000, 1);
    const after: (number | null)[] = before.map((value, row) => (row % 10 === 0 ? null : value));
    expect(findings(before, after, 200)).toMatchObject([
      {
        kind: 'type_changed',
        ratio: 0.1,
        message: '10 % of the values are not numbers; they count as missing.',
      },
      { kind: 'missing_increased' },
    ]);
  });

  it.each([
    ['a number of the reference', normals(2000, 1), 0.5, /Every value is 0\.5; /],
    ['a number out of its range', normals(2000, 1), 99, /Every value is 99; 0 % of the reference/],
    ['a category', airports(2000), 'DEN', /Every value is "DEN"; 25 % of the reference/],
  ])('finds a feature that became constant at %s', (_, before, value, message) => {
    const [found] = findings(before, repeat(300, value)).filter(({ kind }) => kind === 'constant');
    expect(found).toMatchObject({ ratio: 1, message: expect.stringMatching(message) });
  });

  it('does not report a feature that is constant in the reference too', () => {
    expect(findings(repeat(2000, 7), repeat(500, 7))).toEqual([]);
    expect(findings(repeat(2000, 'on'), repeat(500, 'on'))).toEqual([]);
  });

  it('finds a value on which most rows are stuck', () => {
    const ages = (rows: number): number[] => Array.from({ length: rows }, (_, row) => row % 90);
    const stuck = ages(2000).map((age, row) => (row % 3 === 0 ? age : 30));
    expect(findings(ages(2000), stuck)).toMatchObject([
      { kind: 'stuck', message: expect.stringMatching(/^67.8 % of the values are 30; /) },
    ]);
    const mostly = airports(2000).map((airport, row) => (row % 5 < 4 ? 'ORD' : airport));
    expect(findings(airports(2000), mostly)).toMatchObject([{ kind: 'stuck', ratio: 0.85 }]);
  });

  it('finds a column that became constant at its most frequent value', () => {
    const flags = (rows: number): number[] =>
      Array.from({ length: rows }, (_, row) => (row % 10 < 6 ? 0 : 1));
    expect(findings(flags(2000), repeat(100, 0))).toMatchObject([{ kind: 'constant', ratio: 1 }]);
    expect(findings(flags(2000), repeat(10, 0))).toEqual([]);
  });

  it('does not call rising numbers, all above the reference, stuck on one value', () => {
    const ids = (from: number): number[] => Array.from({ length: 2000 }, (_, row) => from + row);
    expect(findings(ids(0), ids(5000)).map(({ kind }) => kind)).toEqual(['out_of_range']);
  });

  it.each([
    ['a default within the range', 0.25, 'spike'],
    ['a default beyond the range', 99, 'out_of_range'],
  ])('finds %s in one of twenty rows, which matters', (_, value, kind) => {
    const after = normals(2000, 2).map((other, row) => (row % 20 === 0 ? value : other));
    expect(findings(normals(2000, 1), after)).toMatchObject([{ kind, state: 'investigate' }]);
  });

  it('finds numbers clipped at a value, wherever that lies', () => {
    for (const limit of [1, 1.28, 1.5]) {
      const clipped = normals(3000, 2).map((value) => Math.min(value, limit));
      expect(findings(normals(3000, 1), clipped)).toMatchObject([{ kind: 'spike' }]);
    }
  });

  it.each([0.3, 0.7, 1, 2])('does not call a shift by %d deviations a spike', (shift) => {
    const shifted = normals(2000, 2).map((value) => value + shift);
    const kinds = findings(normals(2000, 1), shifted).map(({ kind }) => kind);
    expect(kinds).not.toContain('spike');
  });

  it('reports a spike in at most one of a thousand samples without drift', () => {
    let reported = 0;
    for (let seed = 0; seed < 400; seed += 1) {
      const found = findings(normals(2000, 10 + seed), normals(100, 5000 + seed));
      reported += found.filter(({ kind }) => kind === 'spike').length;
    }
    expect(reported).toBeLessThanOrEqual(2);
  });

  it('finds values outside the range of the reference, but not those that chance explains', () => {
    const before = normals(5000, 1);
    const beyond = normals(2000, 2).map((value, row) => (row % 20 === 0 ? value + 50 : value));
    expect(findings(before, beyond)).toMatchObject([{ kind: 'out_of_range', ratio: 0.05 }]);
    let reported = 0;
    for (let seed = 0; seed < 300; seed += 1) {
      reported += findings(normals(500, 10 + seed), normals(500, 5000 + seed)).length;
    }
    // Two ends at one in a thousand each; the 99.9 % point of 300 such samples is 3.
    expect(reported).toBeLessThanOrEqual(3);
  });

  it('finds new categories, but not those that a long tail explains', () => {
    const renamed = airports(2000).map((airport) => (airport === 'ORD' ? 'KORD' : airport));
    expect(findings(airports(2000), renamed)).toMatchObject([
      { kind: 'unseen_categories', ratio: 0.25 },
      { kind: 'vanished_categories', message: '"ORD" no longer occurs; 25 % of the reference.' },
    ]);
    const random = seededRandom(3);
    const tail = (): string => `c${Math.floor(1 / (random() + 1e-4))}`;
    const long = Array.from({ length: 3000 }, tail);
    expect(findings(long, Array.from({ length: 3000 }, tail))).toEqual([]);
  });

  it('finds that every name is new although many names were seen once only', () => {
    const names = Array.from({ length: 60 }, (_, row) => `name ${row < 25 ? row : row % 7}`);
    const inAnotherCase = names.map((name) => name.toUpperCase());
    expect(findings(names, inAnotherCase)).toContainEqual(
      expect.objectContaining({ kind: 'unseen_categories', ratio: 1 }),
    );
    const half = names.map((name, row) => (row % 2 === 0 ? name : inAnotherCase[row]!));
    expect(findings(names, half)).toEqual([]);
  });

  it('requires more rows when they are correlated', () => {
    const before = [...normals(2000, 1)];
    const after = before.map((value, row) => (row < 40 ? null : value));
    expect(findings(before, after)).toMatchObject([{ kind: 'missing_increased' }]);
    expect(findings(before, after, 0, 20)).toEqual([]);
  });

  it('finds a changed type in samples of any size', () => {
    const reference = numericProfile(Float64Array.of(1, 2, 3));
    const current = numericProfile(Float64Array.of(Number.NaN), { grid: reference.grid });
    const sample = { feature: { name: 'x', type: 'numeric' as const }, reference, current };
    expect(findFindings({ ...sample, invalid: 1 }, noBlocks)).toMatchObject([
      { kind: 'type_changed', ratio: 1 },
    ]);
  });
});

describe('percent', () => {
  it.each([
    [0, '0 %'],
    [0.0004, '<0.1 %'],
    [0.034, '3.4 %'],
    [0.5, '50 %'],
    [0.9994, '>99.9 %'],
    [1, '100 %'],
  ])('writes %d as %s', (ratio, text) => {
    expect(percent(ratio)).toBe(text);
  });
});
