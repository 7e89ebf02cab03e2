import { expect, it } from 'vitest';
import { createFeatureWindow } from '../../src/windows/feature-window.js';
import { dayMs, evaluateWindow, referenceOf, startMs } from '../support.js';

const features = [{ name: 'rain', type: 'numeric' }] as const;

it.each([
  [0, 'The value 0 went from 60 % to 90 % of the rows.'],
  [0.1, 'The value 0.1 went from 60 % to 90 % of the rows.'],
])('explains the bin of many rows at %f by that number', (lowest, sentence) => {
  const days = (rows: number): number[] =>
    Array.from({ length: 1000 }, (_, day) => (day < rows ? lowest : 1 + (day % 7)));
  const reference = referenceOf(features, { rain: days(600) });
  const window = createFeatureWindow({ features, reference, windowMs: dayMs, startMs });
  window.count([{ names: ['rain'], data: Float64Array.from(days(900)) }], 1000, startMs);
  const [rain] = evaluateWindow(window);
  expect(rain!.explanation).toContain(sentence);
  expect(rain!.bins.slice(0, 2).map(({ bin }) => bin)).toEqual([`< ${lowest}`, `= ${lowest}`]);
});
