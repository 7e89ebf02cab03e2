import fc from 'fast-check';

/** Two samples over the same cells: empty ones, empty cells, single cells and billions of rows. */
export function countPairs(maxCells = 30): fc.Arbitrary<readonly [number[], number[]]> {
  const count = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 60 }) },
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 ** 32 }) },
  );
  return fc.integer({ min: 1, max: maxCells }).chain((cells) => {
    const counts = fc.oneof(
      { weight: 6, arbitrary: fc.array(count, { minLength: cells, maxLength: cells }) },
      { weight: 1, arbitrary: fc.constant(new Array<number>(cells).fill(0)) },
    );
    return fc.tuple(counts, counts);
  });
}
