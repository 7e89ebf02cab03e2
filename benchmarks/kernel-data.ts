/** Marsaglia 2003, xorshift32: equal data in every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Box and Muller 1958, eq. 1. */
export function normals(length: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from(
    { length },
    () => Math.sqrt(-2 * Math.log(random() + 2 ** -33)) * Math.cos(2 * Math.PI * random()),
  );
}

/** Equal-mass points of a large normal sample: what a profile of a continuous feature holds. */
export function normalGrid(points: number, seed: number): Float64Array {
  const rowsPerPoint = 50;
  const sorted = normals(points * rowsPerPoint, seed).sort();
  const grid = sorted.filter((_, row) => row % rowsPerPoint === rowsPerPoint >> 1);
  return new Float64Array(new Set(grid));
}

/**
 * The windows of `length` values that a measured call takes in turn. A short window that repeats
 * would be learnt by the branch predictor, which flatters code with branches.
 */
export function windows(data: Float64Array, length: number): () => Float64Array {
  const count = length < 100_000 ? Math.min(100, Math.floor(data.length / length)) : 1;
  const parts = Array.from({ length: count }, (_, index) =>
    data.subarray(index * length, (index + 1) * length),
  );
  let next = 0;
  return () => parts[(next = (next + 1) % count)]!;
}

/** Nine inner edges of ten bins that hold a tenth of a standard normal variable each. */
export const decileEdges: Float64Array = Float64Array.of(
  -1.2815515655446004,
  -0.8416212335729142,
  -0.5244005127080407,
  -0.2533471031357997,
  0,
  0.2533471031357997,
  0.5244005127080407,
  0.8416212335729142,
  1.2815515655446004,
);
