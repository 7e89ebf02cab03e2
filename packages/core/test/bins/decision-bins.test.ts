import { categoricalProfile, numericProfile } from '@modelmeter/kernel/profiles';
import { describe, expect, it } from 'vitest';
import { decisionBins } from '../../src/bins/decision-bins.js';
import { evaluateDrift } from '../../src/drift/evaluate.js';
import { createDriftPolicy } from '../../src/drift/policy.js';
import { driftSchema } from '../../src/settings/drift.js';
import { parseSettings } from '../../src/settings/problems.js';
import { seededRandom } from '../support.js';

function binsOf(before: readonly string[], after: readonly string[], maximumCategories?: number) {
  const reference = categoricalProfile(
    before,
    maximumCategories === undefined ? {} : { maximumCategories },
  );
  return decisionBins(reference, categoricalProfile(after, { categories: reference.categories }));
}

const repeat = <Item>(rows: number, name: Item): Item[] => Array.from({ length: rows }, () => name);
const sum = (counts: Float64Array): number => counts.reduce((total, rows) => total + rows, 0);

describe('decisionBins', () => {
  it('returns the common names, the other common names, the rare and unseen names, and the missing rows', () => {
    const { reference, current } = binsOf(
      [...repeat(500, 'a'), ...repeat(500, 'b'), ...repeat(2, 'rare')],
      [...repeat(400, 'a'), ...repeat(100, 'new')],
    );
    expect(Array.from(reference)).toEqual([500, 500, 0, 2, 0]);
    expect(Array.from(current)).toEqual([400, 0, 0, 100, 0]);
  });

  it('keeps every row and the 50 names with the most rows of both samples together', () => {
    const random = seededRandom(1);
    const draw = (rows: number): string[] =>
      Array.from({ length: rows }, () => `c${Math.floor(120 * random() ** 2)}`);
    const { reference, current } = binsOf(draw(50_000), draw(20_000));
    expect(reference).toHaveLength(53);
    expect([sum(reference), sum(current)]).toEqual([50_000, 20_000]);
    const both = Array.from(reference.slice(0, 50), (rows, bin) => rows + current[bin]!);
    expect(both).toEqual([...both].sort((a, b) => b - a));
  });

  it('gives a name its own bin once chance leaves it out of a sample less than once in 1000', () => {
    // All ten rows of a name fall into the same one of two equal samples once in 1024 samples.
    const withRows = (rows: number) =>
      Array.from(
        binsOf([...repeat(1000 - rows, 'common'), ...repeat(rows, 'rare')], repeat(1000, 'common'))
          .reference,
      );
    expect(withRows(9)).toEqual([991, 0, 9, 0]);
    expect(withRows(10)).toEqual([990, 10, 0, 0, 0]);
  });

  it.each([
    ['that holds all names', undefined],
    ['that is limited to the most frequent names', 300],
  ])('is not biased between samples of one source, for a reference %s', (_, maximum) => {
    const random = seededRandom(2);
    // As many names as rows: a reference misses most of those that another sample has.
    const draw = (rows: number): string[] =>
      Array.from({ length: rows }, () => `c${Math.floor(4000 * random() ** 3)}`);
    let difference = new Float64Array(53);
    const runs = 60;
    for (let run = 0; run < runs; run += 1) {
      const { reference, current } = binsOf(draw(3000), draw(1000), maximum);
      const shares = (counts: Float64Array): Float64Array => {
        // Names come and go; the common ones together, the others, the rare, the missing.
        const names = counts.slice(0, -3);
        return Float64Array.of(sum(names), ...counts.slice(-3)).map((rows) => rows / sum(counts));
      };
      const before = shares(reference);
      difference = shares(current).map((share, bin) => share - before[bin]! + difference[bin]!);
    }
    // Four standard errors of the mean difference of a share of a half.
    const most = 4 * Math.sqrt((0.25 * (1 / 3000 + 1 / 1000)) / runs);
    for (const total of difference) expect(Math.abs(total / runs)).toBeLessThan(most);
  });

  const rising = (rows: number): Float64Array =>
    Float64Array.from({ length: rows }, (_, row) => row);

  it('returns the quantile bins of a numeric feature where enough rows are expected in each', () => {
    const reference = numericProfile(rising(1000));
    const current = numericProfile(rising(1000), { grid: reference.grid });
    const bins = decisionBins(reference, current);
    expect(bins.reference.length).toBe(11);
    expect(sum(bins.current)).toBe(1000);
  });

  it('merges neighbours by the reference alone, and keeps missing and new rows apart', () => {
    const reference = numericProfile(Float64Array.of(...rising(1000), ...repeat(1000, 0)));
    const few = [...repeat(20, -5), ...rising(20), ...repeat(3, Number.NaN)];
    const bins = decisionBins(
      reference,
      numericProfile(Float64Array.from(few), { grid: reference.grid }),
    );
    expect(Array.from(bins.reference)).toEqual([0, 1001, 333, 333, 333, 0]);
    expect(Array.from(bins.current)).toEqual([20, 1, 19, 0, 0, 3]);
    const other = numericProfile(
      Float64Array.from(few, () => 999),
      { grid: reference.grid },
    );
    expect(decisionBins(reference, other).reference).toEqual(bins.reference);
  });

  it('returns empty bins for an empty sample', () => {
    const { reference, current } = binsOf(repeat(5, 'a'), []);
    expect([sum(reference), sum(current)]).toEqual([5, 0]);
  });
});

describe('a feature with nearly as many names as rows', () => {
  const policy = createDriftPolicy(parseSettings(driftSchema, {}), []);
  const state = (before: readonly string[], after: readonly string[]) => {
    const reference = categoricalProfile(before);
    const current = categoricalProfile(after, { categories: reference.categories });
    const feature = { name: 'id', type: 'categorical' as const };
    const [found] = evaluateDrift([{ feature, reference, current }], policy);
    return [found?.state, found?.reason];
  };
  const ids = (rows: number, from: number): string[] =>
    Array.from({ length: rows }, (_, row) => `id-${from + row}`);

  it('is not evaluated', () => {
    expect(state(ids(3000, 0), ids(3000, 9000))).toEqual([
      'insufficient_data',
      'Nearly every value is different; none is common enough to compare',
    ]);
  });

  it('is evaluated when one name is common or all values are missing', () => {
    expect(state(repeat(3000, 'a'), [...repeat(2999, 'a'), 'b'])[0]).toBe('ok');
    expect(state([...repeat(3000, 'a'), 'b'], repeat(3000, 'a'))[0]).toBe('ok');
    expect(state([...repeat(2000, 'a'), ...ids(1000, 0)], repeat(3000, 'a'))[0]).toBe('drift');
  });
});
