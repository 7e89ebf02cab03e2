import { describe, expect, it } from 'vitest';
import { createTargetJoin } from '../../src/quality/target-join.js';

describe('createTargetJoin', () => {
  it('matches a target with the prediction of its id', () => {
    const join = createTargetJoin({ timeToLiveMs: 100, maximumPending: 10 });
    join.remember('a', { timeMs: 0, output: 0.7 });
    expect(join.take('a')).toMatchObject({
      status: 'matched',
      prediction: { timeMs: 0, output: 0.7 },
    });
    expect(join.pending).toBe(0);
  });

  it('reports a target without a prediction as unmatched and a second target as duplicate', () => {
    const join = createTargetJoin({ timeToLiveMs: 100, maximumPending: 10 });
    join.remember('a', { timeMs: 0, output: 1 });
    expect(join.take('b').status).toBe('unmatched');
    join.take('a');
    expect(join.take('a').status).toBe('duplicate');
  });

  it('forgets a prediction when its time-to-live is over', () => {
    const join = createTargetJoin({ timeToLiveMs: 100, maximumPending: 10 });
    join.remember('a', { timeMs: 0, output: 1 });
    join.remember('b', { timeMs: 50, output: 1 });
    join.expire(99);
    expect(join.pending).toBe(2);
    join.expire(100);
    expect(join.pending).toBe(1);
    expect(join.take('a').status).toBe('unmatched');
    expect(join.take('b').status).toBe('matched');
    expect(join.expired).toEqual({ time_to_live: 1, capacity: 0, replaced: 0 });
  });

  it('keeps only the newest predictions when its capacity is reached', () => {
    const join = createTargetJoin({ timeToLiveMs: 100, maximumPending: 2 });
    for (const [timeMs, id] of ['a', 'b', 'c'].entries()) join.remember(id, { timeMs, output: 1 });
    expect(join.pending).toBe(2);
    expect(join.take('a').status).toBe('unmatched');
    expect(join.take('c').status).toBe('matched');
    expect(join.expired).toEqual({ time_to_live: 0, capacity: 1, replaced: 0 });
  });

  it('does not count a prediction as expired once its target has arrived', () => {
    const join = createTargetJoin({ timeToLiveMs: 100, maximumPending: 2 });
    join.remember('a', { timeMs: 0, output: 1 });
    join.take('a');
    join.expire(1000);
    expect(join.expired).toEqual({ time_to_live: 0, capacity: 0, replaced: 0 });
    expect(join.take('a').status).toBe('unmatched');
  });

  it('keeps the later of two predictions with the same id', () => {
    const join = createTargetJoin({ timeToLiveMs: 100, maximumPending: 5 });
    join.remember('a', { timeMs: 0, output: 1 });
    join.remember('a', { timeMs: 60, output: 2 });
    join.expire(120);
    expect(join.pending).toBe(1);
    expect(join.take('a')).toMatchObject({ prediction: { output: 2 } });
  });
});
