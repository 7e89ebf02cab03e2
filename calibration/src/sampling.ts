import { createRandom, type Random } from '@modelmeter/kernel';

/** A stream of random numbers of its own for every purpose, so that no check disturbs another. */
export function randomFor(seed: number, purpose: string): Random {
  let hash = seed ^ 0x811c9dc5;
  // Fowler, Noll and Vo's hash, 32 bits, form 1a.
  for (let index = 0; index < purpose.length; index += 1) {
    hash = Math.imul(hash ^ purpose.charCodeAt(index), 0x01000193);
  }
  return createRandom(hash >>> 0);
}

/** Standard normal numbers (Box and Muller 1958). */
export function normals(random: Random, count: number, mean = 0): Float64Array {
  return Float64Array.from({ length: count }, () => mean + normal(random));
}

/** One standard normal number. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** Draws disjoint sets of rows, each without replacement; every call draws again. */
export function createRowDrawer(
  random: Random,
  rows: number,
): (...sizes: readonly number[]) => Uint32Array[] {
  // Any order will do for the next draw, so the permutation is shuffled on and never reset.
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  return (...sizes) => {
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total > rows) throw new RangeError(`${total} rows asked of ${rows}`);
    for (let place = 0; place < total; place += 1) {
      const other = place + random.integer(rows - place);
      const row = order[other]!;
      order[other] = order[place]!;
      order[place] = row;
    }
    let start = 0;
    return sizes.map((size) => order.slice(start, (start += size)));
  };
}

/** Draws rows with replacement. */
export function drawWithReplacement(random: Random, rows: number, size: number): Uint32Array {
  return Uint32Array.from({ length: size }, () => random.integer(rows));
}
