import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPaneRing } from '../../src/windows/pane-ring.js';

describe('a ring of panes', () => {
  it('adds up what a replay of the events adds up', () => {
    const event = fc.record({
      pause: fc.integer({ min: 0, max: 40 }),
      column: fc.integer({ min: 0, max: 2 }),
      amount: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 80 }),
        fc.integer({ min: 1, max: 5 }),
        (events, count) => {
          const ring = createPaneRing({ paneMs: 10, panes: 5, width: 3 });
          const replay: { timeMs: number; column: number; amount: number }[] = [];
          let timeMs = 1000;
          for (const { pause, column, amount } of events) {
            timeMs += pause;
            ring.at(timeMs)![column]! += amount;
            replay.push({ timeMs, column, amount });
          }
          const sumsOf = (fromMs: number, toMs: number): number[] =>
            [0, 1, 2].map((column) =>
              replay
                .filter((entry) => entry.column === column)
                .filter((entry) => entry.timeMs >= fromMs && entry.timeMs < toMs)
                .reduce((sum, { amount }) => sum + amount, 0),
            );
          const endMs = Math.floor(timeMs / 10) * 10 + 10;
          expect(Array.from(ring.sumWith(timeMs, count))).toEqual(
            sumsOf(endMs - 10 * count, endMs),
          );
          expect(Array.from(ring.sumBefore(endMs, count))).toEqual(
            sumsOf(endMs - 10 * count, endMs),
          );
        },
      ),
    );
  });

  it('refuses a time that has left it', () => {
    const ring = createPaneRing({ paneMs: 10, panes: 3, width: 1 });
    ring.at(100)![0]! += 1;
    expect(ring.at(70)).toBeUndefined();
    expect(Array.from(ring.sumWith(100, 3))).toEqual([1]);
  });

  it('starts a slot anew when its time comes round again', () => {
    const ring = createPaneRing({ paneMs: 10, panes: 3, width: 1 });
    ring.at(0)![0]! += 5;
    ring.at(30)![0]! += 1;
    expect(Array.from(ring.sumWith(30, 3))).toEqual([1]);
  });

  it('leaves the pane that is being filled out of the whole ones', () => {
    const ring = createPaneRing({ paneMs: 10, panes: 3, width: 1 });
    ring.at(5)![0]! += 1;
    ring.at(15)![0]! += 2;
    expect(Array.from(ring.sumBefore(10, 2))).toEqual([1]);
  });

  it('is empty after a silence longer than itself', () => {
    const ring = createPaneRing({ paneMs: 10, panes: 3, width: 1 });
    ring.at(5)![0]! += 1;
    expect(Array.from(ring.sumWith(1000, 3))).toEqual([0]);
  });
});
