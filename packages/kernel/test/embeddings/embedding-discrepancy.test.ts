import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/numeric/random.js';
import type { EmbeddingProfile } from '../../src/profiles/embeddings/embedding-profile.js';
import { embeddingProfile } from '../../src/profiles/embeddings/profile-embeddings.js';
import { mergeProfiles } from '../../src/profiles/merge-profiles.js';
import { embeddingDiscrepancy } from '../../src/statistics/embedding-discrepancy.js';
import { codeOf } from '../kernel/kernels.js';
import { correlatedTable, createTopics, normalVectors } from './vectors.js';

interface Case {
  readonly name: string;
  readonly dimension: number;
  readonly width: number;
  readonly reference: number[];
  readonly current: number[];
  readonly squaredDiscrepancy: number;
}

const { cases } = JSON.parse(
  readFileSync(new URL('../fixtures/embedding-discrepancy.json', import.meta.url), 'utf8'),
) as { cases: Case[] };

/** Rejections at 5 % of `trials` comparisons of a reference with a current sample. */
function rejections(
  trials: number,
  reference: (trial: number) => EmbeddingProfile,
  current: (trial: number) => Float64Array | Float32Array,
): number {
  let rejected = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const before = reference(trial);
    const after = embeddingProfile(current(trial), { basis: before.basis });
    if (embeddingDiscrepancy(before, after).pValue < 0.05) rejected += 1;
  }
  return rejected;
}

describe('embeddingDiscrepancy', () => {
  test.each(cases)('its mean over seeds is that of scikit-learn: $name', (one) => {
    const { dimension, width, squaredDiscrepancy } = one;
    const reference = Float64Array.from(one.reference);
    const current = Float64Array.from(one.current);
    const { basis } = embeddingProfile(reference, { dimension });
    const found: number[] = [];
    for (let seed = 1; seed <= 200; seed += 1) {
      const changed = { ...basis, width, seed };
      found.push(
        embeddingDiscrepancy(
          embeddingProfile(reference, { basis: changed }),
          embeddingProfile(current, { basis: changed }),
        ).squaredDiscrepancy,
      );
    }
    const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
    const square = found.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const error = Math.sqrt(square) / found.length;
    expect(error).toBeLessThan(0.003);
    expect(Math.abs(mean - squaredDiscrepancy)).toBeLessThan(4 * error);
  });

  test('without drift it rejects as often as its level says, with drift of one topic nearly always', () => {
    const topics = createTopics(48, 5);
    const reference = embeddingProfile(topics(3000, 0.125), { dimension: 48 });
    const rejected = rejections(
      100,
      () => reference,
      () => topics(300, 0.125),
    );
    // 5 of 100 expected, deviation 2.2; the reference is one and the same.
    expect(rejected).toBeLessThanOrEqual(13);
    const found = rejections(
      30,
      () => reference,
      () => topics(1000, 0.2),
    );
    expect(found).toBeGreaterThanOrEqual(27);
  });

  test('it finds a correlation that no column shows', () => {
    const random = createRandom(6);
    const options = { columns: ['a', 'b', 'c', 'd'] };
    const references = Array.from({ length: 6 }, () =>
      embeddingProfile(correlatedTable(1000, 4, 0, random), options),
    );
    const quiet = rejections(
      60,
      (trial) => references[trial % 6]!,
      () => correlatedTable(500, 4, 0, random),
    );
    // 3 of 60 expected, deviation 1.7.
    expect(quiet).toBeLessThanOrEqual(9);
    const found = rejections(
      20,
      (trial) => references[trial % 6]!,
      () => correlatedTable(1000, 4, 0.6, random),
    );
    expect(found).toBeGreaterThanOrEqual(19);
  });

  test('a shift of one value in deviations is about the score, and its interval holds it', () => {
    const random = createRandom(7);
    const dimension = 1;
    const reference = embeddingProfile(correlatedTable(40_000, 2, 0, random), { dimension });
    let held = 0;
    let sum = 0;
    const shift = 0.4;
    // The score of the shift itself, from many rows.
    const moved = (rows: number): EmbeddingProfile => {
      const values = correlatedTable(rows, 2, 0, random).map((value) => value + shift);
      return embeddingProfile(values, { basis: reference.basis });
    };
    const exact = embeddingDiscrepancy(reference, moved(200_000)).score;
    for (let trial = 0; trial < 200; trial += 1) {
      const { score, interval } = embeddingDiscrepancy(reference, moved(250));
      sum += score;
      if (interval[0] <= exact && exact <= interval[1]) held += 1;
    }
    expect(exact).toBeGreaterThan(0.8 * shift);
    expect(exact).toBeLessThan(1.1 * shift);
    expect(Math.abs(sum / 200 / exact - 1)).toBeLessThan(0.05);
    // 190 of 200 expected, deviation 3.1.
    expect(held).toBeGreaterThanOrEqual(178);
  });

  test('the interval holds the score of vectors that are spread twice as far', () => {
    const random = createRandom(8);
    const dimension = 4;
    const spread = (rows: number, factor: number): Float64Array =>
      correlatedTable(rows, dimension, 0, random).map((value) => factor * value);
    const reference = embeddingProfile(spread(20_000, 1), { dimension });
    const current = (rows: number): EmbeddingProfile =>
      embeddingProfile(spread(rows, 2), { basis: reference.basis });
    const exact = embeddingDiscrepancy(reference, current(100_000)).score;
    let held = 0;
    for (let trial = 0; trial < 300; trial += 1) {
      const [low, high] = embeddingDiscrepancy(reference, current(300)).interval;
      if (low <= exact && exact <= high) held += 1;
    }
    // With the variance of the reference for both samples 82 % hold it.
    expect(held / 300).toBeGreaterThanOrEqual(0.91);
  });

  test('more rows of the same shares narrow the interval and leave the distance', () => {
    const before = embeddingProfile(normalVectors(400, 8, 1), { dimension: 8 });
    const after = embeddingProfile(normalVectors(300, 8, 2, 0.3), { basis: before.basis });
    const times = (profile: EmbeddingProfile, factor: number): EmbeddingProfile => ({
      ...profile,
      count: factor * profile.count,
      sums: profile.sums.map((sum) => factor * sum),
    });
    const few = embeddingDiscrepancy(before, after);
    const many = embeddingDiscrepancy(times(before, 1e6), times(after, 1e6));
    expect(few.pValue).toBeLessThan(1e-3);
    expect(many.pValue).toBeLessThan(1e-100);
    expect(many.noiseFloor).toBeLessThan(few.noiseFloor);
    expect(many.interval[0]).toBeGreaterThan(few.interval[0]);
    expect(many.interval[1] - many.interval[0]).toBeLessThan(0.001);
    expect(many.score).toBeLessThan(few.interval[1]);
  });

  test('a profile has no distance to itself, and the order of the samples does not matter', () => {
    const a = embeddingProfile(normalVectors(60, 5, 1), { dimension: 5 });
    const b = embeddingProfile(normalVectors(50, 5, 2, 1), { basis: a.basis });
    expect(embeddingDiscrepancy(a, a)).toMatchObject({ score: 0, pValue: 1 });
    expect(embeddingDiscrepancy(a, b).squaredDiscrepancy).toBeCloseTo(
      embeddingDiscrepancy(b, a).squaredDiscrepancy,
      12,
    );
    expect(embeddingDiscrepancy(a, mergeProfiles(b, b)).pValue).toBeLessThan(1e-6);
  });

  test('too few vectors decide nothing', () => {
    const a = embeddingProfile(normalVectors(60, 5, 1), { dimension: 5 });
    const nothing = { score: 0, interval: [0, Infinity], pValue: 1 };
    for (const rows of [0, 1]) {
      const b = embeddingProfile(normalVectors(rows, 5, 2), { basis: a.basis });
      expect(embeddingDiscrepancy(a, b)).toMatchObject(nothing);
      expect(embeddingDiscrepancy(b, a)).toMatchObject(nothing);
    }
  });

  test('another vector than the one of the reference is certain drift, with finite numbers', () => {
    const equal = embeddingProfile(new Float64Array(20).fill(2), { dimension: 2 });
    const same = embeddingProfile(new Float64Array(8).fill(2), { basis: equal.basis });
    const other = embeddingProfile(new Float64Array(8).fill(3), { basis: equal.basis });
    expect(embeddingDiscrepancy(equal, same)).toMatchObject({ score: 0, pValue: 1 });
    const { score, pValue } = embeddingDiscrepancy(equal, other);
    expect(score).toBeGreaterThan(0.5);
    expect(pValue).toBe(0);
  });

  test('profiles of different bases are refused', () => {
    const a = embeddingProfile(normalVectors(9, 2, 1), { dimension: 2 });
    const b = embeddingProfile(normalVectors(9, 2, 1), { dimension: 2, seed: 3 });
    expect(codeOf(() => embeddingDiscrepancy(a, b))).toBe('PROFILE_MISMATCH');
  });
});
