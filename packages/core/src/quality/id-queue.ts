/**
 * Different ids in the order in which they were added, each with a row of numbers and of values. Ids
 * leave in that order, so that the oldest is always known.
 */
export interface IdQueue<Value> {
  readonly size: number;
  /** How many numbers and values a row has. */
  readonly columns: { readonly numbers: number; readonly values: number };
  /** Adds an id with a row of zeros and no values; its position, or -1 when it is there already. */
  add(id: string): number;
  /** The position of an id; -1 when it is not there. */
  find(id: string): number;
  /** The position of the id that was added first; -1 when there is none. */
  readonly oldest: number;
  /** Removes the oldest id; without one it has no effect. */
  removeOldest(): void;
  /** A number of the row at a position that was returned and not removed. */
  number(position: number, column: number): number;
  setNumber(position: number, column: number, number: number): void;
  value(position: number, column: number): Value | undefined;
  setValue(position: number, column: number, value: Value | undefined): void;
  /** The id at a position that was returned and not removed. */
  id(position: number): string;
}

interface Chunk<Value> {
  readonly ids: string[];
  readonly numbers: Float64Array;
  readonly values: (Value | undefined)[];
}

const chunkRows = 4096;

/**
 * An empty queue. Each call is O(1) amortised, in addition to reading the id. Rows are kept in chunks,
 * which are released once all their ids have left, and found by a table with open addressing, at most
 * half full. Takes, in addition to the ids and values, 8 x (numbers + values + 1) bytes an id, and 12 to
 * 24 for each place of its table at the largest size so far.
 *
 * A table of our own, since the first key of a large `Map` takes some 0.1 ms to find after deletions.
 * Positions count the ids that were ever added. Ids come from outside, so their hash has a secret
 * start: nobody can choose ids that collide.
 * Source: Knuth 1998, The Art of Computer Programming 3, 6.4, algorithms L and R; FNV-1a of Fowler,
 * Noll and Vo, with the last mixing step of MurmurHash3.
 */
export function createIdQueue<Value>(columns: {
  readonly numbers: number;
  readonly values: number;
}): IdQueue<Value> {
  const [secret = 0] = globalThis.crypto.getRandomValues(new Uint32Array(1));
  const chunks: Chunk<Value>[] = [];
  /** The number of the first chunk that is kept. */
  let firstChunk = 0;
  let oldest = 0;
  let next = 0;
  let mask = 1023;
  /** Positions plus one by place in the table; 0 where a place is free. */
  let places = new Float64Array(mask + 1);
  let hashes = new Uint32Array(mask + 1);

  function chunkOf(position: number): Chunk<Value> {
    return chunks[Math.floor(position / chunkRows) - firstChunk]!;
  }

  /** The place of an id, or the free place in which it would be. */
  function placeOf(id: string, hash: number): number {
    let place = hash & mask;
    while (places[place] !== 0) {
      if (hashes[place] === hash) {
        const position = places[place]! - 1;
        if (chunkOf(position).ids[position % chunkRows] === id) return place;
      }
      place = (place + 1) & mask;
    }
    return place;
  }

  function grow(): void {
    const [oldPlaces, oldHashes] = [places, hashes];
    mask = 2 * mask + 1;
    places = new Float64Array(mask + 1);
    hashes = new Uint32Array(mask + 1);
    for (let old = 0; old < oldPlaces.length; old += 1) {
      if (oldPlaces[old] === 0) continue;
      let place = oldHashes[old]! & mask;
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = oldPlaces[old]!;
      hashes[place] = oldHashes[old]!;
    }
  }

  /** Frees a place; ids behind it that could no longer be found move up. */
  function free(start: number): void {
    let hole = start;
    let place = start;
    for (;;) {
      place = (place + 1) & mask;
      if (places[place] === 0) break;
      const home = hashes[place]! & mask;
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      places[hole] = places[place]!;
      hashes[hole] = hashes[place]!;
      hole = place;
    }
    places[hole] = 0;
  }

  return {
    columns,
    get size() {
      return next - oldest;
    },
    add(id) {
      const hash = hashOf(id, secret);
      let place = placeOf(id, hash);
      if (places[place] !== 0) return -1;
      if (2 * (next - oldest + 1) > mask) {
        grow();
        place = placeOf(id, hash);
      }
      const position = next;
      const row = position % chunkRows;
      if (row === 0) chunks.push(newChunk(columns));
      chunkOf(position).ids[row] = id;
      places[place] = position + 1;
      hashes[place] = hash;
      next += 1;
      return position;
    },
    find: (id) => places[placeOf(id, hashOf(id, secret))]! - 1,
    get oldest() {
      return oldest === next ? -1 : oldest;
    },
    removeOldest() {
      if (oldest === next) return;
      const { ids, values } = chunkOf(oldest);
      const row = oldest % chunkRows;
      const id = ids[row]!;
      free(placeOf(id, hashOf(id, secret)));
      // What the row holds can be released before its chunk.
      ids[row] = '';
      values.fill(undefined, row * columns.values, (row + 1) * columns.values);
      oldest += 1;
      if (oldest % chunkRows === 0) {
        chunks.shift();
        firstChunk += 1;
      }
    },
    id: (position) => chunkOf(position).ids[position % chunkRows]!,
    number: (position, column) =>
      chunkOf(position).numbers[(position % chunkRows) * columns.numbers + column]!,
    setNumber(position, column, number) {
      chunkOf(position).numbers[(position % chunkRows) * columns.numbers + column] = number;
    },
    value: (position, column) =>
      chunkOf(position).values[(position % chunkRows) * columns.values + column],
    setValue(position, column, value) {
      chunkOf(position).values[(position % chunkRows) * columns.values + column] = value;
    },
  };
}

function newChunk<Value>(columns: { numbers: number; values: number }): Chunk<Value> {
  return {
    ids: [],
    numbers: new Float64Array(chunkRows * columns.numbers),
    values: new Array(chunkRows * columns.values).fill(undefined),
  };
}

function hashOf(id: string, secret: number): number {
  let hash = secret;
  for (let index = 0; index < id.length; index += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
