import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chiSquareGoodnessOfFit } from '../../src/compatibility/chi-square-goodness-of-fit.js';
import { equalWidthPsi } from '../../src/compatibility/equal-width-psi.js';
import {
  evidentlyJensenShannon,
  evidentlyPsi,
  evidentlyWasserstein,
} from '../../src/compatibility/evidently.js';
import { evidentlyCategoryDrift, evidentlyDrift } from '../../src/compatibility/evidently-drift.js';
import {
  nannymlChiSquare,
  nannymlHellinger,
  nannymlJensenShannon,
  nannymlThresholds,
} from '../../src/compatibility/nannyml.js';
import {
  type NannymlDrift,
  nannymlCategoryDrift,
  nannymlChunks,
  nannymlDrift,
} from '../../src/compatibility/nannyml-drift.js';
import { chiSquareContingency } from '../../src/statistics/chi-square-contingency.js';
import { jensenShannonDivergence } from '../../src/statistics/jensen-shannon.js';
import { populationStabilityIndex } from '../../src/statistics/psi.js';
import { wassersteinDistance } from '../../src/statistics/wasserstein.js';
import { expectRelative } from '../expect-close.js';
import fixture from '../fixtures/compatibility.json' with { type: 'json' };
import evidently from '../fixtures/evidently.json' with { type: 'json' };
import nannyml from '../fixtures/nannyml.json' with { type: 'json' };
import { codeOf, kernels } from '../kernel/kernels.js';

/** Rows from distinct values and how often each occurs. */
function rows({ values, counts }: { values: readonly number[]; counts: readonly number[] }) {
  return Float64Array.from(values.flatMap((value, index) => Array(counts[index]!).fill(value)));
}

/** Counts over the categories of both samples. */
function categoryCounts(...sides: readonly (readonly string[])[]): Float64Array[] {
  const names = [...new Set(sides.flat())];
  return sides.map((side) => {
    const counts = new Float64Array(names.length);
    for (const name of side) counts[names.indexOf(name)]! += 1;
    return counts;
  });
}

const spelledOut = ({ values, counts }: { values: readonly string[]; counts: readonly number[] }) =>
  values.flatMap((value, index) => Array<string>(counts[index]!).fill(value));

describe.each(kernels)('$name', ({ kernel }) => {
  const samples = fixture.cases.map(({ name, reference, current }, index) => ({
    name,
    reference: Float64Array.from(reference),
    current: Float64Array.from(current),
    evidently: evidently.cases[index]!,
    nannyml: nannyml.cases[index]!,
  }));
  const columns = evidently.columns.map((column) => ({
    name: column.name,
    reference: rows(column.reference),
    current: rows(column.current),
    evidently: column,
  }));

  test.each(fixture.cases)('$name: the equal-width index spelled out in numpy', (expected) => {
    const reference = Float64Array.from(expected.reference);
    const current = Float64Array.from(expected.current);
    expectRelative(equalWidthPsi(kernel, reference, current), expected.equalWidth, 1e-12);
  });

  test.each([...samples, ...columns])('$name: the package Evidently', (of) => {
    const { reference, current } = of;
    const { psi, jensenShannon, wasserstein, drift } = of.evidently;
    expectRelative(evidentlyPsi(kernel, reference, current), psi, 1e-11);
    // The divergence of close shares is a small difference in scipy.
    expectRelative(evidentlyJensenShannon(kernel, reference, current), jensenShannon, 1e-8);
    expectRelative(evidentlyWasserstein(kernel, reference, current), wasserstein, 1e-11);
    const { score, ...found } = evidentlyDrift(kernel, reference, current)!;
    const { score: expected, ...verdict } = drift;
    expect(found).toEqual(verdict);
    // A p-value there is 1 minus a rounded one.
    expect(Math.abs(score - expected)).toBeLessThan(1e-9);
  });

  test.each(samples)('$name: the package NannyML', ({ reference, current, nannyml: expected }) => {
    const { jensenShannon, hellinger, drift } = expected;
    // A remainder of 1e-16 is a bin of its own there.
    expectClose(nannymlJensenShannon(kernel, reference, current), jensenShannon);
    expectClose(nannymlHellinger(kernel, reference, current), hellinger);
    if (drift !== undefined) expectNannyml(nannymlDrift(kernel, reference, current), drift);
    else expect(codeOf(() => nannymlDrift(kernel, reference, current))).toBe('INVALID_ARGUMENT');
  });

  test.each(nannyml.columns)('$name in chunks: the package NannyML', (expected) => {
    const [reference, current] = [expected.reference, expected.current].map((side) =>
      Float64Array.from(side, (value) => value ?? Number.NaN),
    );
    expectNannyml(nannymlDrift(kernel, reference!, current!), expected.drift);
  });

  test('infinite values are left out by the choice of Evidently', () => {
    const values = Float64Array.of(1, 2, 3, 4, 5, 6, 7);
    const found = evidentlyDrift(kernel, Float64Array.of(...values, Infinity, -Infinity), values);
    expect(found).toEqual(evidentlyDrift(kernel, values, values));
    expect(evidentlyDrift(kernel, Float64Array.of(Infinity), values)).toBeUndefined();
    expect(evidentlyDrift(kernel, values, Float64Array.of(Number.NaN))).toBeUndefined();
  });

  test('samples without values show no shift, infinities an error', () => {
    const [nothing, missing] = [new Float64Array(0), Float64Array.of(Number.NaN)];
    const some = Float64Array.of(1, 2, 3);
    for (const of of [
      equalWidthPsi,
      evidentlyPsi,
      evidentlyJensenShannon,
      nannymlJensenShannon,
      nannymlHellinger,
    ]) {
      expect(of(kernel, nothing, some)).toBe(0);
      expect(of(kernel, some, missing)).toBe(0);
      expect(codeOf(() => of(kernel, Float64Array.of(1, Infinity), some))).toBe('INVALID_ARGUMENT');
    }
    expect(evidentlyWasserstein(kernel, nothing, some)).toBe(0);
  });

  test('one outlier blinds the equal-width index', () => {
    const reference = Float64Array.from({ length: 5000 }, (_, row) => row / 5000);
    const current = reference.map((value) => value + 0.3);
    expect(equalWidthPsi(kernel, reference, current)).toBeGreaterThan(1);
    expect(equalWidthPsi(kernel, reference, current.with(0, 1e6))).toBeLessThan(0.01);
  });
});

function expectClose(found: number, expected: number): void {
  expect(Math.abs(found - expected)).toBeLessThan(3e-8);
}

function expectNannyml(
  found: NannymlDrift | undefined,
  expected: {
    readonly threshold: number;
    readonly chunks: readonly { readonly score: number; readonly drifted: boolean }[];
  },
): void {
  expectClose(found!.threshold, expected.threshold);
  expect(found!.chunks.map(({ drifted }) => drifted)).toEqual(
    expected.chunks.map(({ drifted }) => drifted),
  );
  for (const [index, { score }] of expected.chunks.entries()) {
    expectClose(found!.chunks[index]!.score!, score);
  }
  expect(found!.drifted).toBe(expected.chunks.some(({ drifted }) => drifted));
}

test.each(evidently.categories)(
  '$name: Evidently of categories',
  ({ reference, current, drift }) => {
    const [before, after] = categoryCounts(spelledOut(reference), spelledOut(current));
    const { score, ...found } = evidentlyCategoryDrift(before!, after!)!;
    const { score: expected, ...verdict } = drift;
    expect(found).toEqual(verdict);
    expect(Math.abs(score - expected)).toBeLessThan(1e-9);
  },
);

test.each(nannyml.categories)('$name: NannyML of categories', (expected) => {
  const { reference, current, chiSquare, drift } = expected;
  const [before, after] = categoryCounts(reference, current);
  const { statistic, pValue } = nannymlChiSquare(before!, after!);
  expectRelative(statistic, chiSquare.statistic, 1e-10);
  expectRelative(pValue, chiSquare.pValue, 1e-10);
  const chunksOf = (side: readonly string[]) =>
    nannymlChunks(side.length).map(([from, to]) => side.slice(from, to));
  const names = [...new Set([...reference, ...current])];
  const counts = (side: readonly string[]) =>
    chunksOf(side).map((chunk) => categoryCounts(names, chunk)[1]!);
  expectNannyml(nannymlCategoryDrift(counts(reference), counts(current)), drift);
});

test('columns without values have no verdict, and too few rows no chunks', () => {
  expect(evidentlyCategoryDrift([0, 0], [3, 4])).toBeUndefined();
  expect(nannymlCategoryDrift([[0, 0]], [[3, 4]])).toBeUndefined();
  expect(nannymlCategoryDrift([], [])).toBeUndefined();
  expect(nannymlChiSquare([3, 0], [4, 0])).toEqual({
    statistic: 0,
    degreesOfFreedom: 0,
    pValue: 1,
  });
  expect(codeOf(() => nannymlChunks(9))).toBe('INVALID_ARGUMENT');
  expect(nannymlChunks(23).at(-1)).toEqual([22, 23]);
});

test('chi-square goodness of fit, published', () => {
  const { pValue } = chiSquareGoodnessOfFit([16, 18, 16, 14, 12, 12], [16, 16, 16, 16, 16, 8]);
  expect(pValue).toBeCloseTo(0.67309, 5);
  expect(chiSquareGoodnessOfFit([5, 0], [4, 1])).toMatchObject({ statistic: Infinity, pValue: 0 });
  expect(chiSquareGoodnessOfFit([0, 0], [4, 1])).toMatchObject({ statistic: 0, pValue: 1 });
  expect(chiSquareGoodnessOfFit([7], [3]).pValue).toBe(1);
});

test('published vectors of counts', () => {
  const { statistic, pValue } = chiSquareContingency([4, 2, 0], [1, 1, 4]);
  expectRelative(statistic, 6.13333333, 1e-8);
  expectRelative(pValue, 0.04657615, 1e-7);
  const index = populationStabilityIndex(
    [428, 425, 414, 427, 440, 447, 380, 386, 444, 386],
    [426, 437, 429, 391, 469, 433, 360, 443, 371, 418],
    { smoothing: 0 },
  );
  expectRelative(index, 0.007406694184014186, 1e-12);
  // Histograms of other edges, on the bins of both: [2, 4) of the second is spread evenly.
  const divergence = jensenShannonDivergence([2, 2, 0, 0], [0, 1, 1, 2], { base: 2 });
  expectRelative(divergence, 0.65563906222, 1e-10);
});

test('thresholds of three deviations, published', () => {
  const { lower, upper } = nannymlThresholds([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expectRelative(lower, -4.116843969807043, 1e-14);
  expectRelative(upper, 13.116843969807043, 1e-14);
  expect(codeOf(() => nannymlThresholds([]))).toBe('INVALID_ARGUMENT');
  expect(codeOf(() => nannymlThresholds([1, Number.NaN]))).toBe('INVALID_ARGUMENT');
});

const california = new URL('../../../../../shared/data/california/', import.meta.url);

describe.skipIf(!existsSync(california))('California housing by month (shared data)', () => {
  const rows = (file: string): string[][] =>
    readFileSync(new URL(file, california), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(','));

  function columnsByMonth(file: string): Map<string, Map<string, number[]>> {
    const [header, ...lines] = rows(file);
    const months = new Map<string, Map<string, number[]>>();
    for (const line of lines) {
      const month = line[header!.indexOf('timestamp')]!.slice(0, 7);
      const columns = months.get(month) ?? new Map<string, number[]>();
      months.set(month, columns);
      for (const [index, name] of header!.entries()) {
        if (name === 'timestamp') continue;
        columns.set(name, [...(columns.get(name) ?? []), Number(line[index])]);
      }
    }
    return months;
  }

  test('every monthly figure of NannyML comes out', () => {
    const { kernel } = kernels[0]!;
    const reference = columnsByMonth('california_housing_reference.csv');
    const months = new Map([...reference, ...columnsByMonth('california_housing_analysis.csv')]);
    const [, ...lines] = rows('nannyml_california_univariate.csv');
    let worst = 0;
    let compared = 0;
    for (const [, month, column, method, value] of lines) {
      const whole = Float64Array.from([...reference.values()].flatMap((of) => of.get(column!)!));
      const chunk = Float64Array.from(months.get(month!)!.get(column!)!);
      const figure = figureOf(method!, whole, chunk);
      if (figure === undefined) continue;
      worst = Math.max(worst, Math.abs(figure - Number(value)));
      compared += 1;
    }
    expect(compared).toBe(lines.length);
    // The figures have twelve digits.
    expect(worst).toBeLessThan(1e-9);

    function figureOf(method: string, a: Float64Array, b: Float64Array): number | undefined {
      if (method === 'jensen_shannon') return nannymlJensenShannon(kernel, a, b);
      if (method === 'hellinger') return nannymlHellinger(kernel, a, b);
      if (method === 'kolmogorov_smirnov') return kernel.ksTwoSample(a, b).statistic;
      if (method !== 'wasserstein') return undefined;
      const groups = kernel.tieGroups(a, b);
      return wassersteinDistance(groups.values, groups.reference, groups.current);
    }
  });
});

if (!existsSync(california)) {
  console.warn('SKIPPED: the California figures of NannyML: ../shared/data/california is not here');
}
