import { describe, expect, it } from 'vitest';
import { createPredictionIds } from '../../src/call/prediction-ids.js';

describe('prediction ids', () => {
  it('sort as text in the order of their creation, within and across milliseconds', () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const next = createPredictionIds(() => nowMs);
    const ids: string[] = [];
    for (let made = 0; made < 5000; made += 1) {
      ids.push(next());
      if (made % 7 === 0) nowMs += 1 + (made % 3);
    }
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('keep their order when the clock is set back', () => {
    let nowMs = 1_000_000;
    const next = createPredictionIds(() => nowMs);
    const first = next();
    nowMs -= 5000;
    expect(next() > first).toBe(true);
  });

  it('differ between two processes at the same time', () => {
    const now = (): number => 0;
    expect(createPredictionIds(now)()).not.toBe(createPredictionIds(now)());
  });

  it('have one length and need no escaping in a URL', () => {
    expect(createPredictionIds(() => Date.now())()).toMatch(
      /^[0-9a-z]{9}-[0-9a-f]{10}-[0-9a-z]{7}$/,
    );
  });
});
