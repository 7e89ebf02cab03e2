import { describe, expect, it } from 'vitest';
import { featureBins } from '../../src/bins/feature-bins.js';
import { buildReference } from '../../src/reference.js';
import type { FeatureConfig } from '../../src/settings/features.js';
import { createFeatureWindow } from '../../src/windows/feature-window.js';
import { paneLengthFor, windowLength } from '../../src/windows/window-length.js';
import { dayMs, hourMs, seededNormal, startMs } from '../support.js';

const features: FeatureConfig[] = [
  { name: 'size', type: 'numeric' },
  { name: 'weight', type: 'numeric' },
  { name: 'colour', type: 'categorical' },
];
const normal = seededNormal(1);
const reference = buildReference({
  modelName: 'a',
  modelVersion: '1',
  created: '2024-01-01T00:00:00.000Z',
  source: 'test',
  features,
  columns: {
    size: Array.from({ length: 2000 }, () => Math.fround(normal())),
    weight: Array.from({ length: 2000 }, (_, row) => row % 10),
    colour: Array.from({ length: 2000 }, (_, row) => ['red', 'green', null][row % 3]),
  },
});

function createWindow(windowMs = dayMs): ReturnType<typeof createFeatureWindow> {
  return createFeatureWindow({ features, reference, windowMs, startMs });
}

function total(counts: ArrayLike<number>): number {
  return Array.from(counts).reduce((sum, count) => sum + count, 0);
}

describe('the window of a feature', () => {
  it('is rounded up to whole cycles', () => {
    expect(windowLength({ name: 'a', type: 'numeric' }, hourMs)).toBe(hourMs);
    expect(windowLength({ name: 'a', type: 'numeric', cycle: 'day' }, hourMs)).toBe(dayMs);
    expect(windowLength({ name: 'a', type: 'numeric', cycle: 'week' }, dayMs)).toBe(7 * dayMs);
    expect(windowLength({ name: 'a', type: 'numeric', cycle: 'week' }, 8 * dayMs)).toBe(14 * dayMs);
  });

  it('is divided into at most 32 panes that fit every window', () => {
    expect(paneLengthFor([dayMs])).toBe(hourMs);
    expect(paneLengthFor([dayMs, 7 * dayMs])).toBe(6 * hourMs);
    expect(paneLengthFor([hourMs])).toBe(5 * 60_000);
    expect(paneLengthFor([90_000])).toBe(90_000);
  });

  it('counts one matrix, separate columns and mixed types the same way', () => {
    const sizes = [0.1, Number.NaN, 2.5];
    const weights = [3, 4, 99];
    const colours = ['red', 'blue', null];
    const matrix = createWindow();
    const columns = createWindow();
    const mixed = createWindow();
    matrix.count(
      [
        { names: ['size', 'weight'], data: Float64Array.from([0.1, 3, Number.NaN, 4, 2.5, 99]) },
        { names: ['colour'], data: colours },
      ],
      3,
      startMs,
    );
    columns.count(
      [
        { names: ['colour'], data: colours },
        { names: ['weight'], data: BigInt64Array.from(weights.map(BigInt)) },
        { names: ['size'], data: Float64Array.from(sizes) },
      ],
      3,
      startMs,
    );
    mixed.count(
      [
        {
          names: ['size', 'weight', 'colour'],
          data: sizes.flatMap((size, row) => [
            Number.isNaN(size) ? null : size,
            weights[row],
            colours[row],
          ]),
        },
      ],
      3,
      startMs,
    );
    for (const feature of matrix.features) {
      expect(columns.total(feature)).toEqual(matrix.total(feature));
      expect(mixed.total(feature)).toEqual(matrix.total(feature));
    }
  });

  it('counts float32 rows on the points of a float64 reference', () => {
    const window = createWindow();
    const [size] = window.features;
    const values = Float32Array.from({ length: 2000 }, seededNormal(1));
    window.count([{ names: ['size'], data: values }], 2000, startMs);
    const profile = reference.features.get('size');
    expect(window.total(size!).counts).toEqual(profile?.type === 'numeric' && profile.counts);
  });

  it('distinguishes unseen categories, missing values and wrong types', () => {
    const window = createWindow();
    const [, weight, colour] = window.features;
    window.count(
      [
        { names: ['colour'], data: ['red', 'mauve', null, undefined] },
        { names: ['weight'], data: ['heavy', 1, null, true] },
      ],
      4,
      startMs,
    );
    const counts = window.total(colour!);
    expect(counts.missing).toBe(2);
    expect(counts.counts.at(-1)).toBe(1);
    expect(total(counts.counts)).toBe(2);
    expect(window.total(weight!).invalid).toBe(1);
    expect(window.window(weight!, hourMs, startMs + hourMs).invalid).toBe(1);
    expect(window.total(weight!).missing).toBe(2);
  });

  it('distinguishes rows that lack a feature from those that lack its value', () => {
    const window = createWindow();
    const [size, weight, colour] = window.features;
    const rows = [{ names: ['size', 'colour'], data: [undefined, 'red', 1, undefined] }];
    window.count(rows, 2, startMs);
    window.count([{ names: ['size'], data: Float64Array.of(Number.NaN) }], 1, startMs);
    window.count([{ names: ['weight', 'colour'], data: [null, null] }], 1, startMs);
    const found = [size, weight, colour].map((feature) => window.total(feature!));
    expect(found.map(({ missing }) => missing)).toEqual([3, 4, 3]);
    expect(found.map(({ absent }) => absent)).toEqual([2, 3, 2]);
  });

  it('holds only the last whole panes', () => {
    const window = createWindow();
    const [, weight] = window.features;
    for (let hour = 0; hour < 60; hour += 1) {
      window.count(
        [{ names: ['weight'], data: Float64Array.from({ length: hour + 1 }, () => 5) }],
        hour + 1,
        startMs + hour * hourMs + 1,
      );
      const expected = Array.from({ length: 24 }, (_, back) => Math.max(0, hour - back));
      expect(total(window.window(weight!, dayMs, startMs + hour * hourMs + 2).counts)).toBe(
        total(expected),
      );
    }
  });

  it('forgets rows that are older than the window after a long pause', () => {
    const window = createWindow();
    const [, weight] = window.features;
    window.count([{ names: ['weight'], data: Float64Array.of(1) }], 1, startMs);
    expect(total(window.window(weight!, dayMs, startMs + 30 * dayMs).counts)).toBe(0);
    expect(total(window.total(weight!).counts)).toBe(1);
  });

  it('folds counts into bins without losing a row', () => {
    const window = createWindow();
    for (const feature of window.features) {
      const bins = featureBins(feature.profile);
      expect(total(bins.reference)).toBe(feature.profile.count);
      expect(bins.edges.length).toBeLessThanOrEqual(20);
    }
  });
});
