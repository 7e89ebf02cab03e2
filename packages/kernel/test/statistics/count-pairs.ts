import fc from 'fast-check';

/** Two samples over the same bins: empty ones, empty bins, single bins and billions of rows. */
export function countPairs(maxBins = 30): fc.Arbitrary<readonly [number[], number[]]> {
  const count = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 60 }) },
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 ** 32 }) },
  );
  return fc.integer({ min: 1, max: maxBins }).chain((bins) => {
    const counts = fc.oneof(
      { weight: 6, arbitrary: fc.array(count, { minLength: bins, maxLength: bins }) },
      { weight: 1, arbitrary: fc.constant(new Array<number>(bins).fill(0)) },
    );
    return fc.tuple(counts, counts);
  });
}
