import type { NumericArray } from '@modelmeter/kernel';

/* The same operations as a careful author would write them in plain JavaScript loops. */

export function plainMoments(values: Float64Array): number {
  let count = 0;
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    if (Number.isNaN(value)) continue;
    count += 1;
    sum += value;
    squares += value * value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return count + min + max + sum + squares;
}

/** Branch-free linear scan: the fastest of the obvious ways for ten bins. */
export function plainEdges(values: Float64Array, edges: Float64Array): number {
  const counts = new Float64Array(edges.length + 1);
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    let bin = 0;
    for (let edge = 0; edge < edges.length; edge += 1) bin += value > edges[edge]! ? 1 : 0;
    counts[bin]! += 1;
  }
  return counts[0]!;
}

/** Bins of one grid through a table of equal steps, four per point, and a scan inside the step. */
export function createPlainGridCounter(grid: Float64Array): (values: NumericArray) => number {
  const steps = grid.length * 4;
  const origin = grid[0]!;
  const scale = (steps - 1) / (grid[grid.length - 1]! - origin);
  const stepOf = (value: number): number =>
    Math.max(0, Math.min(steps - 1, Math.floor((value - origin) * scale)));
  const firstPoint = new Uint16Array(steps);
  let point = 0;
  for (let step = 0; step < steps; step += 1) {
    while (point < grid.length && stepOf(grid[point]!) < step) point += 1;
    firstPoint[step] = point;
  }
  const bins = new Float64Array(2 * grid.length + 1);
  return (values) => {
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index]!;
      let at = firstPoint[stepOf(value)]!;
      while (at < grid.length && grid[at]! < value) at += 1;
      bins[at < grid.length && grid[at] === value ? 2 * at + 1 : 2 * at]! += 1;
    }
    return bins[0]!;
  };
}

/** Rows counted as they come: binary search into the grid of each column, and its moments. */
export function createPlainRowCounter(
  grids: readonly Float64Array[],
): (data: Float32Array, rows: number) => number {
  const columns = grids.length;
  const bins = grids.map((grid) => new Uint32Array(2 * grid.length + 1));
  const totals = grids.map(() => Float64Array.of(0, Infinity, -Infinity, 0, 0));
  return (data, rows) => {
    for (let row = 0, at = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1, at += 1) {
        const value = data[at]!;
        if (Number.isNaN(value)) continue;
        const total = totals[column]!;
        total[0]! += 1;
        if (value < total[1]!) total[1] = value;
        if (value > total[2]!) total[2] = value;
        total[3]! += value;
        total[4]! += value * value;
        const grid = grids[column]!;
        let below = 0;
        let end = grid.length;
        while (below < end) {
          const middle = (below + end) >>> 1;
          if (grid[middle]! < value) below = middle + 1;
          else end = middle;
        }
        bins[column]![below < grid.length && grid[below] === value ? 2 * below + 1 : 2 * below]! +=
          1;
      }
    }
    return bins[0]![0]!;
  };
}

export function plainSort(values: Float64Array): number {
  return values.slice().sort()[0]!;
}

export function plainKs(a: Float64Array, b: Float64Array): number {
  const x = a.slice().sort();
  const y = b.slice().sort();
  let largest = 0;
  let i = 0;
  let j = 0;
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i]!, y[j]!);
    while (i < x.length && x[i] === value) i += 1;
    while (j < y.length && y[j] === value) j += 1;
    const distance = Math.abs(i / x.length - j / y.length);
    if (distance > largest) largest = distance;
  }
  return largest;
}

export function plainUniform(
  values: NumericArray,
  low: number,
  high: number,
  bins: number,
): number {
  const counts = new Float64Array(bins);
  const scale = bins / (high - low);
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    if (value >= low && value <= high) {
      counts[Math.min(bins - 1, Math.floor((value - low) * scale))]! += 1;
    }
  }
  return counts[0]!;
}

/** The obvious way for many bins: a binary search for every value. */
export function plainBisect(values: Float64Array, edges: Float64Array): number {
  const counts = new Float64Array(edges.length + 1);
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    let below = 0;
    let end = edges.length;
    while (below < end) {
      const middle = (below + end) >>> 1;
      if (edges[middle]! < value) below = middle + 1;
      else end = middle;
    }
    counts[below]! += 1;
  }
  return counts[0]!;
}

export function plainCodes(codes: Int32Array | Uint8Array, cardinality: number): number {
  const counts = new Float64Array(cardinality);
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index]!;
    if (code >= 0 && code < cardinality) counts[code]! += 1;
  }
  return counts[0]!;
}

/** Rows as they come between a few edges of each column, and the moments of it. */
export function createPlainEdgeCounter(
  edges: readonly Float64Array[],
): (data: Float32Array, rows: number) => number {
  const columns = edges.length;
  const bins = edges.map((of) => new Uint32Array(of.length + 1));
  const totals = edges.map(() => Float64Array.of(0, Infinity, -Infinity, 0, 0));
  return (data, rows) => {
    for (let row = 0, at = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1, at += 1) {
        const value = data[at]!;
        if (Number.isNaN(value)) continue;
        const total = totals[column]!;
        total[0]! += 1;
        if (value < total[1]!) total[1] = value;
        if (value > total[2]!) total[2] = value;
        total[3]! += value;
        total[4]! += value * value;
        const of = edges[column]!;
        let bin = 0;
        for (let edge = 0; edge < of.length; edge += 1) bin += value > of[edge]! ? 1 : 0;
        bins[column]![bin]! += 1;
      }
    }
    return bins[0]![0]!;
  };
}

function sharesOf(counts: Float64Array): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

export function plainIndex(reference: Float64Array, current: Float64Array): number {
  const [p, q] = [sharesOf(reference), sharesOf(current)];
  return p.reduce((sum, share, bin) => sum + (share - q[bin]!) * Math.log(share / q[bin]!), 0);
}

export function plainJensenShannon(reference: Float64Array, current: Float64Array): number {
  const [p, q] = [sharesOf(reference), sharesOf(current)];
  let sum = 0;
  for (let bin = 0; bin < p.length; bin += 1) {
    const middle = (p[bin]! + q[bin]!) / 2;
    sum += p[bin]! * Math.log(p[bin]! / middle) + q[bin]! * Math.log(q[bin]! / middle);
  }
  return Math.sqrt(sum / 2);
}

/** The statistic without its p-value, for which there is no plain loop. */
export function plainChiSquare(reference: Float64Array, current: Float64Array): number {
  const n = reference.reduce((sum, count) => sum + count, 0);
  const m = current.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  for (let bin = 0; bin < reference.length; bin += 1) {
    const both = reference[bin]! + current[bin]!;
    sum += (reference[bin]! / n - current[bin]! / m) ** 2 / both;
  }
  return n * m * sum;
}
