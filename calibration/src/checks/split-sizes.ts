/** Rows of the reference and of the current sample. */
export interface Sizes {
  readonly n: number;
  readonly m: number;
}

/** The sizes at which every table is split. */
export const splitSizes: readonly Sizes[] = [
  ...[60, 100, 300, 1000, 5000, 20_000].map((rows) => ({ n: rows, m: rows })),
  { n: 1000, m: 4000 },
  { n: 5000, m: 100 },
  { n: 5000, m: 300 },
  { n: 20_000, m: 1000 },
];

/** From this number of rows on a fifth of the splits is enough: they are slow. */
const manyRows = 5000;

/** Splits at a pair of sizes, of `splits` at small ones. */
export function splitsAt({ n, m }: Sizes, splits: number): number {
  return Math.max(n, m) >= manyRows ? Math.ceil(splits / 5) : splits;
}
