import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chiSquareGoodnessOfFit } from '../../src/compatibility/chi-square-goodness-of-fit.js';
import { equalWidthPsi } from '../../src/compatibility/equal-width-psi.js';
import {
  evidentlyJensenShannon,
  evidentlyPsi,
  evidentlyWasserstein,
} from '../../src/compatibility/evidently.js';
import {
  nannymlHellinger,
  nannymlJensenShannon,
  nannymlThresholds,
} from '../../src/compatibility/nannyml.js';
import { chiSquareContingency } from '../../src/statistics/chi-square-contingency.js';
import { jensenShannonDivergence } from '../../src/statistics/jensen-shannon.js';
import { populationStabilityIndex } from '../../src/statistics/psi.js';
import { wassersteinDistance } from '../../src/statistics/wasserstein.js';
import { expectRelative } from '../expect-close.js';
import fixture from '../fixtures/compatibility.json' with { type: 'json' };
import { codeOf, kernels } from '../kernel/kernels.js';

describe.each(kernels)('$name', ({ kernel }) => {
  describe.each(fixture.cases)('$name: the formulas spelled out in numpy', (expected) => {
    const reference = Float64Array.from(expected.reference);
    const current = Float64Array.from(expected.current);

    test('equal-width index', () => {
      expectRelative(equalWidthPsi(kernel, reference, current), expected.equalWidth, 1e-12);
    });

    test('Evidently', () => {
      const { psi, jensenShannon, wasserstein } = expected.evidently;
      expectRelative(evidentlyPsi(kernel, reference, current), psi, 1e-12);
      // The divergence of close shares is a small difference in scipy.
      expectRelative(evidentlyJensenShannon(kernel, reference, current), jensenShannon, 1e-10);
      expectRelative(evidentlyWasserstein(kernel, reference, current), wasserstein, 1e-11);
    });

    test('NannyML', () => {
      const { jensenShannon, hellinger } = expected.nannyml;
      expectRelative(nannymlJensenShannon(kernel, reference, current), jensenShannon, 1e-10);
      expectRelative(nannymlHellinger(kernel, reference, current), hellinger, 1e-10);
    });
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
