import { createKernel, ksFromCells } from '@modelmeter/kernel';
import { decileEdges, normalGrid, normals, windows } from './kernel-data.js';
import {
  createPlainGridCounter,
  createPlainRowCounter,
  plainEdges,
  plainKs,
  plainMoments,
  plainSort,
} from './kernel-plain.js';

/** What an operation must reach: times faster than a peer, or nanoseconds per value. */
export interface Goals {
  readonly plain?: number;
  readonly peer?: number;
  readonly nanoseconds?: number;
}

export interface Case {
  readonly operation: string;
  readonly size: string;
  /** Values that one call handles. */
  readonly values: number;
  readonly ours: () => number;
  readonly plain: () => number;
  /** Key of the numpy or scipy result. */
  readonly peer?: string;
  readonly peerName?: string;
  readonly goals: Goals;
}

const kernel = createKernel();

export function buildCases(): Case[] {
  const data = normals(1_000_000, 1);
  const other = normals(1_000_000, 2);
  return [
    ...columnCases(data, other),
    ...[1_024, 4_096, 10_000].flatMap((points) => streamingCases(data, points)),
    ...[9, 1_024].flatMap((points) => rowCases(points)),
  ];
}

function columnCases(data: Float64Array, other: Float64Array): Case[] {
  return [10, 100, 1_000, 100_000, 1_000_000].flatMap((n) => {
    const take = windows(data, n);
    const takeOther = windows(other, n);
    const large = n >= 100_000;
    const size = { size: String(n), values: n };
    const sort: Case = {
      operation: 'sort',
      ...size,
      ours: () => kernel.sort(take())[0]!,
      plain: () => plainSort(take()),
      peer: `sort/${n}`,
      peerName: 'np.sort',
      goals: { plain: large ? 4 : 1 },
    };
    if (n < 1_000) return [sort];
    const edges = {
      ...size,
      ours: () => kernel.countEdges(take(), decileEdges).counts[0]!,
      plain: () => plainEdges(take(), decileEdges),
    };
    return [
      {
        operation: 'moments',
        ...size,
        ours: () => kernel.moments(take()).mean,
        plain: () => plainMoments(take()),
        peer: `moments/${n}`,
        peerName: 'np min, max, mean, var',
        goals: n >= 1_000_000 ? { peer: 3 } : {},
      },
      {
        operation: '10 quantile bins',
        ...edges,
        peer: `edges/${n}`,
        peerName: 'np searchsorted + bincount',
        goals: large ? { peer: 10 } : {},
      },
      {
        operation: '10 quantile bins',
        ...edges,
        peer: `histogram/${n}`,
        peerName: 'np.histogram(edges)',
        goals: large ? { peer: 25 } : {},
      },
      sort,
      {
        operation: 'KS of two samples',
        ...size,
        ours: () => kernel.ksTwoSample(take(), takeOther()).statistic,
        plain: () => plainKs(take(), takeOther()),
        peer: `ks/${n}`,
        peerName: 'scipy ks_2samp',
        goals: large ? { peer: 8, plain: 3 } : {},
      },
    ];
  });
}

/** A window counted on a frozen grid, its cells read and the distance taken from them. */
function streamingCases(data: Float64Array, points: number): Case[] {
  const grid = normalGrid(points, 3);
  const reference = new Float64Array(2 * grid.length + 1).map((_, cell) => cell % 2);
  return [1_000, 100_000, 1_000_000].map((n) => {
    const take = windows(data, n);
    const counter = kernel.createGridCounter([grid]);
    const cells = new Float64Array(2 * grid.length + 1);
    const plain = createPlainGridCounter(grid);
    return {
      operation: `KS against ${points} points`,
      size: String(n),
      values: n,
      ours: () => {
        counter.reset();
        counter.count(take(), n);
        counter.addCellsTo(0, cells.fill(0));
        return ksFromCells(reference, cells).statistic;
      },
      plain: () => {
        plain(take());
        return ksFromCells(reference, cells).statistic;
      },
      peer: `stream-${points}/${n}`,
      peerName: 'scipy ks_2samp',
      goals: n >= 100_000 ? { peer: 15, plain: 3 } : {},
    };
  });
}

/** A prediction at a time or 64: calls until 512 rows are through, waiting rows counted. */
function rowCases(points: number): Case[] {
  const rowsPerCase = 512;
  const goals: Readonly<Record<string, Goals>> = {
    '12x1': { nanoseconds: 4, plain: 2.5 },
    '100x1': { nanoseconds: 1.5, plain: 6 },
    '12x64': { nanoseconds: 1.3, plain: 7 },
    '100x64': { nanoseconds: 1.3, plain: 7 },
  };
  return [12, 100].flatMap((columns) =>
    [1, 64].map((rows) => {
      const grids = Array.from({ length: columns }, (_, column) => normalGrid(points, column + 1));
      const counter = kernel.createGridCounter(grids);
      const plain = createPlainRowCounter(grids);
      const matrix = Float32Array.from(normals(rowsPerCase * columns, 5));
      const calls = Array.from({ length: rowsPerCase / rows }, (_, call) =>
        matrix.slice(call * rows * columns, (call + 1) * rows * columns),
      );
      return {
        operation: `float32 rows, ${points} points`,
        size: `${columns} columns, ${rows} row${rows === 1 ? '' : 's'}`,
        values: rowsPerCase * columns,
        ours: () => {
          for (const call of calls) counter.count(call, rows);
          counter.flush();
          return counter.rows;
        },
        plain: () => {
          let cells = 0;
          for (const call of calls) cells += plain(call, rows);
          return cells;
        },
        goals: points === 9 ? goals[`${columns}x${rows}`]! : { plain: 2.5 },
      };
    }),
  );
}
