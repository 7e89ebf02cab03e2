import { describe, expect, it } from 'vitest';
import { createFeatureWindow } from '../../src/windows/feature-window.js';
import { dayMs, evaluateWindow, referenceOf, seededNormal, startMs } from '../support.js';

describe('the median in an explanation', () => {
  const features = [{ name: 'x', type: 'numeric' }] as const;
  const normals = (rows: number, seed: number, shift: number) => {
    const normal = seededNormal(seed);
    return Array.from({ length: rows }, () => normal() + shift);
  };
  const reference = referenceOf(features, { x: normals(5000, 1, 0) });
  const explanationOf = (x: number[]) => {
    const window = createFeatureWindow({ features, reference, windowMs: dayMs, startMs });
    window.count([{ names: ['x'], data: x }], x.length, startMs);
    return evaluateWindow(window)[0]!.explanation;
  };

  it('is not the smallest value where the rows lie below the reference', () => {
    const explanation = explanationOf([...normals(1999, 2, -6), -167]);
    expect(explanation).toMatch(/ from about -?0\.0\d+ to below -3\.\d+\. /);
  });

  it('is a number where its bounds are close', () => {
    expect(explanationOf(normals(2000, 3, 1.5))).toMatch(/ to about 1\.[45]\d*\. /);
  });

  it('is its bounds where the reference has a wide gap', () => {
    const two = referenceOf(features, { x: Array.from({ length: 5000 }, (_, row) => row % 2) });
    const window = createFeatureWindow({ features, reference: two, windowMs: dayMs, startMs });
    window.count([{ names: ['x'], data: Array(2000).fill(0.3) }], 2000, startMs);
    expect(evaluateWindow(window)[0]!.explanation).toContain(' to between 0 and 1.');
  });
});
