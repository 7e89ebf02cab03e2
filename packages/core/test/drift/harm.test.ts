import { normalQuantile } from '@modelmeter/kernel/distributions';
import { categoricalProfile, numericProfile } from '@modelmeter/kernel/profiles';
import { describe, expect, it } from 'vitest';
import { evaluateDrift } from '../../src/drift/evaluate.js';
import { type ModelColumns, rankByHarm, type ScoreRows } from '../../src/drift/harm.js';
import { createDriftPolicy } from '../../src/drift/policy.js';
import { type FeatureDrift, verdictOf } from '../../src/report.js';
import { driftSchema } from '../../src/settings/drift.js';
import { parseSettings } from '../../src/settings/problems.js';
import { seededNormal, seededRandom } from '../support.js';

type Columns = Record<string, (number | string | null)[]>;

function normals(rows: number, seed: number, shift = 0): number[] {
  const normal = seededNormal(seed);
  return Array.from({ length: rows }, () => normal() + shift);
}

/** Categories, each with its share. */
function categories(rows: number, seed: number, shares: Record<string, number>): string[] {
  const random = seededRandom(seed);
  return Array.from({ length: rows }, () => {
    let left = random();
    return Object.keys(shares).find((name) => (left -= shares[name]!) < 0) ?? 'rest';
  });
}

function drift(reference: Columns, current: Columns): FeatureDrift[] {
  const samples = Object.entries(reference).map(([name, column]) => {
    const now = current[name]!;
    if (column.some((value) => typeof value === 'string')) {
      const profile = categoricalProfile(column as (string | null)[]);
      return {
        feature: { name, type: 'categorical' as const },
        reference: profile,
        current: categoricalProfile(now as (string | null)[], { categories: profile.categories }),
      };
    }
    const numbers = (values: Columns[string]) =>
      Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value)));
    const profile = numericProfile(numbers(column));
    return {
      feature: { name, type: 'numeric' as const },
      reference: profile,
      current: numericProfile(numbers(now), { grid: profile.grid }),
    };
  });
  const features = samples.map(({ feature }) => feature);
  return evaluateDrift(samples, createDriftPolicy(parseSettings(driftSchema, {}), features));
}

const rows = 2000;
/** 3 x + y - 2 for one group; z and the constant are not read. */
const linear: ScoreRows = ({ x, y, group }, count) =>
  Array.from(
    { length: count },
    (_, row) =>
      3 * Number(x![row]) + Number(y![row]) - (group === undefined || group[row] === 'b' ? 2 : 0),
  );

const reference: Columns = {
  y: normals(rows, 1),
  x: normals(rows, 2),
  unused: normals(rows, 3),
  group: categories(rows, 4, { a: 0.7, b: 0.3 }),
};
const shifted: Columns = {
  y: reference.y!.map((value) => Number(value) + 2),
  x: reference.x!.map((value) => Number(value) + 1),
  unused: reference.unused!.map((value) => Number(value) * 1000),
  group: categories(rows, 5, { a: 0.3, b: 0.7 }),
};

function byName(features: readonly FeatureDrift[]): Map<string, FeatureDrift> {
  return new Map(features.map((feature) => [feature.name, feature]));
}

describe('rankByHarm', () => {
  it('measures the change of a linear score, and puts the largest first', async () => {
    const found = await rankByHarm(drift(reference, shifted), {
      score: linear,
      reference,
      current: shifted,
    });
    expect(found.map(({ name }) => name)).toEqual(['x', 'y', 'group', 'unused']);
    const harm = (name: string) => byName(found).get(name)!.harm!;
    expect(harm('x').estimate).toBeCloseTo(3, 9);
    expect(harm('y').estimate).toBeCloseTo(2, 9);
    const share = (columns: Columns) =>
      columns.group!.filter((value) => value === 'b').length / rows;
    const expected = 2 * (share(shifted) - share(reference));
    expect(harm('group').low).toBeLessThan(expected);
    expect(harm('group').high).toBeGreaterThan(expected);
    expect(byName(found).get('x')!.explanation).toMatch(
      /^Drift: .*It changes the scores of the model by 3 \(3 to 3\) on average\.$/,
    );
  });

  it('leaves a drifted feature that the model does not use at investigate', async () => {
    const before = drift(reference, shifted);
    expect(byName(before).get('unused')!.state).toBe('drift');
    const options = { score: linear, reference, current: shifted };
    const found = byName(await rankByHarm(before, options)).get('unused')!;
    expect(found).toMatchObject({
      state: 'investigate',
      harm: { estimate: 0, low: 0, high: 0, rows: 1000 },
    });
    expect(found.explanation).toMatch(
      /^Investigate: a shift with which 1000 of 1000 scores of the model stay as they are\. PSI /,
    );
    expect(verdictOf([found])).toEqual({ driftedFeatures: [], state: 'investigate' });
    const kept = byName(await rankByHarm(before, { ...options, keepDrift: true })).get('unused')!;
    expect(kept.state).toBe('drift');
  });

  it('keeps the state where too few rows were changed to know that the model does not use it', async () => {
    const options = { score: linear, reference, current: shifted, rows: 20 };
    const found = byName(await rankByHarm(drift(reference, shifted), options)).get('unused')!;
    expect(found).toMatchObject({ state: 'drift', harm: { estimate: 0, changedRows: 20 } });
  });

  it('finds that a feature reached by few rows is used', async () => {
    const rare: ScoreRows = ({ unused }, count) =>
      Array.from({ length: count }, (_, row) => (Number(unused![row]) > 2500 ? 1 : 0));
    const options = { score: rare, reference, current: shifted };
    const found = byName(await rankByHarm(drift(reference, shifted), options)).get('unused')!;
    expect(found.state).toBe('drift');
    expect(found.harm!.estimate).toBeGreaterThan(0);
  });

  it('finds no harm in a strong feature whose distribution did not move', async () => {
    const same: Columns = { ...shifted, x: [...reference.x!].reverse() };
    const before = drift(reference, same).map((feature) =>
      feature.name === 'x' ? { ...feature, state: 'investigate' as const } : feature,
    );
    const found = await rankByHarm(before, { score: linear, reference, current: same });
    expect(byName(found).get('x')!.harm).toMatchObject({ estimate: 0, changedRows: 0 });
  });

  it('grows with the scale of the score', async () => {
    const before = drift(reference, shifted);
    const options = { reference, current: shifted };
    const one = await rankByHarm(before, { ...options, score: linear });
    const ten = await rankByHarm(before, {
      ...options,
      score: async (columns, count) =>
        Array.from(await linear(columns, count), (score) => score * 10),
    });
    for (const [index, { harm }] of one.entries()) {
      expect(ten[index]!.harm!.estimate).toBeCloseTo(harm!.estimate * 10, 6);
    }
  });

  it('does not depend on the order of the current rows', async () => {
    const before = drift(reference, shifted);
    const reversed: ModelColumns = Object.fromEntries(
      Object.entries(shifted).map(([name, column]) => [name, [...column].reverse()]),
    );
    const score: ScoreRows = ({ x, y }, count) => linear({ x: x!, y: y! }, count);
    const one = await rankByHarm(before, { score, reference, current: shifted });
    const other = await rankByHarm(before, { score, reference, current: reversed });
    expect(byName(other).get('x')!.harm).toEqual(byName(one).get('x')!.harm);
  });

  it('gives rows missing values in the share that they have now', async () => {
    const current: Columns = {
      x: reference.x!.map((value, row) => (row % 2 === 0 ? null : value)),
    };
    const isMissing: ScoreRows = ({ x }, count) =>
      Array.from({ length: count }, (_, row) => (x![row] === null ? 1 : 0));
    const columns = { x: reference.x! };
    const options = { score: isMissing, reference: columns, current };
    const [found] = await rankByHarm(drift(columns, current), options);
    expect(found!.harm!.low).toBeLessThan(0.5);
    expect(found!.harm!.high).toBeGreaterThan(0.5);
    const [back] = await rankByHarm(drift(current, columns), {
      score: isMissing,
      reference: current,
      current: columns,
    });
    expect(back!.harm!.low).toBeLessThan(0.5);
    expect(back!.harm!.high).toBeGreaterThan(0.5);
  });

  it('replaces every value when all are missing now', async () => {
    const columns = { x: reference.x! };
    const current: Columns = { x: reference.x!.map(() => null) };
    const isMissing: ScoreRows = ({ x }, count) =>
      Array.from({ length: count }, (_, row) => (x![row] === null ? 1 : 0));
    const options = { score: isMissing, reference: columns, current };
    const [found] = await rankByHarm(drift(columns, current), options);
    expect(found!.harm).toMatchObject({ estimate: 1, low: 1, high: 1, changedRows: 1000 });
  });

  it('shares the ranks of equal numbers, so that only the rows that must move do', async () => {
    const flags = (share: number): number[] =>
      Array.from({ length: rows }, (_, row) => (row % 100 < share * 100 ? 1 : 0));
    const columns = { x: flags(0.2) };
    const current = { x: flags(0.6) };
    const score: ScoreRows = ({ x }) => x as number[];
    const options = { score, reference: columns, current, rows };
    const [found] = await rankByHarm(drift(columns, current), options);
    expect(found!.harm!.low).toBeLessThan(0.4);
    expect(found!.harm!.high).toBeGreaterThan(0.4);
  });

  it('covers the true harm in 95 % of the samples', async () => {
    const points = 2000;
    const current = {
      x: Array.from({ length: points }, (_, rank) => 1 + normalQuantile((rank + 0.5) / points)),
    };
    const score: ScoreRows = ({ x }) => (x as number[]).map((value) => value * value);
    // E |(Z + 1)^2 - Z^2| = E |2 Z + 1| for a standard normal Z, by the folded normal distribution.
    const truth = 2 * Math.sqrt(2 / Math.PI) * Math.exp(-0.125) + 0.38292492254802624;
    let covered = 0;
    const trials = 300;
    for (let trial = 0; trial < trials; trial += 1) {
      const columns = { x: normals(2000, 100 + trial) };
      const options = { score, reference: columns, current, rows: 400, seed: trial };
      const [found] = await rankByHarm([feature('x')], options);
      if (found!.harm!.low <= truth && truth <= found!.harm!.high) covered += 1;
    }
    expect(covered / trials).toBeGreaterThan(0.92);
    expect(covered / trials).toBeLessThan(0.98);
  });

  it('measures only shifted features with one value per row and a column', async () => {
    const features = [
      feature('output'),
      { ...feature('x'), state: 'ok' as const },
      { ...feature('vector'), type: 'embedding' as const },
      feature('y'),
    ];
    let calls = 0;
    const found = await rankByHarm(features, {
      score: (columns, count) => {
        calls += 1;
        return linear(columns, count);
      },
      reference: { ...reference, vector: reference.x!.map((value) => [value]) },
      current: shifted,
    });
    expect(found.map(({ name, harm }) => [name, harm !== undefined])).toEqual([
      ['y', true],
      ['output', false],
      ['x', false],
      ['vector', false],
    ]);
    expect(calls).toBe(2);
  });

  it('gives a single reference row no bound', async () => {
    const options = { score: linear, reference: { x: [0], y: [0] }, current: { x: [1] } };
    const [found] = await rankByHarm([feature('x')], options);
    expect(found!.harm).toMatchObject({ estimate: 3, low: 0, high: Infinity, rows: 1 });
  });

  it.each([
    ['no reference rows', { reference: {} }, 'REFERENCE_MISMATCH'],
    ['no current rows', { current: { x: [] } }, 'REFERENCE_MISMATCH'],
    ['columns of two lengths', { reference: { x: [1, 2], y: [1] } }, 'REFERENCE_MISMATCH'],
    ['a missing current column', { current: { y: [1] } }, 'REFERENCE_MISMATCH'],
    ['no rows to score', { rows: 0 }, 'CONFIG_INVALID'],
    ['too few scores', { score: () => [1] }, 'MODEL_MISMATCH'],
    ['a score that is NaN', { score: () => [1, Number.NaN] }, 'MODEL_MISMATCH'],
  ])('refuses %s', async (_, wrong, code) => {
    const right = { score: linear, reference: { x: [1, 2], y: [1, 2] }, current: { x: [3] } };
    await expect(rankByHarm([feature('x')], { ...right, ...wrong })).rejects.toMatchObject({
      code,
    });
  });
});

/** A feature in drift. */
function feature(name: string): FeatureDrift {
  const [x] = drift({ x: normals(500, 7) }, { x: normals(500, 8, 3) });
  return { ...x!, name };
}
