import { describe, expect, it } from 'vitest';
import { binomialBound, describeBound, leastCount, twoStandardErrors } from '../src/bounds.js';

describe('the bounds of a count', () => {
  it('allows 119 of 2000 at 5 %: 100 and twice 9.75', () => {
    expect(twoStandardErrors.most(0.05, 2000)).toBe(119);
    expect(describeBound(twoStandardErrors, 0.05, 2000)).toBe('≤ 5 % + 2 SE (119)');
  });

  // By exact fractions: P(X > 13) = .00046 and P(X > 12) = .00146 of 100; P(X < 71) = .00076 and
  // P(X < 72) = .00111 of 2000.
  it('is the quantile of the binomial distribution', () => {
    expect(binomialBound(0.001).most(0.05, 100)).toBe(13);
    expect(leastCount(0.05, 2000, 0.001)).toBe(71);
  });
});
