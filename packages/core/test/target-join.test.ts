import { describe, expect, it } from 'vitest';
import { createTargetJoin } from '../src/target-join.js';

describe('a target', () => {
  it('finds the prediction of its id', () => {
    const join = createTargetJoin({ timeToLiveMs: 100, maximumPending: 10 });
    join.remember('a', { timeMs: 0, output: 0.7 });
    expect(join.take('a')).toMatchObject({
      status: 'matched',
      prediction: { timeMs: 0, output: 0.7 },
    });
    expect(join.pending).toBe(0);
  });

  it('is unmatched without a prediction and a duplicate the second time', () => {
    const join = createTargetJoin({ timeToLiveMs: 100, maximumPending: 10 });
    join.remember('a', { timeMs: 0, output: 1 });
    expect(join.take('b').status).toBe('unmatched');
    join.take('a');
    expect(join.take('a').status).toBe('duplicate');
  });

  it('comes too late when the time-to-live of the prediction is over', () => {
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

  it('finds only the newest predictions when there is room for few', () => {
    const join = createTargetJoin({ timeToLiveMs: 100, maximumPending: 2 });
    for (const [timeMs, id] of ['a', 'b', 'c'].entries()) join.remember(id, { timeMs, output: 1 });
    expect(join.pending).toBe(2);
    expect(join.take('a').status).toBe('unmatched');
    expect(join.take('c').status).toBe('matched');
    expect(join.expired).toEqual({ time_to_live: 0, capacity: 1, replaced: 0 });
  });

  it('is not counted as expired when it came before', () => {
    const join = createTargetJoin({ timeToLiveMs: 100, maximumPending: 2 });
    join.remember('a', { timeMs: 0, output: 1 });
    join.take('a');
    join.expire(1000);
    expect(join.expired).toEqual({ time_to_live: 0, capacity: 0, replaced: 0 });
    expect(join.take('a').status).toBe('unmatched');
  });

  it('finds the later of two predictions of one id', () => {
    const join = createTargetJoin({ timeToLiveMs: 100, maximumPending: 5 });
    join.remember('a', { timeMs: 0, output: 1 });
    join.remember('a', { timeMs: 60, output: 2 });
    join.expire(120);
    expect(join.pending).toBe(1);
    expect(join.take('a')).toMatchObject({ prediction: { output: 2 } });
  });
});
