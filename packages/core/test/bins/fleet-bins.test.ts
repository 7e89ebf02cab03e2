import { poolRareBins } from '@modelmeter/kernel/statistics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComparedBins } from '../../src/bins/decision-bins.js';
import { fleetBins } from '../../src/bins/fleet-bins.js';

const binsOf = (reference: readonly number[], current: readonly number[]) => ({
  reference: Float64Array.from(reference),
  current: Float64Array.from(current),
});
const sum = (counts: Float64Array): number => counts.reduce((all, rows) => all + rows, 0);

describe('fleetBins', () => {
  it('returns the large bins by rows of the reference, then the rest', () => {
    expect(fleetBins('numeric', binsOf([300, 100, 2, 1], [30, 50, 1, 0]))).toEqual(
      binsOf([100, 300, 3], [50, 30, 1]),
    );
    expect(fleetBins('numeric', binsOf([300, 100], [30, 50]))).toEqual(
      binsOf([100, 300, 0], [50, 30, 0]),
    );
  });

  it('puts other and unseen names into the rest, however many rows they have', () => {
    // The categories, __other__, __unseen__, missing rows.
    expect(fleetBins('categorical', binsOf([500, 3, 200, 0, 90], [40, 0, 10, 60, 20]))).toEqual(
      binsOf([90, 500, 203], [20, 40, 70]),
    );
  });

  it('takes a bin as large if the reference and the rows of both samples say so', () => {
    // 400 and 100 rows: five of a hundred are 25 of both.
    expect(fleetBins('numeric', binsOf([360, 40], [95, 5]))).toEqual(
      binsOf([40, 360, 0], [5, 95, 0]),
    );
    expect(fleetBins('numeric', binsOf([380, 20], [95, 5]))).toEqual(binsOf([380, 20], [95, 5]));
    expect(fleetBins('numeric', binsOf([360, 24], [95, 0]))).toEqual(binsOf([360, 24], [95, 0]));
  });

  it('takes a bin that is new as large from twice the rows that are needed', () => {
    expect(fleetBins('numeric', binsOf([400, 0], [50, 50]))).toEqual(
      binsOf([0, 400, 0], [50, 50, 0]),
    );
    expect(fleetBins('numeric', binsOf([400, 0], [51, 49]))).toEqual(binsOf([400, 0], [51, 49]));
  });

  it('returns only the rest when a sample is empty', () => {
    expect(fleetBins('numeric', binsOf([10, 20], [0, 0]))).toEqual(binsOf([30], [0]));
    expect(fleetBins('numeric', binsOf([0, 0], [0, 0]))).toEqual(binsOf([0], [0]));
  });

  const counts = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 90 })), {
      minLength: 4,
      maxLength: 20,
    })
    .map((pairs) =>
      binsOf(
        pairs.map(([reference]) => reference),
        pairs.map(([, current]) => current),
      ),
    );

  it('keeps every row and leaves no bin but the rest to be pooled', () => {
    fc.assert(
      fc.property(
        counts,
        fc.constantFrom('numeric' as const, 'categorical' as const),
        (bins, type) => {
          const fleet = fleetBins(type, bins);
          expect(sum(fleet.reference)).toBe(sum(bins.reference));
          expect(sum(fleet.current)).toBe(sum(bins.current));
          const { bins: pooled } = poolRareBins(fleet.reference, fleet.current);
          expect(pooled).toBeGreaterThanOrEqual(fleet.reference.length - 1);
        },
      ),
    );
  });

  it('does not depend on the order of the exported bins', () => {
    fc.assert(
      fc.property(counts, (bins) => {
        const reversed = binsOf([...bins.reference].reverse(), [...bins.current].reverse());
        const inOrder = fleetBins('numeric', bins);
        const turned = fleetBins('numeric', reversed);
        const pairs = ({ reference, current }: ComparedBins): string[] =>
          Array.from(reference, (rows, bin) => `${rows} ${current[bin]}`).sort();
        expect(pairs(turned)).toEqual(pairs(inOrder));
      }),
    );
  });
});
