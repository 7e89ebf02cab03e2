/** A seeded stream of random numbers; the same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1), a multiple of 2^-53. */
  next(): number;
  /** Uniform whole number from 0 to n - 1, for n from 1 to 2^53. */
  integer(n: number): number;
}

/**
 * The xoshiro128** generator with its state filled by splitmix32.
 *
 * For resampling, never for secrets; the global generator is left alone. Source: Blackman and
 * Vigna 2021, "Scrambled Linear Pseudorandom Number Generators", ACM TOMS 47(4).
 *
 * @param seed Whole number from 0 to 2^32 - 1.
 */
export function createRandom(seed: number): Random {
  let filler = seed | 0;
  const fill = (): number => {
    filler = (filler + 0x9e3779b9) | 0;
    let mixed = filler ^ (filler >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  let a = fill();
  let b = fill();
  let c = fill();
  let d = fill();

  const bits = (): number => {
    const product = Math.imul(b, 5);
    const scrambled = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return scrambled;
  };
  const next = (): number => ((bits() >>> 5) * 0x4000000 + (bits() >>> 6)) / 0x20000000000000;
  return { next, integer: (n) => Math.floor(next() * n) };
}
