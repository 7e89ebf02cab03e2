import { expect } from 'vitest';

/** Fails unless `actual` is within a relative distance of `expected`; exact where that is 0. */
export function expectRelative(actual: number, expected: number, tolerance: number): void {
  if (actual === expected) return;
  expect(Math.abs(actual - expected) / Math.abs(expected)).toBeLessThanOrEqual(tolerance);
}
