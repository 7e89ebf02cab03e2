import { expect, it } from 'vitest';
import { cramerVonMisesSurvival } from '../../src/distributions/cramer-von-mises.js';

it('the survival function ends and falls to 0 far out, where its terms underflow', () => {
  let before = 1;
  for (let x = 1; x <= 1000; x += 0.5) {
    const p = cramerVonMisesSurvival(x);
    expect(p).toBeGreaterThanOrEqual(0);
    expect(p).toBeLessThanOrEqual(before);
    before = p;
  }
  for (const x of [1e4, 1e6, 1e100]) expect(cramerVonMisesSurvival(x)).toBe(0);
});
