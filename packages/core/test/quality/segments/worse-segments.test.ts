import { hypergeometricSurvival } from '@modelmeter/kernel/distributions';
import { describe, expect, it } from 'vitest';
import type { Losses } from '../../../src/quality/segments/losses.js';
import { findWorseSegments } from '../../../src/quality/segments/worse-segments.js';
import { seededNormal, seededRandom } from '../../support.js';

type Segment = Losses & { readonly segment: string };

const wrong = (segment: string, samples: number, errors: number): Segment => ({
  segment,
  samples,
  sum: errors,
  sumOfSquares: errors,
});

/** Segments of unequal size of a classifier that is wrong in one of ten rows; the first as given. */
function classes(random: () => number, badErrorRate: number): Segment[] {
  return Array.from({ length: 200 }, (_, index) => {
    const samples = index === 0 ? 150 : 50 + Math.floor(random() * 250);
    const rate = index === 0 ? badErrorRate : 0.1;
    let errors = 0;
    for (let row = 0; row < samples; row += 1) if (random() < rate) errors += 1;
    return wrong(index === 0 ? 'bad' : `s${index}`, samples, errors);
  });
}

/** The same of a regression with absolute errors of normal numbers. */
function numbers(random: () => number, normal: () => number, badFactor: number): Segment[] {
  return Array.from({ length: 200 }, (_, index) => {
    const samples = index === 0 ? 150 : 50 + Math.floor(random() * 250);
    const factor = index === 0 ? badFactor : 1;
    let [sum, sumOfSquares] = [0, 0];
    for (let row = 0; row < samples; row += 1) {
      const error = Math.abs(normal()) * factor;
      sum += error;
      sumOfSquares += error * error;
    }
    return { segment: index === 0 ? 'bad' : `s${index}`, samples, sum, sumOfSquares };
  });
}

/** In how many of the runs the bad segment is the first, is named, and another one is named. */
function play(runs: number, segmentsOf: () => Segment[]) {
  const found = { first: 0, named: 0, wrong: 0 };
  for (let run = 0; run < runs; run += 1) {
    const compared = findWorseSegments(segmentsOf(), 30);
    if (compared[0]!.segment === 'bad') found.first += 1;
    const named = compared.filter(({ isWorse }) => isWorse).map(({ segment }) => segment);
    if (named.includes('bad')) found.named += 1;
    if (named.some((segment) => segment !== 'bad')) found.wrong += 1;
  }
  return found;
}

describe('findWorseSegments', () => {
  it('puts one bad segment of 200 first, and names a wrong one in at most 5 % of runs', () => {
    const random = seededRandom(11);
    const found = play(1000, () => classes(random, 0.25));
    expect(found.first).toBeGreaterThanOrEqual(950);
    expect(found.named).toBeGreaterThanOrEqual(900);
    expect(found.wrong).toBeLessThanOrEqual(50);
  });

  it('does so for errors of numbers', () => {
    const [random, normal] = [seededRandom(12), seededNormal(13)];
    const found = play(300, () => numbers(random, normal, 1.5));
    expect(found.first).toBeGreaterThanOrEqual(285);
    expect(found.wrong).toBeLessThanOrEqual(15);
  });

  it('names a segment in at most 5 % of runs where none is worse', () => {
    const random = seededRandom(14);
    expect(play(1000, () => classes(random, 0.1)).wrong).toBeLessThanOrEqual(50);
    const normal = seededNormal(15);
    expect(play(300, () => numbers(random, normal, 1)).wrong).toBeLessThanOrEqual(15);
  });

  it('tests wrong predictions exactly, against all other rows', () => {
    const [found] = findWorseSegments([wrong('a', 40, 9), wrong('b', 60, 5), wrong('c', 5, 5)], 30);
    expect(found).toMatchObject({ segment: 'a', isWorse: false });
    expect(found!.pValue).toBe(hypergeometricSurvival(8, 105, 19, 40));
    expect(found!.excess).toBeCloseTo(9 / 40 - 10 / 65, 12);
  });

  it('compares nothing without enough targets on both sides', () => {
    expect(findWorseSegments([], 30)).toEqual([]);
    expect(findWorseSegments([wrong('all', 1000, 100)], 30)).toEqual([]);
    expect(findWorseSegments([wrong('a', 29, 29), wrong('b', 29, 0)], 30)).toEqual([]);
  });

  it('has a p-value for losses that do not vary', () => {
    const constant = (segment: string, loss: number): Segment => ({
      segment,
      samples: 50,
      sum: 50 * loss,
      sumOfSquares: 50 * loss * loss,
    });
    const found = findWorseSegments([constant('a', 2.5), constant('b', 2.5)], 30);
    expect(found.map(({ pValue }) => pValue)).toEqual([1, 1]);
    const parted = findWorseSegments([constant('a', 0.5), constant('b', 2.5)], 30);
    expect(parted.map(({ segment, pValue }) => [segment, pValue])).toEqual([
      ['b', 0],
      ['a', 1],
    ]);
  });

  it('tests billions of targets', () => {
    const found = findWorseSegments([wrong('a', 2e9, 2.002e8), wrong('b', 2e9, 2e8)], 30);
    expect(found[0]).toMatchObject({ segment: 'a', isWorse: true });
  });
});
