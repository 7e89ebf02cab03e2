import { expect, it } from 'vitest';
import { watchBudgets } from '../../src/quality/budget-watch.js';
import { watchQuality } from '../../src/quality/quality-watch.js';
import { createScoreSheet, enterScore } from '../../src/quality/score-sheet.js';
import { hourMs, startMs } from '../support.js';

const of = (good: number, bad: number) => [{ slo: 'errors' as const, objective: 0.99, good, bad }];

it('reports once that a budget burns, and once that it no longer does', () => {
  const watch = watchBudgets().changes;
  expect(watch(of(1000, 0), startMs)).toEqual([]);
  // 200 of 1200 events are bad: 16.7 times the allowed 1 %.
  expect(watch(of(1000, 200), startMs + 300_000)).toEqual([
    { slo: 'errors', objective: 0.99, burnRate: expect.closeTo(100 / 6, 8), isBurning: true },
  ]);
  expect(watch(of(1500, 300), startMs + 600_000)).toEqual([]);
  // After seven hours none of those events is in a range.
  expect(watch(of(2500, 300), startMs + 7 * hourMs)).toEqual([
    { slo: 'errors', objective: 0.99, burnRate: 0, isBurning: false },
  ]);
});

it('does not take a few bad events for a burn', () => {
  const watch = watchBudgets().changes;
  expect(watch(of(10, 9), startMs)).toEqual([]);
  expect(watch(of(10, 10), startMs)).toHaveLength(1);
});

it('sees six hours at a rate that is low for one', () => {
  const watch = watchBudgets().changes;
  const changes = Array.from({ length: 72 }, (_, index) =>
    watch(of(930 * (index + 1), 70 * (index + 1)), startMs + index * 300_000),
  ).flat();
  expect(changes).toHaveLength(1);
  expect(changes[0]?.burnRate).toBeCloseTo(7, 8);
});

it('reports that the accuracy fell below its threshold only if all of its interval did', () => {
  const watch = watchQuality({ threshold: 0.85, minimumSamples: 100 }).change;
  const seen = (samples: number, value: number | undefined, high: number) => {
    const sheet = createScoreSheet(samples);
    enterScore(sheet, 'accuracy', value, { low: 0, high });
    return watch(sheet)?.isMet;
  };
  expect(seen(99, 0.2, 0.3)).toBeUndefined();
  expect(seen(100, undefined, 1)).toBeUndefined();
  expect(seen(200, 0.83, 0.86)).toBeUndefined();
  expect(seen(200, 0.79, 0.84)).toBe(false);
  expect(seen(200, 0.84, 0.88)).toBeUndefined();
  expect(seen(200, 0.85, 0.89)).toBe(true);
});
