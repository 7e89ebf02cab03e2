import { createRandom } from '@modelmeter/kernel';
import { categoricalProfile, numericProfile } from '@modelmeter/kernel/profiles';
import { describe, expect, it } from 'vitest';
import {
  type Concentration,
  concentrationOf,
  type Sample,
  shiftOf,
} from '../src/compare/concentration.js';

const independent = { reference: 1, current: 1 };
const categories = ['a', 'b'];

/** Counts of two categories. */
function profile(a: number, b: number, missing = 0) {
  return {
    ...categoricalProfile([], { categories }),
    count: a + b,
    missing,
    counts: Float64Array.of(a, b),
  };
}

/** A segment against all other rows. */
function concentrationIn(
  whole: Sample,
  segment: Sample,
  rowsPerBlock: typeof independent,
): Concentration | undefined {
  const { all, rowsIn } = shiftOf(whole);
  return concentrationOf(rowsIn(segment), [all], rowsPerBlock);
}

function sample(reference: Sample['reference'], current: Sample['current']): Sample {
  return { reference, current };
}

describe('concentrationOf', () => {
  it('divides a shift among the segments, of unequal sizes too', () => {
    const whole = sample(profile(1000, 1000), profile(700, 1300));
    const small = sample(profile(200, 200), profile(10, 390));
    const others = sample(profile(800, 800), profile(690, 910));
    const inSmall = concentrationIn(whole, small, independent)!;
    const inOthers = concentrationIn(whole, others, independent)!;
    expect(inSmall.inside).toBeCloseTo(0.475, 12);
    expect(inSmall.outside).toBeCloseTo(910 / 1600 - 0.5, 12);
    expect(inSmall.rowRatio).toBe(0.2);
    expect(inSmall.shiftRatio).toBeCloseTo((0.2 * 0.475) / 0.15, 12);
    expect(inSmall.shiftRatio + inOthers.shiftRatio).toBeCloseTo(1, 12);
    expect(inOthers.inside).toBeCloseTo(inSmall.outside, 12);
    expect(inSmall.pValue).toBeLessThan(1e-20);
    expect(inOthers.pValue).toBeCloseTo(1 - inSmall.pValue, 12);
  });

  it('takes missing values as a bin', () => {
    const whole = sample(profile(1000, 1000), profile(750, 750, 500));
    const segment = sample(profile(250, 250), profile(0, 0, 500));
    expect(concentrationIn(whole, segment, independent)).toMatchObject({
      inside: 1,
      outside: 0,
      shiftRatio: 1,
    });
  });

  it('takes the tenths of a numeric feature as bins', () => {
    const values = Float64Array.from({ length: 2000 }, (_, row) => row % 100);
    const reference = numericProfile(values);
    const on = (rows: Float64Array) => numericProfile(rows, { grid: reference.grid });
    const moved = values.map((value, row) => (row < 500 ? 1000 : value));
    const whole = sample(reference, on(moved));
    const segment = sample(on(values.subarray(0, 500)), on(moved.subarray(0, 500)));
    const found = concentrationIn(whole, segment, independent)!;
    expect(found.shiftRatio).toBeCloseTo(1, 12);
    expect(found.outside).toBeCloseTo(0, 12);
  });

  it('compares a segment with the others of each wider segment', () => {
    const whole = sample(profile(2000, 2000), profile(1400, 2600));
    const { all, rowsIn } = shiftOf(whole);
    const segment = rowsIn(sample(profile(200, 200), profile(40, 360)));
    const wider = rowsIn(sample(profile(500, 500), profile(200, 800)));
    const alone = concentrationOf(segment, [all], independent)!;
    const found = concentrationOf(segment, [all, wider], independent)!;
    expect(alone.outside).toBeCloseTo(2240 / 3600 - 0.5, 12);
    expect(found.outside).toBeCloseTo(440 / 600 - 0.5, 12);
    expect(found.pValue).toBeGreaterThan(alone.pValue);
    expect(found).toMatchObject({
      rowRatio: alone.rowRatio,
      shiftRatio: alone.shiftRatio,
      inside: alone.inside,
    });
    const rest = rowsIn(sample(profile(230, 230), profile(70, 390)));
    expect(concentrationOf(segment, [all, rest], independent)).toBeUndefined();
  });

  it('has a larger p-value for correlated rows', () => {
    const whole = sample(profile(1000, 1000), profile(940, 1060));
    const segment = sample(profile(500, 500), profile(450, 550));
    const alone = concentrationIn(whole, segment, independent)!;
    const inBlocks = concentrationIn(whole, segment, { reference: 4, current: 4 })!;
    expect(inBlocks.pValue).toBeGreaterThan(alone.pValue);
    expect(inBlocks.inside).toBe(alone.inside);
  });

  it('says nothing of a segment, or of others, with fewer than 100 rows', () => {
    const whole = sample(profile(1000, 1000), profile(700, 1300));
    expect(
      concentrationIn(whole, sample(profile(40, 40), profile(0, 80)), independent),
    ).toBeUndefined();
    expect(
      concentrationIn(whole, sample(profile(0, 0), profile(0, 0)), independent),
    ).toBeUndefined();
    expect(concentrationIn(whole, whole, independent)).toBeUndefined();
    const segment = sample(profile(200, 200), profile(10, 390));
    expect(concentrationIn(whole, segment, { reference: 5, current: 1 })).toBeUndefined();
  });

  it('finds no concentration where nothing moved', () => {
    const whole = sample(profile(1000, 1000), profile(1000, 1000));
    const half = sample(profile(500, 500), profile(500, 500));
    expect(concentrationIn(whole, half, independent)).toMatchObject({ shiftRatio: 0, pValue: 0.5 });
  });

  it.each([0, 0.2])('rejects in about 5 %% of segments when all rows moved by %d', (shift) => {
    const random = createRandom(11);
    const draw = (rows: number, share: number): [number, number] => {
      let b = 0;
      for (let row = 0; row < rows; row += 1) b += Number(random.next() < share);
      return [rows - b, b];
    };
    const trials = 3000;
    let rejected = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const inside = [draw(150, 0.3), draw(150, 0.3 + shift)] as const;
      const outside = [draw(600, 0.3), draw(600, 0.3 + shift)] as const;
      const all = inside.map(([a, b], side) =>
        profile(a + outside[side]![0], b + outside[side]![1]),
      );
      const segment = sample(profile(...inside[0]), profile(...inside[1]));
      const found = concentrationIn(sample(all[0]!, all[1]!), segment, independent)!;
      if (found.pValue < 0.05) rejected += 1;
    }
    expect(rejected / trials).toBeGreaterThan(0.03);
    expect(rejected / trials).toBeLessThan(0.065);
  });
});
