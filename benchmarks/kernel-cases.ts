import { createEdgeCounter, createGridCounter, createKernel } from '@modelmeter/kernel';
import { createValueSketch, createVocabularyCounter } from '@modelmeter/kernel/profiles';
import {
  chiSquareContingency,
  jensenShannonDistance,
  ksFromBins,
  ksTwoSamplePValue,
  mannWhitney,
  populationStabilityIndex,
  wassersteinDistance,
} from '@modelmeter/kernel/statistics';
import { decileEdges, normalGrid, normals, windows } from './kernel-data.js';
import {
  createRecorders,
  d3Bins,
  d3Bisect,
  jstatBins,
  simpleMoments,
  simpleQuantiles,
} from './kernel-npm.js';
import {
  createPlainEdgeCounter,
  createPlainGridCounter,
  createPlainRowCounter,
  plainBisect,
  plainChiSquare,
  plainCodes,
  plainEdges,
  plainIndex,
  plainJensenShannon,
  plainKs,
  plainMoments,
  plainSort,
  plainUniform,
} from './kernel-plain.js';
import { amount, sizes } from './smoke.js';

/** What an operation must reach: times faster than a peer, or nanoseconds per value. */
export interface Goals {
  readonly plain?: number;
  readonly peer?: number;
  readonly nanoseconds?: number;
  /** Times faster than the fastest package. */
  readonly npm?: number;
}

export interface Case {
  readonly operation: string;
  readonly size: string;
  /** Values that one call handles. */
  readonly values: number;
  readonly ours: () => number;
  readonly plain?: () => number;
  /** Packages by name. */
  readonly npm?: Readonly<Record<string, () => number>>;
  /** Key of the numpy or scipy result. */
  readonly peer?: string;
  readonly peerName?: string;
  readonly goals: Goals;
}

const kernel = createKernel();

export function buildCases(): Case[] {
  const data = normals(amount(10_000_000, 1_000_000), 1);
  const other = normals(1_000_000, 2);
  return [
    ...columnCases(data, other),
    ...binCases(data),
    ...codeCases(),
    ...[1_024, 4_096, 10_000].flatMap((points) => streamingCases(data, points)),
    ...edgeRowCases(),
    ...[9, 1_024].flatMap((points) => rowCases(points)),
    ...[10, 50].flatMap((bins) => countCases(bins)),
    ...wholeSampleCases(data, other),
    ...sketchCases(data),
  ];
}

/** Equal bins and quantile bins, of light and of heavy tails. */
function binCases(data: Float64Array): Case[] {
  return sizes([1_000, 100_000, 1_000_000, 10_000_000]).flatMap((n) => {
    const take = windows(data, n);
    const size = { size: String(n), values: n };
    const goals =
      n >= 1_000_000 ? { peer: 3.5, plain: 1.8 } : n >= 100_000 ? { peer: 8, plain: 1.8 } : {};
    const uniform: Case = {
      operation: '50 equal bins',
      ...size,
      ours: () => kernel.countUniform(take(), -3, 3, 50).counts[0]!,
      plain: () => plainUniform(take(), -3, 3, 50),
      ...(n <= 100_000
        ? { npm: { 'd3-array': () => d3Bins(take(), 50), jstat: () => jstatBins(take(), 50) } }
        : {}),
      peer: `uniform/${n}`,
      peerName: 'np.histogram(50)',
      goals,
    };
    if (n > 1_000_000) return [uniform];
    const narrow = Float32Array.from(take());
    const many = [49, 255, 999].flatMap((edges) =>
      [0, 2].map((tail): Case => {
        const spread = (values: Float64Array): Float64Array =>
          tail === 0 ? values : values.map((value) => Math.exp(tail * value));
        const bounds = kernel.quantiles(
          spread(data.subarray(0, 1_000_000)),
          Array.from({ length: edges }, (_, edge) => (edge + 1) / (edges + 1)),
        );
        const takeSpread = windows(spread(data.subarray(0, Math.min(1_000_000, 100 * n))), n);
        return {
          operation: `${edges + 1} quantile bins${tail === 0 ? '' : ', heavy tail'}`,
          ...size,
          ours: () => kernel.countEdges(takeSpread(), bounds).counts[0]!,
          plain: () => plainBisect(takeSpread(), bounds),
          ...(n <= 100_000 ? { npm: { 'd3 bisect': () => d3Bisect(takeSpread(), bounds) } } : {}),
          peer: `many-${edges}-${tail}/${n}`,
          peerName: 'np searchsorted + bincount',
          goals: n >= 100_000 ? { peer: 8 } : {},
        };
      }),
    );
    return [
      uniform,
      {
        operation: '50 equal bins, float32',
        ...size,
        ours: () => kernel.countUniform(narrow, -3, 3, 50).counts[0]!,
        plain: () => plainUniform(narrow, -3, 3, 50),
        peer: `uniform32/${n}`,
        peerName: 'np.histogram(50)',
        goals,
      },
      ...(n === 1_000 ? [] : many),
    ];
  });
}

/** Codes of 30 categories, and their names. */
function codeCases(): Case[] {
  const n = 1_000_000;
  const codes = Int32Array.from(normals(n, 4), (value) => Math.abs(Math.round(value * 10)) % 30);
  const bytes = Uint8Array.from(codes);
  const names = Array.from({ length: 30 }, (_, code) => `category ${code}`);
  const strings = Array.from(codes.subarray(0, 100_000), (code) => names[code]!);
  const goals = { peer: 1.3, plain: 2.5 };
  const vocabulary = createVocabularyCounter();
  return [
    {
      operation: 'codes, 32 bits',
      size: String(n),
      values: n,
      ours: () => kernel.countCodes(codes, 30).counts[0]!,
      plain: () => plainCodes(codes, 30),
      peer: 'codes32',
      peerName: 'np.bincount',
      goals,
    },
    {
      operation: 'codes, bytes',
      size: String(n),
      values: n,
      ours: () => kernel.countCodes(bytes, 30).counts[0]!,
      plain: () => plainCodes(bytes, 30),
      peer: 'codes8',
      peerName: 'np.bincount',
      goals,
    },
    {
      operation: 'strings, 30 categories',
      size: '100000',
      values: 100_000,
      ours: () => {
        vocabulary.countAll(strings);
        return vocabulary.size;
      },
      plain: () => {
        const counts = new Map<string, number>();
        for (const text of strings) counts.set(text, (counts.get(text) ?? 0) + 1);
        return counts.size;
      },
      goals: { nanoseconds: 40 },
    },
  ];
}

/** Scores from counts, nanoseconds a call. */
function countCases(bins: number): Case[] {
  const reference = Float64Array.from({ length: bins }, (_, bin) => 100 + ((bin * 37) % 50));
  const current = Float64Array.from({ length: bins }, (_, bin) => 90 + ((bin * 53) % 60));
  const size = { size: `${bins} bins`, values: 1, goals: { peer: 10 } };
  return [
    {
      operation: 'PSI from counts',
      ...size,
      ours: () => populationStabilityIndex(reference, current),
      plain: () => plainIndex(reference, current),
      peer: `psi/${bins}`,
      peerName: 'numpy',
    },
    {
      operation: 'Jensen-Shannon from counts',
      ...size,
      ours: () => jensenShannonDistance(reference, current),
      plain: () => plainJensenShannon(reference, current),
      peer: `js/${bins}`,
      peerName: 'scipy jensenshannon',
    },
    {
      operation: 'chi-square and p from counts',
      ...size,
      ours: () => chiSquareContingency(reference, current).pValue,
      plain: () => plainChiSquare(reference, current),
      peer: `chi2/${bins}`,
      peerName: 'scipy chi2_contingency',
    },
  ];
}

/** What needs both samples as a whole. */
function wholeSampleCases(data: Float64Array, other: Float64Array): Case[] {
  const n = 100_000;
  const [a, b] = [data.subarray(0, n), other.subarray(0, n)];
  const size = { size: `${n} x ${n}`, values: 2 * n };
  return [
    {
      operation: 'exact KS p, per call',
      size: '1000 x 1000',
      values: 1,
      ours: () => ksTwoSamplePValue(0.05, 1_000, 1_000),
      peer: 'exact-equal',
      peerName: 'scipy ks_2samp exact',
      goals: { peer: 1 / 1.2 },
    },
    {
      operation: 'exact KS p, per call',
      size: '1000 x 997',
      values: 1,
      ours: () => ksTwoSamplePValue(0.05, 1_000, 997),
      peer: 'exact-coprime',
      peerName: 'scipy ks_2samp exact',
      goals: { peer: 1 / 1.2 },
    },
    {
      operation: 'Wasserstein of two samples',
      ...size,
      ours: () => {
        const { values, reference, current } = kernel.tieGroups(a, b);
        return wassersteinDistance(values, reference, current);
      },
      peer: 'wasserstein',
      peerName: 'scipy wasserstein_distance',
      goals: {},
    },
    {
      operation: 'Mann-Whitney of two samples',
      ...size,
      ours: () => {
        const { reference, current } = kernel.tieGroups(a, b);
        return mannWhitney(reference, current).pValue;
      },
      peer: 'mannwhitney',
      peerName: 'scipy mannwhitneyu',
      goals: {},
    },
    {
      operation: 'nine deciles',
      size: String(n),
      values: n,
      ours: () => kernel.quantiles(a, deciles)[4]!,
      npm: { 'simple-statistics': () => simpleQuantiles(Array.from(a.subarray(0, n)), deciles) },
      peer: 'quantiles',
      peerName: 'np.quantile',
      goals: {},
    },
  ];
}

const deciles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** One latency at a time. */
function sketchCases(data: Float64Array): Case[] {
  const n = 100_000;
  const seconds = data.slice(0, n).map((value) => 0.01 * Math.exp(value));
  const sketch = createValueSketch();
  const recordAll = (record: (value: number) => void) => (): number => {
    for (let index = 0; index < n; index += 1) record(seconds[index]!);
    return n;
  };
  const recorders = Object.entries(createRecorders());
  return [
    {
      operation: 'latency sketch, one record',
      size: String(n),
      values: n,
      ours: recordAll(sketch.record),
      npm: Object.fromEntries(recorders.map(([name, record]) => [name, recordAll(record)])),
      goals: { npm: 8 },
    },
  ];
}

/** Rows between nine edges a column: bins and moments without a distribution function. */
function edgeRowCases(): Case[] {
  const rowsPerCase = 512;
  return (
    [
      [12, 1, { nanoseconds: 4, plain: 2.5 }],
      [100, 1, { nanoseconds: 1.5, plain: 6 }],
      [12, 64, { nanoseconds: 1.3, plain: 7 }],
      [100, 64, { nanoseconds: 1.3, plain: 7 }],
      [1_000, 64, {}],
    ] as const
  ).map(([columns, rows, goals]) => {
    const edges = Array.from({ length: columns }, () => decileEdges);
    const counter = createEdgeCounter(edges);
    const plain = createPlainEdgeCounter(edges);
    const matrix = Float32Array.from(normals(rowsPerCase * columns, 5));
    const calls = Array.from({ length: rowsPerCase / rows }, (_, call) =>
      matrix.slice(call * rows * columns, (call + 1) * rows * columns),
    );
    return {
      operation: 'float32 rows, 10 bins and moments',
      size: `${columns} columns, ${rows} row${rows === 1 ? '' : 's'}`,
      values: rowsPerCase * columns,
      ours: () => {
        for (const call of calls) counter.count(call, rows);
        counter.flush();
        return counter.rows;
      },
      plain: () => {
        let bins = 0;
        for (const call of calls) bins += plain(call, rows);
        return bins;
      },
      goals,
    };
  });
}

function columnCases(data: Float64Array, other: Float64Array): Case[] {
  return sizes([10, 100, 1_000, 10_000, 100_000, 1_000_000]).flatMap((n) => {
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
    const narrow = Float32Array.from(take());
    const narrowOther = Float32Array.from(takeOther());
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
        ...(n === 10_000
          ? { npm: { 'simple-statistics': () => simpleMoments(Array.from(take())) } }
          : {}),
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
      {
        operation: 'KS of two samples, float32',
        ...size,
        ours: () => kernel.ksTwoSample(narrow, narrowOther).statistic,
        goals: {},
      },
      {
        operation: 'moments, float32',
        ...size,
        ours: () => kernel.moments(narrow).mean,
        goals: {},
      },
    ];
  });
}

/** A window counted on a frozen grid, its bins read and the distance taken from them. */
function streamingCases(data: Float64Array, points: number): Case[] {
  const grid = normalGrid(points, 3);
  const reference = new Float64Array(2 * grid.length + 1).map((_, bin) => bin % 2);
  return sizes([1_000, 100_000, 1_000_000]).map((n) => {
    const take = windows(data, n);
    const counter = createGridCounter([grid]);
    const bins = new Float64Array(2 * grid.length + 1);
    const plain = createPlainGridCounter(grid);
    return {
      operation: `KS against ${points} points`,
      size: String(n),
      values: n,
      ours: () => {
        counter.reset();
        counter.count(take(), n);
        counter.addBinsTo(0, bins.fill(0));
        return ksFromBins(reference, bins).statistic;
      },
      plain: () => {
        plain(take());
        return ksFromBins(reference, bins).statistic;
      },
      peer: `stream-${points}/${n}`,
      peerName: 'scipy ks_2samp',
      goals: n >= 100_000 ? { peer: 15, plain: 3 } : {},
    };
  });
}

/** Rows against a grid of points: what KS needs, at more cost than bins alone. */
function rowCases(points: number): Case[] {
  const rowsPerCase = 512;
  return [12, 100].flatMap((columns) =>
    [1, 64].map((rows) => {
      const grids = Array.from({ length: columns }, (_, column) => normalGrid(points, column + 1));
      const counter = createGridCounter(grids);
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
          let bins = 0;
          for (const call of calls) bins += plain(call, rows);
          return bins;
        },
        goals: { plain: 2.5 },
      };
    }),
  );
}
