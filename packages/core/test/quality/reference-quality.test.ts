import { describe, expect, it } from 'vitest';
import { CoreError } from '../../src/errors.js';
import type { ReferenceQuality } from '../../src/quality/estimate/reference-quality.js';
import { measureReferenceQuality } from '../../src/quality/reference-quality.js';
import { createReference } from '../../src/reference.js';
import { referenceFromJson, referenceToJson } from '../../src/reference-json.js';
import { seededRandom } from '../support.js';

const binary = { task: 'binary', score: 'p', decisionThreshold: 0.5 } as const;
const random = seededRandom(11);
const scores = Array.from({ length: 1000 }, random);
const targets = scores.map((score) => Number(random() < score));

function referenceWith(quality: ReferenceQuality) {
  return createReference({
    modelName: 'm',
    modelVersion: '1',
    created: '2026-01-01T00:00:00.000Z',
    source: 'test',
    rows: 1000,
    features: new Map(),
    quality,
  });
}

describe('the quality of a reference', () => {
  it('has the scores of its rows with targets, and leaves the others out', () => {
    const { samples, scores: found } = measureReferenceQuality({
      outputs: binary,
      predictions: [0.9, 0.8, 0.2, 0.6, Number.NaN, 0.7],
      targets: [1, true, 0, 0, 1, null],
    });
    expect(samples).toBe(4);
    expect(found).toMatchObject({ accuracy: 0.75, precision: 2 / 3, recall: 1, f1: 0.8 });
  });

  it('estimates a binary model and a regression, but not one of several classes', () => {
    const of = (quality: ReferenceQuality) => quality.estimator?.task;
    expect(of(measureReferenceQuality({ outputs: binary, predictions: scores, targets }))).toBe(
      'binary',
    );
    const values = { task: 'regression', value: 'y' } as const;
    expect(of(measureReferenceQuality({ outputs: values, predictions: scores, targets }))).toBe(
      'regression',
    );
    const classes = { task: 'multiclass', class: 'c', classes: ['a', 'b'] } as const;
    const several = measureReferenceQuality({
      outputs: classes,
      predictions: ['a', 'b', 'b'],
      targets: ['a', 'a', 'b'],
    });
    expect(several).toMatchObject({ samples: 3, scores: { accuracy: 2 / 3 } });
    expect(of(several)).toBeUndefined();
  });

  it('has no estimator without rows of both classes', () => {
    const none = measureReferenceQuality({ outputs: binary, predictions: [], targets: [] });
    expect(none).toEqual({ samples: 0, scores: {} });
    const one = measureReferenceQuality({
      outputs: binary,
      predictions: [0.1, 0.9],
      targets: [1, 1],
    });
    expect(one.estimator).toBeUndefined();
  });

  it('cuts rows into chunks in their order, or takes those that are given', () => {
    const chunksOf = (chunks?: number[]): number | undefined => {
      const { estimator } = measureReferenceQuality({
        outputs: binary,
        predictions: scores,
        targets,
        ...(chunks === undefined ? {} : { chunks }),
      });
      return estimator?.chunks.length;
    };
    expect(chunksOf()).toBe(20);
    expect(chunksOf(scores.map((_, row) => 11_323 + (row % 4)))).toBe(4);
    expect(chunksOf(scores.map((_, row) => row))).toBe(60);
  });

  it('needs one prediction, target and chunk for every row', () => {
    const wrong = () =>
      measureReferenceQuality({ outputs: binary, predictions: [0.5], targets: [1, 0, 1] });
    expect(wrong).toThrow(RangeError);
  });

  it.each([
    ['binary', binary],
    ['regression', { task: 'regression', value: 'y' } as const],
  ])('of a %s model is unchanged after JSON and back', (_task, outputs) => {
    const reference = referenceWith(
      measureReferenceQuality({ outputs, predictions: scores, targets }),
    );
    const document = JSON.parse(JSON.stringify(referenceToJson(reference)));
    expect(referenceFromJson(document, 'reference.json')).toEqual(reference);
  });

  it.each([
    ['quality', 3, 'quality must be an object'],
    ['quality.samples', -1, 'quality.samples'],
    ['quality.scores.accuracy', 'high', 'quality.scores'],
    ['quality.estimator.task', 'ranking', 'quality.estimator.task'],
    ['quality.estimator.support', [0], 'quality.estimator.support'],
    ['quality.estimator.calibration.scores', [1, 0], 'quality.estimator.calibration'],
    ['quality.estimator.chunks', [{}], 'quality.estimator.chunks'],
    ['quality.estimator.widening.accuracy', 0, 'quality.estimator.widening'],
    ['quality.samples', 999, 'hash to'],
  ])('is not read when %s is %s', (path, value, message) => {
    const reference = referenceWith(
      measureReferenceQuality({ outputs: binary, predictions: scores, targets }),
    );
    const document = JSON.parse(JSON.stringify(referenceToJson(reference)));
    const names = path.split('.');
    let parent = document;
    for (const name of names.slice(0, -1)) parent = parent[name];
    parent[names.at(-1)!] = value;
    try {
      referenceFromJson(document, 'reference.json');
      expect.unreachable();
    } catch (error) {
      expect(CoreError.isInstance(error) && error.code).toBe('REFERENCE_FORMAT');
      expect((error as Error).message).toContain(message);
    }
  });
});
