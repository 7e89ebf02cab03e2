import { describe, expect, it } from 'vitest';
import { measureReferenceQuality } from '../../src/quality/reference-quality.js';
import { createRollingEstimate } from '../../src/quality/rolling-estimate.js';
import { hourMs, seededRandom, startMs } from '../support.js';

const random = seededRandom(21);

/** Scores, and targets that are positive with a probability of `calibration(score)`. */
function draw(rows: number, calibration = (score: number): number => score) {
  const scores = Array.from({ length: rows }, () => 0.05 + 0.9 * random());
  return { scores, targets: scores.map((score) => Number(random() < calibration(score))) };
}

function binaryEstimate() {
  const { scores, targets } = draw(4000);
  const { estimator } = measureReferenceQuality({
    outputs: { task: 'binary', score: 'p', decisionThreshold: 0.5 },
    predictions: scores,
    targets,
  });
  return createRollingEstimate(estimator!, hourMs);
}

function regressionEstimate() {
  const { scores } = draw(1000);
  const { estimator } = measureReferenceQuality({
    outputs: { task: 'regression', value: 'y' },
    predictions: scores,
    targets: scores.map((score) => score + random() - 0.5),
  });
  return createRollingEstimate(estimator!, hourMs);
}

describe('a rolling estimate', () => {
  it('is the expected quality of the predictions of the window', () => {
    const rolling = binaryEstimate();
    const { scores } = draw(2000);
    for (const score of scores) rolling.predicted(score, startMs);
    const { predictions, scores: found, bounds, withdrawn } = rolling.snapshot(startMs);
    const expected = scores.reduce((sum, score) => sum + Math.max(score, 1 - score), 0) / 2000;
    expect(predictions).toBe(2000);
    expect(Math.abs(found.accuracy! - expected)).toBeLessThan(0.03);
    expect(bounds.accuracy!.low).toBeLessThan(expected);
    expect(bounds.accuracy!.high).toBeGreaterThan(expected);
    expect(withdrawn).toEqual([]);
    expect(rolling.snapshot(startMs + 2 * hourMs)).toMatchObject({ predictions: 0, scores: {} });
  });

  it('is the realised quality once all targets are in', () => {
    const rolling = binaryEstimate();
    const { scores, targets } = draw(500);
    let correct = 0;
    for (const [row, score] of scores.entries()) {
      rolling.predicted(score, startMs);
      rolling.arrived(score, targets[row]!, startMs, startMs + 60_000, 1);
      if (score >= 0.5 === (targets[row] === 1)) correct += 1;
    }
    const { scores: found } = rolling.snapshot(startMs + 60_000);
    expect(found.accuracy).toBeCloseTo(correct / 500, 12);
  });

  it('counts a target that replaces another one once', () => {
    const rolling = binaryEstimate();
    rolling.predicted(0.9, startMs);
    rolling.arrived(0.9, 0, startMs, startMs, 1);
    rolling.arrived(0.9, 0, startMs, startMs, -1);
    rolling.arrived(0.9, 1, startMs, startMs, 1);
    expect(rolling.snapshot(startMs).scores.accuracy).toBe(1);
  });

  it('is withdrawn for predictions that the reference does not have', () => {
    const rolling = binaryEstimate();
    for (let row = 0; row < 200; row += 1) rolling.predicted(row < 180 ? 0.5 : 0.999, startMs);
    const [withdrawal] = rolling.snapshot(startMs).withdrawn;
    expect(withdrawal!.reason).toBe('outside_support');
    expect(withdrawal!.message).toContain('20 of 200 predictions lie outside');
  });

  it('is withdrawn when targets contradict the reference, even those of earlier predictions', () => {
    const rolling = binaryEstimate();
    const { scores, targets } = draw(600, (score) => 1 - score);
    for (const [row, score] of scores.entries()) {
      rolling.predicted(score, startMs);
      rolling.arrived(score, targets[row]!, startMs - 24 * hourMs, startMs, 1);
    }
    const { withdrawn } = rolling.snapshot(startMs);
    expect(withdrawn.map(({ reason }) => reason)).toEqual(['calibration_drift']);
    expect(withdrawn[0]!.message).toMatch(/accuracy is 0\.\d{3} on the 600 targets that arrived/);
  });

  it('is rarely withdrawn while nothing has changed', () => {
    let times = 0;
    for (let trial = 0; trial < 50; trial += 1) {
      const rolling = binaryEstimate();
      const { scores, targets } = draw(300);
      for (const [row, score] of scores.entries()) {
        rolling.predicted(score, startMs);
        rolling.arrived(score, targets[row]!, startMs, startMs, 1);
      }
      times += rolling.snapshot(startMs).withdrawn.length;
    }
    expect(times).toBeLessThanOrEqual(1);
  });

  it('estimates the errors of a regression, and is withdrawn when they double', () => {
    const rolling = regressionEstimate();
    for (const [scale, reasons] of [
      [1, []],
      [2, ['calibration_drift']],
    ] as const) {
      const nowMs = startMs + scale * 10 * hourMs;
      for (const score of draw(500).scores) {
        rolling.predicted(score, nowMs);
        rolling.arrived(score, score + scale * (random() - 0.5), nowMs, nowMs, 1);
      }
      const { scores, withdrawn } = rolling.snapshot(nowMs);
      expect(scores.mean_absolute_error).toBeCloseTo(0.25, 1);
      expect(withdrawn.map(({ reason }) => reason)).toEqual(reasons);
    }
  });
});
