import { describe, expect, it } from 'vitest';
import { createTargetJoin, type TargetJoin } from '../../src/quality/target-join.js';

function joinOf(given: Partial<Parameters<typeof createTargetJoin>[0]> = {}): TargetJoin {
  return createTargetJoin({
    timeToLiveMs: 100,
    maximumPending: 10,
    corrections: 'first',
    segmentations: 0,
    ...given,
  });
}

const made = (timeMs: number, output = 1) => ({ timeMs, output, segments: [] });

describe('createTargetJoin', () => {
  it('matches a target with the prediction of its id', () => {
    const join = joinOf({ segmentations: 2 });
    join.remember('a', { timeMs: 0, output: 0.7, segments: [3, -1] }, 5);
    expect(join.take('a', 1, 9)).toEqual({
      status: 'matched',
      prediction: { timeMs: 0, output: 0.7, segments: [3, -1] },
    });
    expect(join.pending).toBe(0);
  });

  it('reports a target without a prediction as unmatched and a second target as duplicate', () => {
    const join = joinOf();
    join.remember('a', made(0), 0);
    expect(join.take('b', 1, 1).status).toBe('unmatched');
    join.take('a', 1, 1);
    expect(join.take('a', 1, 2).status).toBe('duplicate');
    expect(join.take('a', 0, 2).status).toBe('duplicate');
  });

  it('replaces the first target by the last where corrections say so', () => {
    const join = joinOf({ corrections: 'last' });
    join.remember('a', made(0), 0);
    join.take('a', 1, 7);
    expect(join.take('a', 1, 8).status).toBe('duplicate');
    expect(join.take('a', 0, 9)).toMatchObject({
      status: 'corrected',
      earlier: { target: 1, timeMs: 7 },
    });
    expect(join.take('a', 1, 10)).toMatchObject({
      status: 'corrected',
      earlier: { target: 0, timeMs: 7 },
    });
  });

  it('forgets a prediction when its time-to-live is over', () => {
    const join = joinOf();
    join.remember('a', made(0), 0);
    join.remember('b', made(50), 50);
    join.expire(99);
    expect(join.pending).toBe(2);
    join.expire(100);
    expect(join.pending).toBe(1);
    expect(join.take('a', 1, 100).status).toBe('unmatched');
    expect(join.take('b', 1, 100).status).toBe('matched');
    expect(join.expired).toEqual({ time_to_live: 1, capacity: 0 });
  });

  it('keeps only the newest predictions when its capacity is reached', () => {
    const join = joinOf({ maximumPending: 2 });
    for (const [timeMs, id] of ['a', 'b', 'c'].entries()) join.remember(id, made(timeMs), timeMs);
    expect(join.pending).toBe(2);
    expect(join.take('a', 1, 3).status).toBe('unmatched');
    expect(join.take('c', 1, 3).status).toBe('matched');
    expect(join.expired).toEqual({ time_to_live: 0, capacity: 1 });
  });

  it('does not count a prediction as expired once its target has arrived', () => {
    const join = joinOf({ maximumPending: 2 });
    join.remember('a', made(0), 0);
    join.take('a', 1, 0);
    join.expire(1000);
    expect(join.expired).toEqual({ time_to_live: 0, capacity: 0 });
    expect(join.take('a', 1, 1000).status).toBe('unmatched');
  });

  it('keeps the first of two predictions with the same id, whether it has its target or not', () => {
    const join = joinOf({ maximumPending: 1 });
    expect(join.remember('a', made(0, 1), 0)).toBe(true);
    expect(join.remember('a', made(60, 2), 60)).toBe(false);
    expect(join.pending).toBe(1);
    expect(join.take('a', 1, 61)).toMatchObject({ prediction: { output: 1 } });
    expect(join.remember('a', made(70, 2), 70)).toBe(false);
    expect(join.expired).toEqual({ time_to_live: 0, capacity: 0 });
  });
});
