import { poolRareBins } from '@modelmeter/kernel/statistics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComparedBins } from '../../src/bins/decision-bins.js';
import { fleetBins } from '../../src/bins/fleet-bins.js';

const cellsOf = (reference: readonly number[], current: readonly number[]) => ({
  reference: Float64Array.from(reference),
  current: Float64Array.from(current),
});
const sum = (counts: Float64Array): number => counts.reduce((all, rows) => all + rows, 0);

describe('the cells of a fleet', () => {
  it('are the large cells by rows of the reference, then the rest, which is never missing', () => {
    expect(fleetBins('numeric', cellsOf([300, 100, 2, 1], [30, 50, 1, 0]))).toEqual(
      cellsOf([100, 300, 3], [50, 30, 1]),
    );
    expect(fleetBins('numeric', cellsOf([300, 100], [30, 50]))).toEqual(
      cellsOf([100, 300, 0], [50, 30, 0]),
    );
  });

  it('put names that are left out, and names never seen, into the rest however many there are', () => {
    // The categories, __other__, __unseen__, missing rows.
    expect(fleetBins('categorical', cellsOf([500, 3, 200, 0, 90], [40, 0, 10, 60, 20]))).toEqual(
      cellsOf([90, 500, 203], [20, 40, 70]),
    );
  });

  it('count a cell as large from five expected rows of the smaller sample on', () => {
    // 400 and 100 rows: five of a hundred are 25 of both.
    const large = fleetBins('numeric', cellsOf([380, 20], [95, 5]));
    const rare = fleetBins('numeric', cellsOf([380, 20], [96, 4]));
    expect(large).toEqual(cellsOf([20, 380, 0], [5, 95, 0]));
    expect(rare).toEqual(cellsOf([380, 20], [96, 4]));
  });

  it('are one rest where a sample is empty', () => {
    expect(fleetBins('numeric', cellsOf([10, 20], [0, 0]))).toEqual(cellsOf([30], [0]));
    expect(fleetBins('numeric', cellsOf([0, 0], [0, 0]))).toEqual(cellsOf([0], [0]));
  });

  const counts = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 90 })), {
      minLength: 4,
      maxLength: 20,
    })
    .map((pairs) =>
      cellsOf(
        pairs.map(([reference]) => reference),
        pairs.map(([, current]) => current),
      ),
    );

  it('keep every row, and leave no cell but the rest to be pooled', () => {
    fc.assert(
      fc.property(
        counts,
        fc.constantFrom('numeric' as const, 'categorical' as const),
        (cells, type) => {
          const fleet = fleetBins(type, cells);
          expect(sum(fleet.reference)).toBe(sum(cells.reference));
          expect(sum(fleet.current)).toBe(sum(cells.current));
          const { bins: pooled } = poolRareBins(fleet.reference, fleet.current);
          expect(pooled).toBeGreaterThanOrEqual(fleet.reference.length - 1);
        },
      ),
    );
  });

  it('do not depend on the order of the exported cells', () => {
    fc.assert(
      fc.property(counts, (cells) => {
        const reversed = cellsOf([...cells.reference].reverse(), [...cells.current].reverse());
        const inOrder = fleetBins('numeric', cells);
        const turned = fleetBins('numeric', reversed);
        const pairs = ({ reference, current }: ComparedBins): string[] =>
          Array.from(reference, (rows, cell) => `${rows} ${current[cell]}`).sort();
        expect(pairs(turned)).toEqual(pairs(inOrder));
      }),
    );
  });
});
