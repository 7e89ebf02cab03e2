import { describe, expect, test } from 'vitest';
import { runsPerYear } from '../src/schedule.js';

describe('runsPerYear', () => {
  test.each([
    ['0 */6 * * *', 1461],
    ['0 * * * *', 8766],
    ['* * * * *', 525_960],
    ['0 7 * * 1-5', 261],
    ['0 0 1 * *', 12],
    ['0 0 29 2 *', 1],
  ])('%s', (expression, runs) => {
    expect(runsPerYear(expression, 'UTC')! / runs).toBeCloseTo(1, 1);
  });

  test('runs on demand have no number', () => {
    expect(runsPerYear('manual', 'UTC')).toBeUndefined();
  });
});
