import { describe, expect, it } from 'vitest';
import { createEarlyTargets, type EarlyTargets } from '../../src/quality/early-targets.js';

function storeOf(given: Partial<Parameters<typeof createEarlyTargets>[0]> = {}): EarlyTargets {
  return createEarlyTargets({ holdMs: 100, maximumWaiting: 10, corrections: 'first', ...given });
}

const target = (value: number) => ({ target: value, timeMs: Number.NaN });

describe('createEarlyTargets', () => {
  it('returns a target once', () => {
    const early = storeOf();
    expect(early.take('a')).toBeUndefined();
    early.hold('a', { target: 3, timeMs: 7 }, 0);
    expect(early.waiting).toBe(1);
    expect(early.take('a')).toEqual({ target: 3, timeMs: 7 });
    expect(early.take('a')).toBeUndefined();
    expect([early.waiting, early.expire(1000)]).toEqual([0, 0]);
  });

  it('keeps the first of several targets, or the last', () => {
    for (const [corrections, kept] of [
      ['first', 1],
      ['last', 2],
    ] as const) {
      const early = storeOf({ corrections });
      early.hold('a', target(1), 0);
      expect(early.hold('a', target(1), 10)).toBe(false);
      expect(early.hold('a', target(2), 20)).toBe(corrections === 'last');
      expect(early.waiting).toBe(1);
      expect(early.take('a')?.target).toBe(kept);
    }
  });

  it('forgets targets whose prediction does not come in time', () => {
    const early = storeOf();
    early.hold('a', target(1), 0);
    early.hold('b', target(1), 50);
    expect(early.expire(99)).toBe(0);
    expect(early.expire(100)).toBe(1);
    expect([early.take('a'), early.take('b')?.target]).toEqual([undefined, 1]);
  });

  it('forgets the oldest beyond its capacity, and counts it', () => {
    const early = storeOf({ maximumWaiting: 2 });
    for (const id of ['a', 'b', 'c']) early.hold(id, target(1), 0);
    expect([early.waiting, early.expire(1)]).toEqual([2, 1]);
    expect(early.take('a')).toBeUndefined();
    expect(early.take('c')?.target).toBe(1);
  });

  it('holds a target again whose prediction had come', () => {
    const early = storeOf();
    early.hold('a', target(1), 0);
    early.take('a');
    expect(early.hold('a', target(5), 10)).toBe(true);
    expect(early.take('a')?.target).toBe(5);
  });
});
