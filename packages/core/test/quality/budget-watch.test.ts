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
  const watch = watchQuality({ minimumSamples: 100 }).changes;
  const threshold = { score: 'accuracy', direction: 'below', value: 0.85 } as const;
  const seen = (samples: number, value: number | undefined, high: number) => {
    const sheet = createScoreSheet(samples);
    enterScore(sheet, 'accuracy', value, { low: 0, high });
    return watch(sheet, [threshold])[0]?.isMet;
  };
  expect(seen(99, 0.2, 0.3)).toBeUndefined();
  expect(seen(100, undefined, 1)).toBeUndefined();
  expect(seen(200, 0.83, 0.86)).toBeUndefined();
  expect(seen(200, 0.79, 0.84)).toBe(false);
  expect(seen(200, 0.84, 0.88)).toBeUndefined();
  expect(seen(200, 0.85, 0.89)).toBe(true);
});

it('reports each score with a threshold, an error when all of its interval is above', () => {
  const watch = watchQuality({ minimumSamples: 100 }).changes;
  const thresholds = [
    { score: 'f1', direction: 'below', value: 0.8 },
    { score: 'mean_absolute_error', direction: 'above', value: 3 },
  ] as const;
  const seen = (error: number, low: number) => {
    const sheet = createScoreSheet(200);
    enterScore(sheet, 'f1', 0.7, { low: 0.6, high: 0.79 });
    enterScore(sheet, 'mean_absolute_error', error, { low, high: 9 });
    return watch(sheet, thresholds).map(({ score, threshold, isMet }) => [score, threshold, isMet]);
  };
  expect(seen(3.5, 2.9)).toEqual([['f1', 0.8, false]]);
  expect(seen(3.5, 3.1)).toEqual([['mean_absolute_error', 3, false]]);
  expect(seen(3.1, 2.7)).toEqual([]);
  expect(seen(3, 2.6)).toEqual([['mean_absolute_error', 3, true]]);
});
