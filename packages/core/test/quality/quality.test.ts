import { describe, expect, it } from 'vitest';
import { createScoring } from '../../src/quality/create-scoring.js';
import { createQuality, type Quality } from '../../src/quality/quality.js';
import type { OutputsConfig } from '../../src/settings/outputs.js';
import { dayMs, hourMs, seededRandom, startMs } from '../support.js';

const binary: OutputsConfig = { task: 'binary', score: 'p', decisionThreshold: 0.5 };
const regression: OutputsConfig = { task: 'regression', value: 'y' };

function qualityOf(
  outputs: OutputsConfig,
  given: Partial<Parameters<typeof createQuality>[0]> = {},
): Quality {
  return createQuality({
    scoring: createScoring(outputs),
    windowMs: hourMs,
    timeToLiveMs: 7 * dayMs,
    minimumSamples: 1,
    cohortCoverage: 0.9,
    expectedDelayMs: undefined,
    ...given,
  });
}

describe('createQuality', () => {
  it('scores a binary classifier like a plain count over the window', () => {
    const quality = qualityOf({ ...binary, decisionThreshold: 0.4 });
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
    const quality = qualityOf({ task: 'multiclass', class: 'kind', classes: ['a', 'b', 'c'] });
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
    const quality = qualityOf(regression);
    quality.record(3, 1, startMs, startMs);
    quality.record(0, 4, startMs, startMs);
    const { scores } = quality.snapshot(startMs);
    expect(scores.mean_absolute_error).toBe(3);
    expect(scores.root_mean_squared_error).toBeCloseTo(Math.sqrt(10), 12);
  });

  it('has no scores without targets and counts late targets in the coverage', () => {
    const quality = qualityOf(binary);
    expect(quality.snapshot(startMs)).toMatchObject({
      samples: 0,
      scores: {},
      intervals: {},
      reliability: [],
      coverage: undefined,
      delay: {},
    });
    quality.predicted(4, startMs);
    quality.record(1, 1, startMs, startMs + 60_000);
    expect(quality.snapshot(startMs + 60_000).coverage).toBe(0.25);
  });

  it('accepts only targets of its task', () => {
    expect([true, 1, 0, false].map(createScoring(binary).readTarget)).toEqual([1, 1, 0, 0]);
    expect([2, 'late', Number.NaN].map(createScoring(binary).readTarget)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([1.5, Infinity, '3', true].map(createScoring(regression).readTarget)).toEqual([
      1.5,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('scores corrected targets as if the last one had been the only one', () => {
    const [corrected, once] = [qualityOf(regression), qualityOf(regression)];
    const random = seededRandom(3);
    for (let row = 0; row < 50; row += 1) {
      const [output, first, last] = [random(), random(), random()];
      const prediction = { output, timeMs: startMs - hourMs };
      for (const quality of [corrected, once]) quality.predicted(1, prediction.timeMs);
      corrected.record(output, first, prediction.timeMs, startMs);
      corrected.correct(prediction, { target: first, timeMs: startMs }, last);
      once.record(output, last, prediction.timeMs, startMs);
    }
    const [found, expected] = [corrected, once].map((quality) => quality.snapshot(startMs));
    expect(found!.samples).toBe(50);
    for (const score of ['mean_absolute_error', 'root_mean_squared_error'] as const) {
      expect(found!.scores[score]).toBeCloseTo(expected!.scores[score]!, 12);
    }
  });

  it('leaves sums alone whose pane has passed when a target is corrected', () => {
    const quality = qualityOf(binary);
    quality.predicted(1, startMs);
    quality.record(1, 1, startMs, startMs);
    const laterMs = startMs + 3 * hourMs;
    quality.predicted(1, laterMs);
    quality.record(1, 1, laterMs, laterMs);
    quality.correct({ output: 1, timeMs: startMs }, { target: 1, timeMs: startMs }, 0);
    expect(quality.snapshot(laterMs)).toMatchObject({ samples: 1, scores: { accuracy: 1 } });
  });
});

describe('a cohort', () => {
  const minuteMs = 60_000;
  const delayMs = 3 * hourMs;

  /** A prediction a minute, right until a time; a share of the targets, all after three hours. */
  function play(quality: Quality, options: { hours: number; stopsAtHour?: number }): number {
    const { hours, stopsAtHour = hours } = options;
    for (let minute = 0; minute < hours * 60; minute += 1) {
      const nowMs = startMs + minute * minuteMs;
      quality.predicted(1, nowMs);
      const madeMs = nowMs - delayMs;
      const made = minute - 180;
      // Two of three predictions get a target; those from hour 12 on are wrong.
      if (made < 0 || made % 3 === 0 || minute >= stopsAtHour * 60) continue;
      quality.record(1, madeMs < startMs + 12 * hourMs ? 1 : 0, madeMs, nowMs);
    }
    return startMs + hours * hourMs;
  }

  it('is the newest hour of predictions that has its usual targets', () => {
    const quality = qualityOf(binary);
    const nowMs = play(quality, { hours: 14 });
    const { cohort, scores, delay } = quality.snapshot(nowMs);
    expect(scores.accuracy).toBe(1);
    // A cohort needs nine tenths of its targets, so it may be up to a tenth of its length ahead.
    expect(cohort!.endMs).toBe(nowMs - delayMs);
    expect(cohort!.endMs - cohort!.startMs).toBe(hourMs);
    expect(cohort).toMatchObject({ predictions: 60, samples: 40, scores: { accuracy: 1 } });
    expect(cohort!.coverage).toBeCloseTo(2 / 3, 12);
    expect(delay.percentiles!.p50).toBeGreaterThan((0.975 * delayMs) / 1000);
    expect(delay.percentiles!.p50).toBeLessThan((1.025 * delayMs) / 1000);
    expect(delay.expected).toBe(delay.percentiles!.p99);
    expect(delay.overdueTargets).toBe(0);
  });

  it('shows what went wrong when its predictions were made, not when their targets came', () => {
    const quality = qualityOf(binary);
    const nowMs = play(quality, { hours: 17 });
    const { cohort } = quality.snapshot(nowMs);
    expect(cohort).toMatchObject({ startMs: startMs + 13 * hourMs, scores: { accuracy: 0 } });
  });

  it('is as of the time up to which targets came, once they no longer do', () => {
    const quality = qualityOf(binary);
    const nowMs = play(quality, { hours: 30, stopsAtHour: 10 });
    const { cohort, delay } = quality.snapshot(nowMs);
    expect(cohort).toMatchObject({ endMs: startMs + 7 * hourMs, scores: { accuracy: 1 } });
    // Since hour 10, 17 hours of predictions are older than three hours; two of three get targets.
    expect(delay.overdueTargets).toBeGreaterThan((2 / 3) * 16 * 60);
    expect(delay.overdueTargets).toBeLessThan((2 / 3) * 17.5 * 60);
  });

  it('uses the configured delay before any has been measured', () => {
    const quality = qualityOf(binary, { expectedDelayMs: 2 * delayMs });
    play(quality, { hours: 4 });
    expect(quality.snapshot(startMs + 4 * hourMs).delay.expected).toBe(6 * 3600);
    expect(quality.snapshot(startMs + 4 * hourMs).cohort).toBeUndefined();
  });

  it('is none with fewer targets than are required', () => {
    const quality = qualityOf(binary, { minimumSamples: 41 });
    expect(quality.snapshot(play(quality, { hours: 14 })).cohort).toBeUndefined();
  });

  it.each([
    { windowMs: hourMs, timeToLiveMs: 365 * dayMs },
    { windowMs: 60_000, timeToLiveMs: 7 * dayMs },
    { windowMs: 7 * dayMs, timeToLiveMs: hourMs },
  ])('covers a window of $windowMs ms with a time-to-live of $timeToLiveMs ms', (times) => {
    const quality = qualityOf(binary, { ...times, expectedDelayMs: 1000 });
    const stepMs = times.windowMs / 20;
    let nowMs = startMs;
    for (let step = 0; step < 20_000; step += 1) {
      nowMs = startMs + step * stepMs;
      quality.predicted(1, nowMs);
      quality.record(1, step % 2, nowMs, nowMs);
    }
    const { cohort } = quality.snapshot(nowMs);
    expect(cohort!.endMs - cohort!.startMs).toBeGreaterThanOrEqual(times.windowMs);
    expect(cohort!.coverage).toBe(1);
    expect(cohort!.scores.accuracy).toBeCloseTo(0.5, 1);
  });
});
