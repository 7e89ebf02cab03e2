import type { CategoricalProfile } from '@modelmeter/kernel/profiles';
import { exactContingencyPValue } from '@modelmeter/kernel/statistics';
import { describe, expect, it } from 'vitest';
import { evaluateDrift } from '../../src/drift/evaluate.js';
import { createDriftPolicy } from '../../src/drift/policy.js';
import { buildReference, type Reference } from '../../src/reference.js';
import type { FeatureDrift } from '../../src/report.js';
import { driftSchema } from '../../src/settings/drift.js';
import type { FeatureConfig } from '../../src/settings/features.js';
import { parseSettings } from '../../src/settings/problems.js';
import { createFeatureWindow } from '../../src/windows/feature-window.js';
import { dayMs, evaluateWindow, seededNormal, seededRandom, startMs } from '../support.js';

type Columns = Record<string, (number | string | null)[]>;

function typeOf(column: readonly unknown[]): FeatureConfig['type'] {
  return column.some((value) => typeof value === 'string') ? 'categorical' : 'numeric';
}

function reference(columns: Columns): { reference: Reference; features: FeatureConfig[] } {
  const features = Object.entries(columns).map(([name, column]) => ({
    name,
    type: typeOf(column),
  }));
  return {
    features,
    reference: buildReference({
      modelName: 'a',
      modelVersion: '1',
      created: '',
      source: 'test',
      features,
      columns,
    }),
  };
}

function compare(from: ReturnType<typeof reference>, current: Columns): FeatureDrift[] {
  const window = createFeatureWindow({ ...from, windowMs: dayMs, startMs });
  const rows = Object.values(current)[0]?.length ?? 0;
  const blocks = Object.entries(current).map(([name, data]) => ({ names: [name], data }));
  window.count(blocks, rows, startMs);
  return evaluateWindow(window);
}

function normals(rows: number, seed: number, shift = 0): number[] {
  const normal = seededNormal(seed);
  return Array.from({ length: rows }, () => normal() + shift);
}

describe('evaluateDrift', () => {
  it('tests rare bins exactly, so that they need no pooling in a tiny window', () => {
    const before = Array.from({ length: 5000 }, (_, row) => 'abcde'[row % 5]!);
    const [found] = compare(reference({ name: before }), { name: [...'ddddddeeeeeeeee'] });
    const rows = [1000, 1000, 1000, 1000, 1000];
    expect(found!.pValue).toBeCloseTo(exactContingencyPValue(rows, [0, 0, 0, 6, 9])!, 14);
    expect(found!.pValue).toBeLessThan(0.01);
  });

  it('reports a finding although no name is common enough to compare', () => {
    const names = Array.from({ length: 300 }, (_, row) => `name ${row % 100}`);
    const inAnotherCase = names.map((name) => name.toUpperCase());
    const [found] = compare(reference({ name: names }), { name: inAnotherCase });
    expect(found).toMatchObject({
      state: 'investigate',
      explanation:
        'Investigate: 100 % of the values are of categories that the reference never saw.',
    });
  });

  it.each([
    ['no shift', 0, 'ok'],
    ['a shift of 0.25 standard deviations', 0.25, 'ok'],
    ['a shift of 0.4 standard deviations', 0.4, 'investigate'],
    ['a shift of 0.8 standard deviations', 0.8, 'drift'],
  ])('returns for %s the state of its size', (_, shift, state) => {
    const [found] = compare(reference({ x: normals(5000, 1) }), { x: normals(5000, 2, shift) });
    expect(found?.state).toBe(state);
    expect(found?.significant).toBe(shift > 0);
  });

  it('finds a tiny shift of a million rows significant but not drift', () => {
    const [found] = compare(reference({ x: normals(200_000, 3) }), {
      x: normals(1_000_000, 4, 0.02),
    });
    expect(found).toMatchObject({ significant: true, state: 'ok' });
  });

  it.each([
    ['a shift of 3 standard deviations', (value: number) => value + 3],
    ['another unit', (value: number) => value * 1000],
    ['missing values only', () => null],
    ['one value only', () => 0.5],
  ])('finds drift in 60 rows with %s', (_, change) => {
    const from = reference({ x: normals(5000, 5).map((value) => value + 2) });
    const [found] = compare(from, { x: normals(60, 6).map((value) => change(value + 2)) });
    expect(found?.state).toBe('drift');
  });

  it.each([1, 5, 30, 60])('never calls %i ordinary rows ok', (rows) => {
    const [found] = compare(reference({ x: normals(5000, 5) }), { x: normals(rows, 9) });
    expect(found).toMatchObject({ state: 'insufficient_data', significant: false });
    expect(found?.reason).toMatch(/may be as large as .* About \d+ more rows decide/);
  });

  it('finds six missing values against six numbers, by the exact test', () => {
    const numbers = [1, 2, 3, 4, 5, 6];
    const [found] = compare(reference({ x: numbers }), { x: numbers.map(() => null) });
    expect(found).toMatchObject({ state: 'drift', significant: true });
    expect(found?.pValue).toBeCloseTo(2 / 924, 6);
  });

  it('says so where the reference has too few rows, however many the window has', () => {
    const [found] = compare(reference({ x: normals(40, 15) }), { x: normals(50_000, 7) });
    expect(found?.state).toBe('insufficient_data');
    expect(found?.reason).toMatch(/The reference has too few rows to decide$/);
  });

  it('mostly decides with as many more rows as it says', () => {
    const from = reference({ x: normals(5000, 5) });
    const few = compare(from, { x: normals(60, 8) })[0]!;
    const more = Number(/About (\d+) more/.exec(few.reason!)![1]);
    const states = Array.from({ length: 10 }, (_, seed) => {
      const [found] = compare(from, { x: normals(60 + more, 20 + seed) });
      return found!.state;
    });
    expect(states.filter((state) => state === 'ok').length).toBeGreaterThanOrEqual(6);
  });

  it('says how large the shift is and between which bounds', () => {
    const [found] = compare(reference({ x: normals(5000, 1) }), { x: normals(2000, 2, 0.8) });
    const { estimate, low, high } = found!.effects.psi!;
    expect(low).toBeLessThan(0.6);
    expect(high).toBeGreaterThan(0.5);
    expect(high - low).toBeLessThan(0.25);
    expect(estimate).toBeLessThan(found!.scores.psi!);
    expect(found?.explanation).toMatch(
      /^Drift: PSI 0\.\d+, between 0\.\d+ and 0\.\d+ \(threshold 0\.25\)\./,
    );
  });

  it('finds a category of a binary feature that moves ten points, by the share moved', () => {
    const flags = (yes: number): string[] =>
      Array.from({ length: 4000 }, (_, row) => (row % 100 < yes ? 'yes' : 'no'));
    const [found] = compare(reference({ flag: flags(50) }), { flag: flags(60) });
    expect(found).toMatchObject({ state: 'investigate', statistic: 'share_moved' });
    expect(found?.explanation).toContain('Largest move 10 points, between 7.8');
  });

  it('finds a change in the few rows of a column that is mostly zero', () => {
    const column = (factor: number): number[] =>
      Array.from({ length: 4000 }, (_, row) => (row % 16 === 0 ? (row / 16 + 1) * factor : 0));
    const [found] = compare(reference({ gain: column(1) }), { gain: column(100) });
    expect(found?.state).not.toBe('ok');
    expect(found?.scores.psi).toBeGreaterThan(0.1);
  });

  it('returns insufficient_data for no rows', () => {
    const [found] = compare(reference({ x: normals(100, 5) }), { x: [] });
    expect(found).toMatchObject({ state: 'insufficient_data', pValue: 1, scores: { psi: 0 } });
  });

  it('hardly changes a score for one outlier', () => {
    const from = reference({ x: normals(5000, 7) });
    const shifted = normals(5000, 8, 1);
    const [plain] = compare(from, { x: shifted });
    const [outlier] = compare(from, { x: [...shifted.slice(1), 1e6] });
    expect(Math.abs(outlier!.scores.psi! / plain!.scores.psi! - 1)).toBeLessThan(0.01);
  });

  it('finds a category that is not in the reference and one that vanished', () => {
    const codes = Array.from({ length: 4000 }, (_, row) => ['ORD', 'LGA', 'DEN', 'SFO'][row % 4]!);
    const renamed = codes.map((code) => (code === 'ORD' ? 'KORD' : code));
    const [found] = compare(reference({ origin: codes }), { origin: renamed });
    expect(found?.state).toBe('drift');
    expect(
      found?.largestShifts
        .map(({ bin }) => bin)
        .slice(0, 2)
        .sort(),
    ).toEqual(['ORD', '__unseen__']);
  });

  it('finds values that become missing', () => {
    const values = normals(4000, 9);
    const [found] = compare(reference({ x: values }), {
      x: values.map((value, row) => (row % 3 === 0 ? null : value)),
    });
    expect(found?.state).toBe('drift');
    expect(found?.largestShifts[0]?.bin).toBe('__missing__');
  });

  it('returns ok for a constant and an always missing feature that stay so', () => {
    const constant = Array.from({ length: 1000 }, () => 7);
    const missing = Array.from({ length: 1000 }, () => null);
    for (const column of [constant, missing]) {
      const [found] = compare(reference({ x: column }), { x: column });
      expect(found).toMatchObject({ state: 'ok', significant: false, pValue: 1 });
      expect(found?.scores.psi).toBe(0);
    }
  });

  it('finds a constant that changes in either direction', () => {
    const constant = Array.from({ length: 1000 }, () => 7);
    for (const value of [6, 8]) {
      const [found] = compare(reference({ x: constant }), { x: constant.map(() => value) });
      expect(found?.state).toBe('drift');
    }
  });

  it('returns finite scores for infinities and extreme values', () => {
    const hostile = [Infinity, -Infinity, Number.NaN, 5e-324, -0, 1e308, ...normals(500, 10)];
    const [found] = compare(reference({ x: hostile }), { x: [...hostile].reverse() });
    const { psi, ks_statistic: ks, js_distance: js } = found!.scores;
    for (const score of [psi, ks, js, found!.pValue]) expect(Number.isFinite(score)).toBe(true);
    expect(psi).toBe(0);
  });
});

describe('the calibration of evaluateDrift', () => {
  const runs = 300;
  const columns = 10;

  function table(rows: number, random: () => number, shift: number): Columns {
    const normal = seededNormal(Math.floor(random() * 2 ** 32));
    const draw = (column: number): number | string => {
      if (column < 6) return normal() + (column === 0 ? shift : 0);
      if (column < 8) return Math.floor(random() * 12);
      return `c${Math.floor(random() * random() * 20)}`;
    };
    return Object.fromEntries(
      Array.from({ length: columns }, (_, column) => [
        `f${column}`,
        Array.from({ length: rows }, () => draw(column)),
      ]),
    );
  }

  it('finds significance in at most 5 % of tables without drift and never the state drift', () => {
    const random = seededRandom(11);
    let significant = 0;
    let drifted = 0;
    for (let run = 0; run < runs; run += 1) {
      const found = compare(reference(table(1000, random, 0)), table(1000, random, 0));
      significant += Number(found.some((feature) => feature.significant));
      drifted += Number(found.some(({ state }) => state === 'drift'));
    }
    // Two standard errors above the level that Benjamini-Hochberg promises when nothing drifts.
    expect(significant / runs).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / runs));
    expect(drifted).toBe(0);
  });

  it('keeps its level of 5 % where values are tested together with the missing rows', () => {
    const random = seededRandom(13);
    const normal = seededNormal(14);
    const draw = (): Columns => ({
      x: Array.from({ length: 200 }, () => (random() < 0.05 ? null : normal())),
    });
    const pairs = 1500;
    let rejections = 0;
    for (let pair = 0; pair < pairs; pair += 1) {
      rejections += Number(compare(reference(draw()), draw())[0]!.pValue <= 0.05);
    }
    expect(rejections / pairs).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / pairs));
  });

  it('keeps its level of 5 % for two categories of few rows', () => {
    const rows = 50;
    const policy = createDriftPolicy(parseSettings(driftSchema, { statistics: ['psi'] }), []);
    const feature = { name: 'coin', type: 'categorical' as const };
    const flips = (heads: number): CategoricalProfile => ({
      type: 'categorical',
      count: rows,
      missing: 0,
      categories: ['heads', 'tails'],
      counts: Float64Array.of(heads, rows - heads),
      other: 0,
    });
    // The probability of each number of heads; together they give the exact rejection rate.
    const probability = [0.5 ** rows];
    for (let heads = 1; heads <= rows; heads += 1) {
      probability.push((probability[heads - 1]! * (rows - heads + 1)) / heads);
    }
    let rejectionRate = 0;
    for (const [before, first] of probability.entries()) {
      for (const [after, second] of probability.entries()) {
        const [found] = evaluateDrift(
          [{ feature, reference: flips(before), current: flips(after) }],
          policy,
        );
        if (found!.pValue <= 0.05) rejectionRate += first * second;
      }
    }
    expect(rejectionRate).toBeLessThanOrEqual(0.05);
    expect(rejectionRate).toBeGreaterThan(0.02);
  });

  it('finds a shift of 0.75 standard deviations in one of ten features as drift', () => {
    const random = seededRandom(12);
    let drifted = 0;
    for (let run = 0; run < 100; run += 1) {
      const found = compare(reference(table(2000, random, 0)), table(2000, random, 0.75));
      drifted += Number(found[0]!.state === 'drift');
      expect(found.slice(1).every(({ state }) => state !== 'drift')).toBe(true);
    }
    expect(drifted).toBeGreaterThanOrEqual(99);
  });
});
