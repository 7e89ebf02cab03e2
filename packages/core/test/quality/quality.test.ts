import { describe, expect, it } from 'vitest';
import { createQuality } from '../../src/quality/quality.js';
import { hourMs, seededRandom, startMs } from '../support.js';

describe('createQuality', () => {
  it('scores a binary classifier like a plain count over the window', () => {
    const quality = createQuality({
      outputs: { task: 'binary', score: 'p', decisionThreshold: 0.4 },
      windowMs: hourMs,
    });
    const random = seededRandom(1);
    const events: { timeMs: number; predicted: boolean; actual: boolean }[] = [];
    for (let minute = 0; minute < 150; minute += 1) {
      const timeMs = startMs + minute * 60_000;
      const score = random();
      const actual = random() < score;
      quality.predicted(1, timeMs);
      quality.record(score, Number(actual), timeMs, timeMs);
      events.push({ timeMs, predicted: score >= 0.4, actual });
    }
    const within = events.slice(-60);
    const count = (predicted: boolean, actual: boolean): number =>
      within.filter((event) => event.predicted === predicted && event.actual === actual).length;
    const [tp, fp, fn] = [count(true, true), count(true, false), count(false, true)];
    const { samples, scores, coverage } = quality.snapshot(events.at(-1)!.timeMs);
    expect(samples).toBe(60);
    expect(scores.accuracy).toBeCloseTo((tp + count(false, false)) / 60, 12);
    expect(scores.precision).toBeCloseTo(tp / (tp + fp), 12);
    expect(scores.recall).toBeCloseTo(tp / (tp + fn), 12);
    expect(scores.f1).toBeCloseTo((2 * tp) / (2 * tp + fp + fn), 12);
    expect(coverage).toBe(1);
  });

  it('averages a multiclass classifier over the classes that occur', () => {
    const quality = createQuality({
      outputs: { task: 'multiclass', class: 'kind', classes: ['a', 'b', 'c'] },
      windowMs: hourMs,
    });
    const pairs = [
      [0, 0],
      [0, 0],
      [1, 0],
      [1, 1],
    ] as const;
    for (const [predicted, actual] of pairs) quality.record(predicted, actual, startMs, startMs);
    const { scores } = quality.snapshot(startMs);
    expect(scores.accuracy).toBe(0.75);
    expect(scores.precision).toBeCloseTo((1 + 1 / 2) / 2, 12);
    expect(scores.recall).toBeCloseTo((2 / 3 + 1) / 2, 12);
    expect(scores.f1).toBeCloseTo((4 / 5 + 2 / 3) / 2, 12);
  });

  it('computes absolute and squared errors of a regression', () => {
    const quality = createQuality({
      outputs: { task: 'regression', value: 'y' },
      windowMs: hourMs,
    });
    quality.record(3, 1, startMs, startMs);
    quality.record(0, 4, startMs, startMs);
    const { scores } = quality.snapshot(startMs);
    expect(scores.mean_absolute_error).toBe(3);
    expect(scores.root_mean_squared_error).toBeCloseTo(Math.sqrt(10), 12);
  });

  it('has no scores without targets and counts late targets in the coverage', () => {
    const quality = createQuality({
      outputs: { task: 'binary', score: 'p', decisionThreshold: 0.5 },
      windowMs: hourMs,
    });
    expect(quality.snapshot(startMs)).toMatchObject({
      samples: 0,
      scores: {},
      intervals: {},
      reliability: [],
      coverage: undefined,
    });
    quality.predicted(4, startMs);
    quality.record(1, 1, startMs, startMs + 60_000);
    expect(quality.snapshot(startMs + 60_000).coverage).toBe(0.25);
  });

  it('accepts only targets of its task', () => {
    const binary = createQuality({
      outputs: { task: 'binary', score: 'p', decisionThreshold: 0.5 },
      windowMs: hourMs,
    });
    expect([true, 1, 0, false].map(binary.readTarget)).toEqual([1, 1, 0, 0]);
    expect([2, 'late', Number.NaN].map(binary.readTarget)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const regression = createQuality({
      outputs: { task: 'regression', value: 'y' },
      windowMs: hourMs,
    });
    expect([1.5, Infinity, '3', true].map(regression.readTarget)).toEqual([
      1.5,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
