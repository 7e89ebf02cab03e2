import { describe, expect, it } from 'vitest';
import { createDelaySketch } from '../../src/quality/delay-sketch.js';
import { dayMs, seededNormal, startMs } from '../support.js';

describe('createDelaySketch', () => {
  it('has quantiles within 2.5 % of those of the delays', () => {
    const sketch = createDelaySketch(7 * dayMs);
    const normal = seededNormal(4);
    const delays = Array.from({ length: 5000 }, () => 3_600_000 * Math.exp(2 * normal()));
    for (const delay of delays) sketch.add(delay, startMs);
    delays.sort((a, b) => a - b);
    const shares = [0, 0.01, 0.5, 0.9, 0.99, 1];
    for (const [index, found] of sketch.quantiles(shares, startMs)!.entries()) {
      const rank = Math.min(delays.length - 1, Math.floor(shares[index]! * delays.length));
      expect(Math.abs(found / delays[rank]! - 1)).toBeLessThan(0.025);
    }
  });

  it('puts delays that it cannot tell apart at its ends', () => {
    const sketch = createDelaySketch(dayMs);
    for (const delay of [-5, 0, 1e-9, Number.NaN]) sketch.add(delay, startMs);
    expect(sketch.quantiles([0, 1], startMs)).toEqual([100, 100]);
    sketch.add(Number.POSITIVE_INFINITY, startMs);
    expect(sketch.quantiles([1], startMs)![0]).toBeGreaterThan(390 * dayMs);
  });

  it('forgets delays when its window has passed', () => {
    const sketch = createDelaySketch(8 * dayMs);
    expect(sketch.quantiles([0.5], startMs)).toBeUndefined();
    sketch.add(1000, startMs);
    expect(sketch.count(startMs + 7 * dayMs)).toBe(1);
    expect(sketch.count(startMs + 8 * dayMs)).toBe(0);
    expect(sketch.quantiles([0.5], startMs + 8 * dayMs)).toBeUndefined();
  });
});
