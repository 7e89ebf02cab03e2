import { expect, it } from 'vitest';
import { binomialBound } from '../src/bounds.js';
import { challengerRows, simulateChallengers } from '../src/checks/challenger.js';
import { missed } from './condensed-checks.js';

it('keeps the error rate of a challenger at 1500 looks, and finds one better by 5 points', () => {
  const counts = simulateChallengers(30, 1500, 2001);
  expect(missed(challengerRows(counts, binomialBound(0.001)))).toEqual([]);
  const better = counts.find(({ name }) => name === 'better by 5 points');
  expect(better?.better).toBeGreaterThan(15);
});
