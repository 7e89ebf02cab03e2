import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPaneBuffer } from '../../src/windows/pane-buffer.js';

describe('createPaneBuffer', () => {
  it('returns the same sums as a replay of the events', () => {
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
          const buffer = createPaneBuffer({ paneMs: 10, panes: 5, width: 3 });
          const replay: { timeMs: number; column: number; amount: number }[] = [];
          let timeMs = 1000;
          for (const { pause, column, amount } of events) {
            timeMs += pause;
            buffer.at(timeMs)![column]! += amount;
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
          expect(Array.from(buffer.sumWith(timeMs, count))).toEqual(
            sumsOf(endMs - 10 * count, endMs),
          );
          expect(Array.from(buffer.sumBefore(endMs, count))).toEqual(
            sumsOf(endMs - 10 * count, endMs),
          );
        },
      ),
    );
  });

  it('has no pane for a time before the window', () => {
    const buffer = createPaneBuffer({ paneMs: 10, panes: 3, width: 1 });
    buffer.at(100)![0]! += 1;
    expect(buffer.at(70)).toBeUndefined();
    expect(Array.from(buffer.sumWith(100, 3))).toEqual([1]);
  });

  it('resets a slot when it is reused for a later pane', () => {
    const buffer = createPaneBuffer({ paneMs: 10, panes: 3, width: 1 });
    buffer.at(0)![0]! += 5;
    buffer.at(30)![0]! += 1;
    expect(Array.from(buffer.sumWith(30, 3))).toEqual([1]);
  });

  it('excludes the pane that is being filled from whole panes', () => {
    const buffer = createPaneBuffer({ paneMs: 10, panes: 3, width: 1 });
    buffer.at(5)![0]! += 1;
    buffer.at(15)![0]! += 2;
    expect(Array.from(buffer.sumBefore(10, 2))).toEqual([1]);
  });

  it('is empty after a pause longer than the window', () => {
    const buffer = createPaneBuffer({ paneMs: 10, panes: 3, width: 1 });
    buffer.at(5)![0]! += 1;
    expect(Array.from(buffer.sumWith(1000, 3))).toEqual([0]);
  });
});
