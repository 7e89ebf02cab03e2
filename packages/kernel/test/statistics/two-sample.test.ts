import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalQuantile } from '../../src/distributions/normal.js';
import { createKernel } from '../../src/kernel/create-kernel.js';
import { createRandom } from '../../src/numeric/random.js';
import { numericProfile } from '../../src/profiles/numeric-profile.js';
import { andersonDarling } from '../../src/statistics/anderson-darling.js';
import { cramerVonMises } from '../../src/statistics/cramer-von-mises.js';
import { energyDistance, energyFromProfiles } from '../../src/statistics/energy-distance.js';
import { mannWhitney } from '../../src/statistics/mann-whitney.js';
import { sampleMultinomial } from '../../src/statistics/sample-multinomial.js';
import {
  profileDeviation,
  wassersteinDistance,
  wassersteinFromProfiles,
} from '../../src/statistics/wasserstein.js';
import { welchT } from '../../src/statistics/welch-t.js';
import { expectRelative } from '../expect-close.js';
import several from '../fixtures/anderson-darling.json' with { type: 'json' };
import fixture from '../fixtures/two-sample.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';
import { countPairs } from './count-pairs.js';
import { plainTieGroups } from './tie-groups.js';

const kernel = createKernel({ implementation: 'typescript' });

describe.each(fixture.cases)('$name, as scipy has it', (expected) => {
  const groups = plainTieGroups(expected.reference, expected.current);

  const untied = groups.values.length === expected.reference.length + expected.current.length;

  test.skipIf(!untied)('Cramér-von Mises without ties', () => {
    const { statistic, pValue } = cramerVonMises(groups.reference, groups.current);
    // scipy subtracts two sums of the size of n m.
    expectRelative(statistic, expected.cramerVonMises.statistic, 1e-10);
    // Its series of the limiting distribution stops where 1 minus it has 1e-10 left.
    expect(Math.abs(pValue - expected.cramerVonMises.pValue)).toBeLessThan(
      1e-9 + 1e-8 * expected.cramerVonMises.pValue,
    );
  });

  test('Anderson-Darling', () => {
    expectAndersonDarling([groups.reference, groups.current], expected.andersonDarling);
  });

  test('Mann-Whitney', () => {
    const { statistic, pValue } = mannWhitney(groups.reference, groups.current);
    expect(statistic).toBe(expected.mannWhitney.statistic);
    expectRelative(pValue, expected.mannWhitney.pValue, 1e-11);
  });

  test('Wasserstein and energy distance', () => {
    const { values, reference, current } = groups;
    expectRelative(wassersteinDistance(values, reference, current), expected.wasserstein, 1e-11);
    expectRelative(energyDistance(values, reference, current), expected.energy, 1e-11);
  });

  test('Welch t', () => {
    const result = welchT(
      kernel.moments(Float64Array.from(expected.reference)),
      kernel.moments(Float64Array.from(expected.current)),
    );
    // An offset of a million deviations leaves a mean ten digits of its difference.
    expectRelative(result.statistic, expected.welch.statistic, 1e-8);
    expectRelative(result.degreesOfFreedom, expected.welch.degreesOfFreedom, 1e-8);
    expectRelative(result.pValue, expected.welch.pValue, 1e-7);
  });
});

/** scipy's figures where no value is tied; else the mean of many orders and its standard error. */
function expectAndersonDarling(
  samples: Parameters<typeof andersonDarling>[0],
  expected: { readonly statistic: number; readonly pValue?: number; readonly error?: number },
): void {
  const { statistic, pValue } = andersonDarling(samples);
  const slack = 1e-9 * Math.max(1, Math.abs(expected.statistic)) + 5 * (expected.error ?? 0);
  expect(Math.abs(statistic - expected.statistic)).toBeLessThan(slack);
  if (expected.pValue === undefined) return;
  // scipy interpolates in a table of three digits and stops at its ends.
  expectRelative(Math.min(0.25, Math.max(0.001, pValue)), expected.pValue, 0.03);
}

/** Scholz and Stephens, eq. 3, with the mean over the orders of ties spelled out rank by rank. */
function rankByRank(samples: readonly (readonly number[])[]): number {
  const rows = samples.flat().reduce((sum, count) => sum + count, 0);
  let statistic = 0;
  for (const counts of samples) {
    const size = counts.reduce((sum, count) => sum + count, 0);
    let below = 0;
    let ownBelow = 0;
    for (const [bin, own] of counts.entries()) {
      const tied = samples.reduce((sum, other) => sum + other[bin]!, 0);
      for (let row = 1; row <= tied && below + row < rows; row += 1) {
        const rank = below + row;
        const mean = rows * (ownBelow + (own * row) / tied) - rank * size;
        const share = own / tied;
        const variance = tied > 1 ? (row * share * (1 - share) * (tied - row)) / (tied - 1) : 0;
        statistic += (mean ** 2 + rows ** 2 * variance) / (rank * (rows - rank) * rows * size);
      }
      below += tied;
      ownBelow += own;
    }
  }
  return statistic;
}

describe('andersonDarling of several samples', () => {
  test.each(several.cases)('is scipy of $samples.length samples', (expected) => {
    expectAndersonDarling(expected.samples, expected);
  });

  test('ties count as the mean over all their orders', () => {
    // Which of the three rows tied at 1, and which of the two tied at 2, is of the second sample.
    const orders = [0, 1, 2].flatMap((middle) =>
      [0, 1].map((last) => {
        const second = [0, 0, 0, 0, 0, 0];
        second[1 + middle] = 1;
        second[4 + last] = 1;
        return andersonDarling([second.map((count) => 1 - count), second]).statistic;
      }),
    );
    const mean = orders.reduce((sum, statistic) => sum + statistic, 0) / orders.length;
    const { statistic } = andersonDarling([
      [1, 2, 1],
      [0, 1, 1],
    ]);
    expect(statistic).toBeCloseTo(mean, 13);
  });

  test('thousands of ties are summed to the same as rank by rank', () => {
    const even = Array.from({ length: 100 }, (_, bin) => 3 + (bin % 5));
    const size = even.reduce((sum, count) => sum + count, 0);
    const steps = even.map((count, bin) => count + (bin % 2 === 0 ? 3 : -3));
    // So few tied rows are summed one by one: that gives the deviation of these sample sizes.
    const deviation = (rankByRank([even, steps]) - 1) / andersonDarling([even, steps]).statistic;
    for (const tied of [
      [100, 150, 1, 200, size - 451],
      [0, size, 0, 0, 0],
      [0, 0, 0, 40, size - 40],
      [size - 1, 0, 0, 0, 1],
    ]) {
      const samples = [[1, 120, 240, 60, size - 421], tied];
      const expected = (rankByRank(samples) - 1) / deviation;
      expectRelative(andersonDarling(samples).statistic, expected, 1e-9);
    }
  });

  test('an empty sample among them changes nothing, nor does their order', () => {
    const [a, b, c] = [
      [5, 3, 0, 9],
      [4, 4, 4, 4],
      [0, 1, 7, 2],
    ];
    const all = andersonDarling([a!, b!, c!]);
    expect(andersonDarling([a!, [0, 0, 0, 0], b!, c!])).toEqual(all);
    expectRelative(andersonDarling([c!, a!, b!]).statistic, all.statistic, 1e-13);
  });

  test('says nothing where there is nothing to compare', () => {
    const nothing = { statistic: 0, pValue: 1 };
    expect(andersonDarling([[1, 2, 3]])).toEqual(nothing);
    expect(andersonDarling([[7], [9]])).toEqual(nothing);
    expect(
      andersonDarling([
        [1, 0],
        [0, 1],
      ]),
    ).toEqual(nothing);
    expect(codeOf(() => andersonDarling([]))).toBe('INVALID_ARGUMENT');
    expect(codeOf(() => andersonDarling([[1, 2], [1]]))).toBe('INVALID_COUNTS');
  });
});

describe('tests on ordered bins', () => {
  const tests = { cramerVonMises, mannWhitney, anderson: pairOf(andersonDarling) };

  test.each(Object.entries(tests))('%s: any counts have a finite score and a p-value', (_, of) => {
    fc.assert(
      fc.property(countPairs(12), ([reference, current]) => {
        const { statistic, pValue } = of(reference, current);
        expect(Number.isFinite(statistic)).toBe(true);
        expect(pValue >= 0 && pValue <= 1).toBe(true);
      }),
    );
  });

  test.each(Object.entries(tests))('%s: the same p when samples or directions turn', (_, of) => {
    fc.assert(
      fc.property(countPairs(12), ([reference, current]) => {
        const { pValue } = of(reference, current);
        const swapped = of(current, reference).pValue;
        const reversed = of([...reference].reverse(), [...current].reverse()).pValue;
        // Billions of rows leave the statistic some digits less, and the far tail fewer.
        const close = (other: number) =>
          Math.abs(other - pValue) <= 1e-9 || Math.abs(Math.log(other / pValue)) < 1e-4;
        expect(close(swapped) && close(reversed)).toBe(true);
      }),
    );
  });

  test.each(Object.entries(tests))('%s: an empty sample or one bin says nothing', (_, of) => {
    expect(of([0, 0], [3, 4]).pValue).toBe(1);
    expect(of([3, 4], [0, 0]).pValue).toBe(1);
    expect(of([7], [900]).pValue).toBeGreaterThan(0.3);
    expect(of([0, 3e9, 0], [0, 5, 0]).pValue).toBeGreaterThan(0.3);
    expect(codeOf(() => of([1, 2], [1]))).toBe('INVALID_COUNTS');
  });

  test('equal samples have no drift, a billion rows apart are certain', () => {
    const same = [3e9, 4e9, 2e9];
    for (const of of Object.values(tests)) {
      expect(of(same, same).pValue).toBeGreaterThan(0.5);
      expect(of(same, [2e9, 4e9, 3e9]).pValue).toBe(0);
    }
  });

  test('bins that are empty in both samples change nothing', () => {
    expect(cramerVonMises([3, 0, 9, 30], [4, 0, 1, 20])).toEqual(
      cramerVonMises([3, 9, 30], [4, 1, 20]),
    );
    expect(mannWhitney([0, 3, 9], [0, 1, 4])).toEqual(mannWhitney([3, 9], [1, 4]));
  });

  test('Anderson and Darling: tied values are rejected as often as the level says, or less', () => {
    const random = createRandom(7);
    const shares = [
      Float64Array.of(0.97, 0.03),
      Float64Array.of(0.5, 0.5),
      Float64Array.of(0.2, 0.2, 0.2, 0.2, 0.2),
      new Float64Array(40).fill(1 / 40),
    ];
    for (const share of shares) {
      let rejected = 0;
      for (let pair = 0; pair < 1000; pair += 1) {
        const samples = [new Float64Array(share.length), new Float64Array(share.length)];
        sampleMultinomial(random, share, 300, samples[0]!);
        sampleMultinomial(random, share, 100, samples[1]!);
        if (andersonDarling(samples.map((counts) => [...counts])).pValue <= 0.05) rejected += 1;
      }
      // 50 of 1000 at most, deviation 6.9.
      expect(rejected).toBeLessThan(78);
    }
  });

  test('Anderson and Darling: parts of rows count as parts', () => {
    const [a, b] = [
      [40, 30, 20, 10],
      [15, 25, 35, 25],
    ];
    const { statistic } = andersonDarling([a!, b!]);
    const nudged = andersonDarling([a!, b!.map((count) => count + 1e-9)]).statistic;
    expect(Math.abs(nudged - statistic)).toBeLessThan(1e-6);
    const halves = andersonDarling([a!.map((count) => count / 80), b!.map((count) => count / 80)]);
    expect(halves.pValue > 0.05 && halves.pValue <= 1).toBe(true);
  });

  test('Cramér and von Mises: ties count as the mean over all their orders', () => {
    // 0, then 1 tied between two rows of the first sample and one of the second, then 2.
    const orders = [
      [
        [1, 1, 1, 0, 1],
        [0, 0, 0, 1, 1],
      ],
      [
        [1, 1, 0, 1, 1],
        [0, 0, 1, 0, 1],
      ],
      [
        [1, 0, 1, 1, 1],
        [0, 1, 0, 0, 1],
      ],
    ].map(([a, b]) => cramerVonMises(a!, b!).statistic);
    const mean = orders.reduce((sum, statistic) => sum + statistic, 0) / 3;
    expect(cramerVonMises([1, 2, 1], [0, 1, 1]).statistic).toBeCloseTo(mean, 14);
  });

  test('ties are not evidence, whatever the sizes', () => {
    const random = createRandom(4);
    const shares = Float64Array.of(0.14, 0.27, 0.27, 0.18, 0.14);
    const rejected = { cramerVonMises: 0, mannWhitney: 0, anderson: 0 };
    for (let pair = 0; pair < 400; pair += 1) {
      const [a, b] = [new Float64Array(5), new Float64Array(5)];
      sampleMultinomial(random, shares, 400, a);
      sampleMultinomial(random, shares, 100, b);
      for (const [name, of] of Object.entries(tests)) {
        if (of([...a], [...b]).pValue <= 0.05) rejected[name as keyof typeof rejected] += 1;
      }
    }
    // 20 of 400 expected at most, deviation 4.4.
    for (const count of Object.values(rejected)) {
      expect(count).toBeGreaterThan(2);
      expect(count).toBeLessThan(34);
    }
  });

  test('the exact distribution of Mann and Whitney: all orders of three and two', () => {
    // Ten orders, U from 0 to 6: twice the share of those as far out.
    expect(mannWhitney([1, 1, 1, 0, 0], [0, 0, 0, 1, 1])).toEqual({
      statistic: 0,
      pValue: 0.2,
      superiority: 1,
    });
    expect(mannWhitney([0, 1, 0, 1, 1], [1, 0, 1, 0, 0]).pValue).toBe(0.4);
  });

  test('superiority is the share of pairs in which the current value is larger', () => {
    expect(mannWhitney([1, 1], [1, 1]).superiority).toBe(0.5);
    expect(mannWhitney([4, 0], [0, 9]).superiority).toBe(1);
    expect(mannWhitney([1, 2], [2, 1]).superiority).toBeCloseTo((1 + 2 * 0.5 + 2 * 0.5) / 9, 15);
  });
});

describe('distances in the unit of the values', () => {
  const samples = fc.tuple(column(), column());

  test('a shift by d is d, a scale by c is c', () => {
    const a = [0.5, 1, 1, 4, 9];
    const shift = plainTieGroups(
      a,
      a.map((value) => value + 3),
    );
    expect(wassersteinDistance(shift.values, shift.reference, shift.current)).toBeCloseTo(3, 14);
    const far = plainTieGroups(
      a,
      a.map((value) => value + 3000),
    );
    expect(wassersteinDistance(far.values, far.reference, far.current)).toBeCloseTo(3000, 10);
  });

  test('they are symmetric, 0 for equal samples and never NaN', () => {
    fc.assert(
      fc.property(samples, ([a, b]) => {
        for (const of of [wassersteinDistance, energyDistance]) {
          const { values, reference, current } = plainTieGroups(a, b);
          if (values.length === 0) return;
          const distance = of(values, reference, current);
          expect(distance).toBeGreaterThanOrEqual(0);
          expect(of(values, current, reference)).toBe(distance);
          expect(of(values, reference, reference)).toBe(0);
        }
      }),
    );
  });

  test('an infinite value in one sample is infinitely far', () => {
    expect(wassersteinDistance([0, Infinity], [3, 0], [2, 1])).toBe(Infinity);
    expect(wassersteinDistance([0, Infinity], [3, 3], [1, 1])).toBe(0);
    expect(energyDistance([-Infinity, 0], [3, 0], [2, 1])).toBe(Infinity);
  });

  test('values must ascend and match the counts', () => {
    expect(codeOf(() => wassersteinDistance([1, 1], [1, 2], [1, 2]))).toBe('INVALID_GRID');
    expect(codeOf(() => wassersteinDistance([Number.NaN], [1], [1]))).toBe('INVALID_GRID');
    expect(codeOf(() => energyDistance([1], [1, 2], [1, 2]))).toBe('INVALID_COUNTS');
  });

  test('profiles on a full grid give the distance of the rows, on a thin one a true bound', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 2, max: 40 }), ([a, b], gridPoints) => {
        const reference = numericProfile(a, { gridPoints, kernel });
        if (reference.grid.length === 0) return;
        const current = numericProfile(b, { grid: reference.grid, kernel });
        const groups = plainTieGroups(a, b);
        for (const [raw, binned] of [
          [wassersteinDistance, wassersteinFromProfiles(reference, current)],
          [energyDistance, energyFromProfiles(reference, current)],
        ] as const) {
          const distance = raw(groups.values, groups.reference, groups.current);
          const slack = binned.resolution * (1 + 1e-9) + 1e-7 * (1 + distance);
          expect(Math.abs(binned.distance - distance)).toBeLessThanOrEqual(slack);
        }
      }),
    );
  });

  test('beyond the range of the reference the distance is that of the rows', () => {
    const random = createRandom(11);
    const rows = (size: number, shift: number, scale: number) =>
      Float64Array.from({ length: size }, () => shift + scale * normalQuantile(random.next()));
    const a = rows(3000, 0, 1);
    const reference = numericProfile(a, { kernel });
    const sample: [string, Float64Array, number][] = [
      ['far above, one much further', rows(2000, 106, 1).with(0, 1e6), 1e-6],
      ['far below', rows(500, -40, 5), 1e-5],
      ['half of them far above', Float64Array.of(...rows(500, 0, 1), ...rows(500, 30, 1)), 1e-3],
      ['another unit', a.map((value) => 1000 * Math.abs(value)), 1e-3],
    ];
    for (const [name, b, tolerance] of sample) {
      const current = numericProfile(b, { grid: reference.grid, kernel });
      const groups = plainTieGroups(a, b);
      const distance = wassersteinDistance(groups.values, groups.reference, groups.current);
      const found = wassersteinFromProfiles(reference, current);
      expect(Math.abs(found.distance / distance - 1), name).toBeLessThan(tolerance);
      expect(Math.abs(found.distance - distance), name).toBeLessThanOrEqual(
        found.resolution + 1e-9 * distance,
      );
      expect(found.resolution / distance, name).toBeLessThan(0.02);
      const swapped = wassersteinFromProfiles(current, reference);
      expectRelative(swapped.distance, found.distance, 1e-12);
    }
  });

  test('beyond both ends at once the resolution holds the distance of the rows', () => {
    const a = Float64Array.of(-1, 0, 0, 1, 2);
    const reference = numericProfile(a, { kernel });
    const b = Float64Array.of(-90, -3, -2, 0, 5, 7, 100);
    const current = numericProfile(b, { grid: reference.grid, kernel });
    const groups = plainTieGroups(a, b);
    const distance = wassersteinDistance(groups.values, groups.reference, groups.current);
    const found = wassersteinFromProfiles(reference, current);
    expect(Math.abs(found.distance - distance)).toBeLessThanOrEqual(found.resolution);
    expect(found.resolution).toBeGreaterThan(0);
  });

  test('all values on the grid leave no doubt', () => {
    const a = Float64Array.of(1, 2, 2, 5, 7);
    const b = Float64Array.of(2, 5, 5, 7, 7, 1);
    const reference = numericProfile(a);
    const current = numericProfile(b, { grid: reference.grid });
    const { distance, resolution } = wassersteinFromProfiles(reference, current);
    const groups = plainTieGroups(a, b);
    expect(resolution).toBe(0);
    expect(distance).toBeCloseTo(
      wassersteinDistance(groups.values, groups.reference, groups.current),
      14,
    );
  });

  test('the deviation of a reference scales it; a constant keeps the unit', () => {
    const reference = numericProfile(Float64Array.of(1, 3, 5, 7));
    expect(profileDeviation(reference)).toBeCloseTo(Math.sqrt(20 / 3), 14);
    expect(profileDeviation(numericProfile(Float64Array.of(4, 4)))).toBe(1);
    expect(profileDeviation(numericProfile(new Float64Array(0)))).toBe(1);
    const current = numericProfile(Float64Array.of(3, 5, 7, 9), { grid: reference.grid });
    expect(wassersteinFromProfiles(reference, current, 2).distance).toBe(
      wassersteinFromProfiles(reference, current).distance / 2,
    );
    expect(codeOf(() => wassersteinFromProfiles(reference, current, 0))).toBe('INVALID_ARGUMENT');
    const other = numericProfile(Float64Array.of(3, 5));
    expect(codeOf(() => wassersteinFromProfiles(reference, other))).toBe('INVALID_COUNTS');
    const elsewhere = numericProfile(Float64Array.of(3, 5, 8, 9));
    expect(codeOf(() => energyFromProfiles(reference, elsewhere))).toBe('PROFILE_MISMATCH');
  });

  test('published: eight values against themselves plus five', () => {
    const a = fixture.cases.find(({ name }) => name === 'published')!.reference;
    const shifted = plainTieGroups(
      a,
      a.map((value) => value + 5),
    );
    const distance = energyDistance(shifted.values, shifted.reference, shifted.current);
    expect(Math.abs(distance - 1.9)).toBeLessThan(0.1);
  });
});

describe('welchT', () => {
  const sample = (...values: number[]) => kernel.moments(Float64Array.from(values));

  test('turns with the samples', () => {
    const [a, b] = [sample(1, 2, 4), sample(2, 2.5, 9, 4)];
    expect(welchT(b, a).statistic).toBe(-welchT(a, b).statistic);
    expectRelative(welchT(b, a).pValue, welchT(a, b).pValue, 1e-14);
  });

  test('too few values, constants and the ends of the doubles have an answer', () => {
    const nothing = { statistic: 0, degreesOfFreedom: 1, pValue: 1 };
    expect(welchT(sample(), sample(1, 2))).toEqual(nothing);
    expect(welchT(sample(1, 2), sample(7))).toEqual(nothing);
    expect(welchT(sample(Infinity, -Infinity, 3), sample(1, 2))).toEqual(nothing);
    expect(welchT(sample(3, 3), sample(3, 3)).pValue).toBe(1);
    expect(welchT(sample(3, 3), sample(4, 4))).toEqual({
      statistic: Infinity,
      degreesOfFreedom: 1,
      pValue: 0,
    });
    const far = welchT(sample(-1e308, -1e308, -1.1e308), sample(1e308, 1.2e308));
    expect(far.pValue >= 0 && far.pValue <= 1).toBe(true);
    expect(Number.isNaN(far.statistic)).toBe(false);
  });
});

function pairOf(
  of: typeof andersonDarling,
): (a: readonly number[], b: readonly number[]) => { statistic: number; pValue: number } {
  return (a, b) => of([a, b]);
}

function column(): fc.Arbitrary<Float64Array> {
  const value = fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: -20, max: 20 }).map((v) => v / 4) },
    { weight: 3, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
  );
  return fc.array(value, { maxLength: 60 }).map((values) => Float64Array.from(values));
}
