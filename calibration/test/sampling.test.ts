import { describe, expect, it } from 'vitest';
import { createRowDrawer, normals, randomFor } from '../src/sampling.js';

describe('drawing rows', () => {
  it('gives disjoint sets of distinct rows, again and again', () => {
    const draw = createRowDrawer(randomFor(1, 'rows'), 50);
    for (let time = 0; time < 20; time += 1) {
      const [reference, current] = draw(30, 20);
      expect([...reference!, ...current!].sort((a, b) => a - b)).toEqual(
        Array.from({ length: 50 }, (_, row) => row),
      );
    }
  });

  it('takes each row equally often', () => {
    const draw = createRowDrawer(randomFor(2, 'rows'), 10);
    const taken = new Float64Array(10);
    for (let time = 0; time < 5000; time += 1) for (const row of draw(2)[0]!) taken[row]! += 1;
    // Binomial with mean 1000 and deviation 28.
    for (const times of taken) expect(Math.abs(times - 1000)).toBeLessThan(4 * 28.3);
  });

  it('refuses more rows than there are', () => {
    expect(() => createRowDrawer(randomFor(1, 'rows'), 5)(3, 3)).toThrow(RangeError);
  });
});

describe('seeds', () => {
  it('give the same numbers for one purpose and others for another', () => {
    expect(normals(randomFor(1, 'a'), 3)).toEqual(normals(randomFor(1, 'a'), 3));
    expect(normals(randomFor(1, 'a'), 3)).not.toEqual(normals(randomFor(1, 'b'), 3));
    expect(normals(randomFor(1, 'a'), 3)).not.toEqual(normals(randomFor(2, 'a'), 3));
  });
});
