import { rowsForExpectedCount } from '@modelmeter/kernel/statistics';

/** A bin without drift falls short of its expected rows by this many standard deviations at most. */
export const rareBinShortfall = 2.5;

/**
 * Whether a bin is expected to have enough rows for a test, by its rows in the reference alone.
 *
 * Bins whose rows in the reference are fixed, as those of quantile bins, must not be called rare by
 * the rows of both samples: then chance in the current sample chooses the bins, and 19 % of samples of
 * 30 rows without drift are rejected at a level of 5 %.
 *
 * @param rows Rows of the bin in the reference.
 * @param n Rows of the reference.
 * @param m Rows of the current sample.
 */
export function isExpectedLarge(rows: number, n: number, m: number): boolean {
  const expected = (rows / n) * m;
  return rows + expected - rareBinShortfall * Math.sqrt(expected) >= rowsForExpectedCount(n, m);
}
