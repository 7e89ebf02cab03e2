import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as compatibility from '../src/compatibility/index.js';
import * as distributions from '../src/distributions/index.js';
import * as root from '../src/index.js';
import * as profiles from '../src/profiles/index.js';
import * as statistics from '../src/statistics/index.js';
import { kernels } from './kernel/kernels.js';

const all = { ...root, ...statistics, ...distributions, ...profiles, ...compatibility };

/* Whatever arrays come in: a result without NaN, or a KernelError. Never a trap, never another error. */

const hostileColumns: readonly (readonly [string, readonly number[]])[] = [
  ['nothing', []],
  ['one value', [3]],
  ['one NaN', [Number.NaN]],
  ['NaN alone', [Number.NaN, Number.NaN, Number.NaN]],
  ['infinities', [Infinity, -Infinity, Infinity]],
  ['a constant', [7, 7, 7, 7]],
  ['zeros of both signs', [0, -0, 0]],
  ['subnormal', [5e-324, 1e-310, -5e-324]],
  ['the ends of the doubles', [Number.MAX_VALUE, -Number.MAX_VALUE, 1]],
  ['all at once', [Number.NaN, Infinity, -Infinity, 5e-324, 1e308, -1e308, 0, -0, 1]],
];

const hostileCounts: readonly (readonly number[])[] = [
  [],
  [0],
  [1],
  [0, 0, 0],
  [2 ** 32, 2 ** 32, 0],
  [5e-324, 1, 0],
  [Number.MAX_SAFE_INTEGER, 0, 0],
  [1e9, 1, 1e9],
  [Number.NaN, 1, 1],
  [-1, 2, 3],
  [Infinity, 1, 1],
];

type Outcome = 'result' | 'KernelError' | `NaN in ${string}` | `threw ${string}`;

function outcomeOf(call: () => unknown): Outcome {
  try {
    const result = call();
    return hasNaN(result) ? `NaN in ${JSON.stringify(result)}` : 'result';
  } catch (error) {
    return all.KernelError.isInstance(error) ? 'KernelError' : `threw ${String(error)}`;
  }
}

function hasNaN(value: unknown): boolean {
  if (typeof value === 'number') return Number.isNaN(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasNaN);
}

function faults(calls: Iterable<readonly [string, () => unknown]>): string[] {
  const found: string[] = [];
  for (const [name, call] of calls) {
    const outcome = outcomeOf(call);
    if (outcome !== 'result' && outcome !== 'KernelError') found.push(`${name}: ${outcome}`);
  }
  return found;
}

describe.each(kernels)('$name', ({ kernel, createGridCounter, createEdgeCounter }) => {
  test('every call on columns', () => {
    const calls: [string, () => unknown][] = [];
    for (const [nameA, listA] of hostileColumns) {
      for (const [nameB, listB] of hostileColumns) {
        for (const type of [Float64Array, Float32Array]) {
          const [a, b] = [type.from(listA), type.from(listB)];
          for (const [name, call] of Object.entries(columnCalls(a, b))) {
            calls.push([`${name}(${nameA}, ${nameB}) as ${type.name}`, call]);
          }
        }
      }
    }
    expect(faults(calls)).toEqual([]);
    expect(calls.length).toBeGreaterThan(4000);
  });

  function columnCalls(
    a: Float64Array | Float32Array,
    b: Float64Array | Float32Array,
  ): Record<string, () => unknown> {
    const bounds = Float64Array.from(b);
    const bothProfiles = () => {
      const reference = all.numericProfile(a, { kernel });
      return [reference, all.numericProfile(b, { grid: reference.grid, kernel })] as const;
    };
    const groups = () => kernel.tieGroups(a, b);
    return {
      moments: () => kernel.moments(a),
      mergeMoments: () => all.mergeMoments(kernel.moments(a), kernel.moments(b)),
      sort: () => kernel.sort(a),
      quantiles: () => kernel.quantiles(a, bounds),
      countEdges: () => kernel.countEdges(a, bounds),
      countUniform: () => kernel.countUniform(a, bounds[0] ?? 0, bounds[1] ?? 1, 5),
      ksTwoSample: () => kernel.ksTwoSample(a, b),
      tieGroups: groups,
      createGridCounter: () => createGridCounter([bounds]).count(a, a.length),
      createEdgeCounter: () => createEdgeCounter([bounds]).count(a, a.length),
      cramerVonMises: () => all.cramerVonMises(groups().reference, groups().current),
      andersonDarling: () => all.andersonDarling([groups().reference, groups().current]),
      mannWhitney: () => all.mannWhitney(groups().reference, groups().current),
      wassersteinDistance: () => {
        const { values, reference, current } = groups();
        return all.wassersteinDistance(values, reference, current);
      },
      energyDistance: () => {
        const { values, reference, current } = groups();
        return all.energyDistance(values, reference, current);
      },
      welchT: () => all.welchT(kernel.moments(a), kernel.moments(b)),
      meanDiscrepancy: () => all.meanDiscrepancy(a, b, { columns: 1, permutations: 19 }),
      numericProfile: () => bothProfiles(),
      mergeProfiles: () => all.mergeProfiles(...bothProfiles()),
      quantileBins: () => all.quantileBins(bothProfiles()[0]),
      wassersteinFromProfiles: () => all.wassersteinFromProfiles(...bothProfiles()),
      energyFromProfiles: () => all.energyFromProfiles(...bothProfiles()),
      equalWidthPsi: () => all.equalWidthPsi(kernel, a, b),
      evidentlyPsi: () => all.evidentlyPsi(kernel, a, b),
      evidentlyJensenShannon: () => all.evidentlyJensenShannon(kernel, a, b),
      evidentlyWasserstein: () => all.evidentlyWasserstein(kernel, a, b),
      nannymlJensenShannon: () => all.nannymlJensenShannon(kernel, a, b),
      evidentlyDrift: () => all.evidentlyDrift(kernel, a, b) ?? 0,
      nannymlDrift: () => all.nannymlDrift(kernel, a, b) ?? 0,
      nannymlHellinger: () => all.nannymlHellinger(kernel, a, b),
      valueSketch: () => {
        const sketch = all.createValueSketch();
        sketch.recordAll(a);
        return [sketch.quantile(0.5), sketch.summary(), sketch.toJson()];
      },
    };
  }
});

test('every call on counts', () => {
  const calls: [string, () => unknown][] = [];
  for (const a of hostileCounts) {
    for (const b of hostileCounts) {
      for (const [name, call] of Object.entries(countCalls(a, b))) {
        calls.push([`${name}([${a}], [${b}])`, call]);
      }
    }
  }
  expect(faults(calls)).toEqual([]);
});

function countCalls(a: readonly number[], b: readonly number[]): Record<string, () => unknown> {
  const { compute } = all.builtInStatistics.find(({ input }) => input === 'bins') as {
    compute(reference: statistics.Counts, current: statistics.Counts): statistics.StatisticResult;
  };
  const [successes = 0, rows = 0] = a;
  const [otherSuccesses = 0, otherRows = 0] = b;
  const proportions = [
    { successes, rows },
    { successes: otherSuccesses, rows: otherRows },
  ] as const;
  return {
    populationStabilityIndex: () => all.populationStabilityIndex(a, b),
    chiSquareContingency: () => all.chiSquareContingency(a, b),
    chiSquareGoodnessOfFit: () => all.chiSquareGoodnessOfFit(a, b),
    gTest: () => all.gTest(a, b),
    jensenShannonDistance: () => all.jensenShannonDistance(a, b),
    kullbackLeibler: () => all.kullbackLeibler(a, b, { smoothing: 0 }),
    hellingerDistance: () => all.hellingerDistance(a, b),
    totalVariationDistance: () => all.totalVariationDistance(a, b),
    lInfinity: () => all.lInfinity(a, b, { subtractNoise: true }),
    cramersV: () => all.cramersV(a, b, { biasCorrected: true }),
    poolRareBins: () => all.poolRareBins(a, b),
    largestAndRest: () => all.largestAndRest(a, b),
    ksFromBins: () => all.ksFromBins(a, b),
    ordinaryMovement: () => all.ordinaryMovement([a, b, a], otherSuccesses, [[b, a]]),
    cramerVonMises: () => all.cramerVonMises(a, b),
    andersonDarling: () => all.andersonDarling([a, b]),
    mannWhitney: () => all.mannWhitney(a, b),
    fisherExact: () => all.fisherExact(...proportions),
    twoProportionZ: () => all.twoProportionZ(...proportions),
    compute: () => compute(a, b),
    psiEffect: () => all.psiEffect(a, b),
    shareMovedEffect: () => all.shareMovedEffect(a, b),
    resampledEffect: () =>
      all.resampledEffect({ name: 'any', appliesTo: ['numeric'], input: 'bins', compute }, a, b, {
        draws: 40,
      }),
    psiNoiseFloor: () => all.psiNoiseFloor(successes, otherSuccesses, a.length),
    ksNoiseFloor: () => all.ksNoiseFloor(successes, otherSuccesses),
    ksTwoSamplePValue: () => all.ksTwoSamplePValue(0.3, successes, otherSuccesses),
    holm: () => all.holm(a),
    benjaminiYekutieli: () => all.benjaminiYekutieli(b),
    evidentlyCategoryDrift: () => all.evidentlyCategoryDrift(a, b) ?? 0,
    nannymlCategoryDrift: () => all.nannymlCategoryDrift([a, b], [b]) ?? 0,
    nannymlChiSquare: () => all.nannymlChiSquare(a, b),
    nannymlThresholds: () => all.nannymlThresholds(a),
  };
}

test('every distribution, wherever it is asked', () => {
  const anything = fc.oneof(
    fc.double(),
    fc.integer({ min: -3, max: 40 }),
    fc.constantFrom(0, 1, 0.5, 1e9, 1e15, 2 ** 32),
  );
  // A wide range takes a distribution to the limits that its own argument checks state.
  const survivals: Record<string, (x: number, y: number, z: number, w: number) => number> = {
    normalSurvival: (x) => all.normalSurvival(x),
    normalQuantile: (x) => all.normalQuantile(x),
    chiSquareSurvival: (x, y) => all.chiSquareSurvival(x, Math.min(y, 1e6)),
    chiSquareQuantile: (x, y) => all.chiSquareQuantile(x, Math.min(y, 1e6)),
    nonCentralChiSquareSurvival: (x, y, z) =>
      all.nonCentralChiSquareSurvival(x, Math.min(y, 1e5), Math.min(z, 1e5)),
    studentTSurvival: (x, y) => all.studentTSurvival(x, y),
    fSurvival: (x, y, z) => all.fSurvival(x, Math.min(y, 1e6), z),
    kolmogorovSurvival: (x, y) => all.kolmogorovSurvival(x, y),
    binomialProbability: (x, y, z) => all.binomialProbability(x, y, z),
    binomialSurvival: (x, y, z) => all.binomialSurvival(x, Math.min(y, 1e9), z),
    hypergeometricProbability: (x, y, z, w) => all.hypergeometricProbability(x, y, z, w),
    hypergeometricSurvival: (x, y, z, w) =>
      all.hypergeometricSurvival(x, Math.min(y, 2 ** 32), z, w),
  };
  fc.assert(
    fc.property(anything, anything, anything, anything, (x, y, z, w) => {
      const found = faults(
        Object.entries(survivals).map(
          ([name, of]) => [`${name}(${x}, ${y}, ${z}, ${w})`, () => of(x, y, z, w)] as const,
        ),
      );
      expect(found).toEqual([]);
    }),
    { numRuns: 400 },
  );
});
