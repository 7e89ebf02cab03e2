import { describe, expect, it } from 'vitest';
import { createFeatureWindow } from '../../src/windows/feature-window.js';
import { paneLengthFor } from '../../src/windows/window-length.js';
import { dayMs, evaluateWindow, referenceOf, startMs } from '../support.js';

describe('a window of few rows', () => {
  it.each([1, 3, 20, 30])('of %i ordinary rows is not decided, whatever the feature', (rows) => {
    const features = [
      { name: 'distance', type: 'numeric' },
      { name: 'carrier', type: 'categorical' },
      { name: 'constant', type: 'categorical' },
    ] as const;
    const size = 5000;
    const reference = referenceOf(features, {
      distance: Array.from({ length: size }, (_, row) => row),
      carrier: Array.from({ length: size }, (_, row) => `c${row % 7}`),
      constant: Array.from({ length: size }, () => 'only'),
    });
    const window = createFeatureWindow({ features, reference, windowMs: dayMs, startMs });
    window.count(
      [
        {
          names: ['distance'],
          data: Array.from({ length: rows }, (_, row) => ((row + 1) * 1777) % size),
        },
        { names: ['carrier'], data: Array.from({ length: rows }, (_, row) => `c${row % 7}`) },
        { names: ['constant'], data: Array.from({ length: rows }, () => 'only') },
      ],
      rows,
      startMs,
    );
    const found = evaluateWindow(window);
    expect(found.map(({ state }) => state)).toEqual(Array(3).fill('insufficient_data'));
  });

  it('of uneven length next to a whole day is still divided into whole panes', () => {
    const windowsMs = [45_000, dayMs];
    const paneMs = paneLengthFor(windowsMs);
    for (const windowMs of windowsMs) expect(windowMs % paneMs).toBe(0);
  });
});
