import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitChange } from '../../../src/quality/segments/change-split.js';

const period = fc.record({
  samples: fc.integer({ min: 0, max: 1_000_000_000 }),
  score: fc.double({ min: -1, max: 1, noNaN: true }),
});
const mean = (periods: readonly { samples: number; score: number }[]): number => {
  const rows = periods.reduce((sum, { samples }) => sum + samples, 0);
  return periods.reduce((sum, { samples, score }) => sum + (samples / rows) * score, 0);
};

describe('splitChange', () => {
  it('splits any change without a rest', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ before: period, after: period }), { minLength: 1, maxLength: 200 }),
        (periods) => {
          const segments = periods.map((one, index) => ({ segment: `${index}`, ...one }));
          const split = splitChange(segments);
          const rows = (which: 'before' | 'after'): number =>
            periods.reduce((sum, one) => sum + one[which].samples, 0);
          if (rows('before') === 0 || rows('after') === 0) {
            expect(split).toBeUndefined();
            return;
          }
          const change =
            mean(periods.map(({ after }) => after)) - mean(periods.map(({ before }) => before));
          expect(Math.abs(split!.mix + split!.within - change)).toBeLessThanOrEqual(1e-12);
          const parts = split!.segments.reduce((sum, { mix, within }) => sum + mix + within, 0);
          expect(Math.abs(parts - change)).toBeLessThanOrEqual(1e-12);
        },
      ),
    );
  });

  it('calls a change of the shares alone mix, and one of the scores alone within', () => {
    const of = (samples: number, score: number) => ({ samples, score });
    const shares = splitChange([
      { segment: 'good', before: of(50, 0.9), after: of(20, 0.9) },
      { segment: 'bad', before: of(50, 0.5), after: of(80, 0.5) },
    ])!;
    expect([shares.before, shares.after]).toEqual([0.7, expect.closeTo(0.58, 12)]);
    expect([shares.mix, shares.within]).toEqual([expect.closeTo(-0.12, 12), 0]);
    // The good segment lost rows, the bad one gained them: both lower the mean.
    expect(shares.segments).toEqual([
      { segment: 'good', mix: expect.closeTo(-0.3 * (0.9 - 0.64), 12), within: 0 },
      { segment: 'bad', mix: expect.closeTo(0.3 * (0.5 - 0.64), 12), within: 0 },
    ]);
    const scores = splitChange([
      { segment: 'a', before: of(50, 0.9), after: of(100, 0.7) },
      { segment: 'b', before: of(50, 0.9), after: of(100, 0.9) },
    ])!;
    expect([scores.mix, scores.within]).toEqual([0, expect.closeTo(-0.1, 12)]);
    expect(scores.segments[0]!.segment).toBe('a');
  });

  it('is all mix for a segment that is in one period only', () => {
    const split = splitChange([
      { segment: 'old', before: { samples: 100, score: 0.9 }, after: { samples: 100, score: 0.9 } },
      {
        segment: 'new',
        before: { samples: 0, score: Number.NaN },
        after: { samples: 100, score: 0.5 },
      },
      { segment: 'gone', before: { samples: 0, score: 0 }, after: { samples: 0, score: 0 } },
    ])!;
    expect(split.within).toBe(0);
    expect(split.mix).toBeCloseTo(-0.2, 12);
    expect(split.segments.map(({ segment }) => segment).sort()).toEqual(['new', 'old']);
  });

  it('is nothing without rows', () => {
    expect(splitChange([])).toBeUndefined();
  });
});
