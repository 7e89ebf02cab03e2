/** Rows of the reference and of the current sample. */
export interface Sizes {
  readonly n: number;
  readonly m: number;
}

/** The sizes at which every table is split. */
export const splitSizes: readonly Sizes[] = [
  { n: 1000, m: 1000 },
  { n: 1000, m: 4000 },
  { n: 5000, m: 100 },
  { n: 5000, m: 500 },
];
