import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../../src/numeric/random.js';
import { pairVariation } from '../../src/profiles/embeddings/column-pairs.js';
import type { EmbeddingProfile } from '../../src/profiles/embeddings/embedding-profile.js';
import { embeddingProfile } from '../../src/profiles/embeddings/profile-embeddings.js';
import { mergeProfiles } from '../../src/profiles/merge-profiles.js';
import { profileFromJson, profileToJson } from '../../src/profiles/profile-json.js';
import { correlationChanges } from '../../src/statistics/correlation-changes.js';
import { codeOf } from '../kernel/kernels.js';
import { correlatedTable } from './vectors.js';

interface Fixture {
  readonly reference: number[];
  readonly current: number[];
  readonly referenceCorrelations: number[];
  readonly currentCorrelations: number[];
  readonly variation: { readonly variances: number[]; readonly largest: number[] };
  readonly pValues: number[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/correlation-changes.json', import.meta.url), 'utf8'),
) as Fixture;

const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `c${at}`);

/** A table of `columns` flags, each set in two of a hundred rows. */
function flags(rows: number, columns: number, random: Random): Float64Array {
  return Float64Array.from({ length: rows * columns }, () => (random.next() < 0.02 ? 1 : 0));
}

function changesOf(reference: EmbeddingProfile, current: Float64Array, level = 1e-4) {
  return correlationChanges(
    reference,
    embeddingProfile(current, { basis: reference.basis }),
    level,
  );
}

describe('correlationChanges', () => {
  test('the variation of a correlation is that of numpy', () => {
    const rows = Array.from({ length: 120 }, (_, row) =>
      Float64Array.from(fixture.reference.slice(4 * row, 4 * row + 4)),
    );
    const found = pairVariation(rows, 4)!;
    for (const [pair, variance] of fixture.variation.variances.entries()) {
      expect(found.variances[pair]! / variance).toBeCloseTo(1, 3);
      expect(found.largest[pair]! / fixture.variation.largest[pair]!).toBeCloseTo(1, 3);
    }
  });

  test('correlations and p-values are those of numpy', () => {
    const made = embeddingProfile(Float64Array.from(fixture.reference), { columns: names(4) });
    const columns = {
      names: names(4),
      centre: new Float64Array(4),
      scale: new Float64Array(4).fill(1),
      pairs: {
        variances: Float64Array.from(fixture.variation.variances),
        largest: Float64Array.from(fixture.variation.largest),
      },
    };
    const basis = { ...made.basis, columns };
    const reference = embeddingProfile(Float64Array.from(fixture.reference), { basis });
    const found = changesOf(reference, Float64Array.from(fixture.current), 1);
    const pairs = ['c0,c1', 'c0,c2', 'c1,c2', 'c0,c3', 'c1,c3', 'c2,c3'];
    expect(found).toHaveLength(fixture.pValues.filter((pValue) => pValue < 1).length);
    expect(found[0]!.columns).toEqual(['c0', 'c1']);
    for (const change of found) {
      const pair = pairs.indexOf(change.columns.join());
      expect(change.reference).toBeCloseTo(fixture.referenceCorrelations[pair]!, 12);
      expect(change.current).toBeCloseTo(fixture.currentCorrelations[pair]!, 12);
      expect(change.pValue / fixture.pValues[pair]!).toBeCloseTo(1, 9);
    }
  });

  test('finds one correlation among those of 100 columns, and names the columns', () => {
    const random = createRandom(5);
    const reference = embeddingProfile(correlatedTable(2000, 100, 0, random), {
      columns: names(100),
    });
    const [change, ...others] = changesOf(reference, correlatedTable(2000, 100, 0.6, random));
    expect(change!.columns).toEqual(['c0', 'c1']);
    expect(change!.current).toBeGreaterThan(0.5);
    expect(Math.abs(change!.reference)).toBeLessThan(0.1);
    expect(others).toEqual([]);
    expect(changesOf(reference, correlatedTable(2000, 100, 0, random), 0.05)).toEqual([]);
  });

  test.each([
    [
      'normal columns',
      1000,
      300,
      (rows: number, random: Random) => correlatedTable(rows, 12, 0, random),
    ],
    [
      'columns that go together',
      1000,
      300,
      (rows: number, random: Random) => correlatedTable(rows, 12, 0.99, random),
    ],
    ['rare flags', 2000, 2000, (rows: number, random: Random) => flags(rows, 12, random)],
    ['rare flags in few rows', 200, 200, (rows: number, random: Random) => flags(rows, 12, random)],
  ] as const)('finds none at .05 without drift in more than one of 20: %s', (_, n, m, draw) => {
    const random = createRandom(6);
    const { basis } = embeddingProfile(draw(n, random), { columns: names(12) });
    let found = 0;
    for (let trial = 0; trial < 20; trial += 1) {
      const reference = embeddingProfile(draw(n, random), { basis });
      if (changesOf(reference, draw(m, random), 0.05).length > 0) found += 1;
    }
    expect(found).toBeLessThanOrEqual(1);
  });

  test('another mean and another scale of a column change no correlation', () => {
    const table = correlatedTable(2000, 3, 0.5, createRandom(7));
    const reference = embeddingProfile(table, { columns: names(3) });
    const moved = table.map((value, at) => (at % 3 === 0 ? 0.5 * value + 1 : value));
    expect(changesOf(reference, moved, 0.05)).toEqual([]);
  });

  test('sums of parts are the sums of the whole, in any order and through JSON', () => {
    const table = correlatedTable(300, 3, 0.5, createRandom(8));
    const whole = embeddingProfile(table, { columns: names(3) });
    const { basis } = whole;
    const parts = [table.slice(450), table.slice(0, 450)].map((part) =>
      embeddingProfile(part, { basis }),
    );
    const merged = mergeProfiles(parts[0]!, parts[1]!);
    expect(merged.pairs).toEqual(whole.pairs);
    const read = profileFromJson(JSON.parse(JSON.stringify(profileToJson(merged))), 'table');
    expect(read).toEqual(merged);
  });

  test('a constant column, a single row and a lost column have no changes', () => {
    const random = createRandom(9);
    const table = correlatedTable(500, 3, 0.5, random);
    const withConstant = table.map((value, at) => (at % 3 === 1 ? 7 : value));
    const lost = table.map((value, at) => (at % 3 === 1 ? Number.NaN : value));
    expect(changesOf(embeddingProfile(withConstant, { columns: names(3) }), table)).toEqual([]);
    const reference = embeddingProfile(table, { columns: names(3) });
    expect(changesOf(reference, withConstant)).toEqual([]);
    expect(changesOf(reference, lost)).toEqual([]);
    expect(changesOf(reference, table.slice(0, 3))).toEqual([]);
    expect(changesOf(reference, new Float64Array(0))).toEqual([]);
  });

  test.each([
    ['one column', 200, 1],
    ['129 columns', 100, 129],
    ['99 rows', 99, 3],
    ['no row', 0, 3],
  ])('no pairs are counted of %s', (_, rows, columns) => {
    const table = correlatedTable(rows, Math.max(columns, 2), 0, createRandom(3)).subarray(
      0,
      rows * columns,
    );
    const reference = embeddingProfile(table, { columns: names(columns) });
    expect(reference.pairs).toBeUndefined();
    expect(correlationChanges(reference, reference, 1)).toEqual([]);
  });

  test('profiles on two bases are not compared', () => {
    const table = correlatedTable(200, 3, 0, createRandom(3));
    const one = embeddingProfile(table, { columns: names(3) });
    const other = embeddingProfile(table, { columns: names(3), seed: 2 });
    expect(codeOf(() => correlationChanges(one, other, 1))).toBe('PROFILE_MISMATCH');
  });
});
