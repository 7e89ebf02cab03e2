import { createRecordingMonitor } from '@modelmeter/core/testing';
import { describe, expect, it } from 'vitest';
import { monitorFunction, monitorPredictor } from '../src/index.js';

const monitor = createRecordingMonitor({
  features: [{ name: 'x', type: 'numeric' }],
  outputs: { task: 'regression', value: 'y' },
});
const refusal = (message: RegExp) =>
  expect.objectContaining({ code: 'MODEL_INVALID', message: expect.stringMatching(message) });

describe('wrapping', () => {
  it('is refused for a function that is wrapped already, so that no call counts twice', () => {
    const wrapped = monitorFunction((x: number) => x, monitor);
    expect(() => monitorFunction(wrapped, monitor)).toThrow(refusal(/wrapped already/));
  });

  it('is refused for a predictor that is wrapped already', () => {
    const wrapped = monitorPredictor({ predict: (x: number) => x }, monitor);
    expect(() => monitorPredictor(wrapped, monitor)).toThrow(refusal(/wrapped already/));
  });

  it('is refused for a promise, with the remedy', () => {
    const loading = Promise.resolve((x: number) => x);
    expect(() => monitorFunction(loading as never, monitor)).toThrow(
      refusal(/monitorFunction\(await model, monitor\)/),
    );
  });

  it('is refused for nothing at all', () => {
    expect(() => monitorFunction(undefined as never, monitor)).toThrow(
      refusal(/was given undefined in place of a model/),
    );
  });
});
