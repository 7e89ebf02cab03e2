import { categoricalProfile, numericProfile } from '@modelmeter/kernel/profiles';
import { describe, expect, it } from 'vitest';
import type { ComparedFeature } from '../../src/drift/compared-feature.js';
import { evaluateDrift } from '../../src/drift/evaluate.js';
import { createDriftPolicy } from '../../src/drift/policy.js';
import type { FeatureDrift } from '../../src/report.js';
import { driftSchema } from '../../src/settings/drift.js';
import { parseSettings } from '../../src/settings/problems.js';
import { seededNormal, seededRandom } from '../support.js';

type Column = readonly number[] | readonly string[];
type Columns = Readonly<Record<string, Column>>;

function sampleOf(name: string, before: Column, after: Column): ComparedFeature {
  if (typeof before[0] === 'string') {
    const reference = categoricalProfile(before as string[]);
    const { categories } = reference;
    const current = categoricalProfile(after as string[], { categories });
    return { feature: { name, type: 'categorical' }, reference, current };
  }
  const reference = numericProfile(Float64Array.from(before as number[]));
  const { grid } = reference;
  const current = numericProfile(Float64Array.from(after as number[]), { grid });
  return { feature: { name, type: 'numeric' }, reference, current };
}

function evaluate(samples: readonly ComparedFeature[]): FeatureDrift[] {
  const features = samples.map(({ feature }) => feature);
  return evaluateDrift(samples, createDriftPolicy(parseSettings(driftSchema, {}), features));
}

function compare(before: Columns, after: Columns): FeatureDrift[] {
  return evaluate(Object.keys(before).map((name) => sampleOf(name, before[name]!, after[name]!)));
}

/** The columns that look like another one. */
function swappedIn(features: readonly FeatureDrift[]): string[] {
  return features
    .filter(({ findings }) => findings.some(({ kind }) => kind === 'swapped_columns'))
    .map(({ name }) => name);
}

function normals(rows: number, seed: number, mean = 0, deviation = 1): number[] {
  const normal = seededNormal(seed);
  return Array.from({ length: rows }, () => mean + deviation * normal());
}

function drawn(rows: number, seed: number, shares: Readonly<Record<string, number>>): string[] {
  const random = seededRandom(seed);
  const names = Object.keys(shares);
  return Array.from({ length: rows }, () => {
    let left = random();
    return names.find((name) => (left -= shares[name]!) < 0) ?? names.at(-1)!;
  });
}

const people = (rows: number, seed: number) => ({
  height: normals(rows, seed, 170, 10),
  weight: normals(rows, seed + 1, 70, 15),
  age: normals(rows, seed + 2, 40, 12),
});

describe('swapped columns', () => {
  it('are found where 300 rows are compared with 300, and each names the other', () => {
    const after = people(300, 50);
    const features = compare(people(300, 1), {
      ...after,
      height: after.weight,
      weight: after.height,
    });
    expect(swappedIn(features)).toEqual(['height', 'weight']);
    expect(features[0]?.findings[0]).toEqual({
      kind: 'swapped_columns',
      ratio: 1,
      message: 'The values look like those of "weight" in the reference, and the other way round.',
      state: 'investigate',
    });
    expect(features[2]).toMatchObject({ findings: [], state: 'ok' });
  });

  it('are found where their ranges overlap and the values beyond the grid are not known', () => {
    const before = { a: normals(300, 1), b: normals(300, 2, 1) };
    const after = { a: normals(300, 3, 1), b: normals(300, 4) };
    const samples = Object.keys(before).map((name) => {
      const key = name as 'a' | 'b';
      const sample = sampleOf(name, before[key], after[key]);
      return { ...sample, current: { ...sample.current, min: null, max: null } } as ComparedFeature;
    });
    const rows = compare(before, after);
    expect(swappedIn(rows)).toEqual(['a', 'b']);
    expect(swappedIn(evaluate(samples))).toEqual(['a', 'b']);
  });

  it('are found among categories with names in common', () => {
    const satisfaction = { good: 0.6, fair: 0.3, poor: 0.1 };
    const condition = { good: 0.2, fair: 0.2, poor: 0.6 };
    const before = { a: drawn(300, 1, satisfaction), b: drawn(300, 2, condition) };
    const swapped = { a: drawn(300, 3, condition), b: drawn(300, 4, satisfaction) };
    expect(swappedIn(compare(before, swapped))).toEqual(['a', 'b']);
    expect(swappedIn(compare(before, { ...swapped, b: before.b }))).toEqual([]);
  });

  it('are not found by names that no profile of the current rows has', () => {
    const before = {
      a: drawn(300, 1, { x: 0.5, y: 0.3, z: 0.2 }),
      b: drawn(300, 2, { p: 0.5, q: 0.3, r: 0.2 }),
    };
    expect(swappedIn(compare(before, { a: before.b, b: before.a }))).toEqual([]);
  });

  it('are not found where both have one distribution', () => {
    const before = { a: normals(300, 1), b: normals(300, 2) };
    const features = compare(before, { a: normals(300, 4), b: normals(300, 3) });
    expect(features.map(({ significant }) => significant)).toEqual([false, false]);
    expect(swappedIn(features)).toEqual([]);
  });

  it('are not found where one column moves to the distribution of another', () => {
    const before = { a: normals(300, 1), b: normals(300, 2, 2) };
    const features = compare(before, { a: normals(300, 3, 2), b: normals(300, 4, 2) });
    expect(features[0]?.state).toBe('drift');
    expect(swappedIn(features)).toEqual([]);
  });

  it('are not found where similar columns move together', () => {
    const before = { a: normals(3000, 1), b: normals(3000, 2, 0.2), c: normals(3000, 3, 0.4) };
    const after = { a: normals(3000, 4, 1), b: normals(3000, 5, 1.2), c: normals(3000, 6, 1.4) };
    const features = compare(before, after);
    expect(features.map(({ state }) => state)).toEqual(['drift', 'drift', 'drift']);
    expect(swappedIn(features)).toEqual([]);
  });

  it('are not found among binary columns, whose shares may change places by themselves', () => {
    const flags = (seed: number, share: number) => drawn(3000, seed, { yes: share, no: 1 - share });
    const before = { a: flags(1, 0.2), b: flags(2, 0.6) };
    expect(swappedIn(compare(before, { a: flags(3, 0.6), b: flags(4, 0.2) }))).toEqual([]);
    const numbers = (values: readonly string[]) => values.map((value) => Number(value === 'yes'));
    const bits = { a: numbers(before.a), b: numbers(before.b) };
    expect(swappedIn(compare(bits, { a: bits.b, b: bits.a }))).toEqual([]);
  });

  it('are the closest pair where several columns look alike', () => {
    const before = { a: normals(2000, 1), b: normals(2000, 2, 5), c: normals(2000, 3, 5.3) };
    const after = { a: normals(2000, 4, 5), b: normals(2000, 5), c: normals(2000, 6) };
    expect(swappedIn(compare(before, after))).toEqual(['a', 'b']);
  });

  it('are looked for among the rows of one segment only', () => {
    const [a, b] = [normals(1000, 1), normals(1000, 2, 3)];
    const inSegment = (name: string, before: Column, after: Column, segment: string) => ({
      ...sampleOf(name, before, after),
      segment,
    });
    expect(
      swappedIn(evaluate([inSegment('a', a, b, 'north'), inSegment('b', b, a, 'south')])),
    ).toEqual([]);
    expect(
      swappedIn(evaluate([inSegment('a', a, b, 'north'), inSegment('b', b, a, 'north')])),
    ).toEqual(['a', 'b']);
  });

  it('are not reported in splits without drift', () => {
    let found = 0;
    for (let seed = 1000; seed < 1100; seed += 10) {
      found += swappedIn(compare(people(100, seed), people(100, seed + 5))).length;
    }
    expect(found).toBe(0);
  });

  it.each([
    ['constant', [1], [2], []],
    ['infinite in part', [Infinity, 1, 2, 3], [-Infinity, 4, 5, 6], ['a', 'b']],
    ['infinite', [Infinity, -Infinity], [1, 2, 3], []],
    ['huge', [1e308, -1e308, 0, 1e300], [1, 2, 3, 4], ['a', 'b']],
    ['missing', [Number.NaN], [1, 2, 3], []],
    ['empty', [], [1, 2, 3], []],
  ])('are decided where a column is %s', (_, a, b, found) => {
    const long = (values: readonly number[]) => Array.from({ length: 100 }, () => values).flat();
    const features = compare({ a: long(a), b: long(b) }, { a: long(b), b: long(a) });
    expect(swappedIn(features)).toEqual(found);
  });
});
