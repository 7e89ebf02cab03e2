import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createMonitor } from '../src/monitor.js';
import { outputValues } from '../src/prediction.js';

const classes = ['adelie', 'chinstrap', 'gentoo'];
const species = { task: 'multiclass', class: 'species', classes } as const;
const late = { task: 'binary', score: 'late', decisionThreshold: 0.5 } as const;

describe('outputValues', () => {
  it('returns an output of one column unchanged', () => {
    const data = Float32Array.of(0.1, 0.9);
    expect(outputValues(data, 2, late)).toBe(data);
    expect(outputValues(['gentoo'], 1, species)).toEqual(['gentoo']);
  });

  it('returns the last column of a binary score, the positive class', () => {
    expect(outputValues(Float32Array.of(0.75, 0.25, 0.5, 0.5), 2, late)).toEqual(
      Float32Array.of(0.25, 0.5),
    );
    expect(outputValues([0.75, 0.25], 1, late)).toEqual([0.25]);
  });

  it('returns the class with the highest score when there is one score per class', () => {
    const scores = Float32Array.of(0.2, 0.5, 0.3, 0.4, 0.4, 0.2, -3, -2, -1);
    expect(outputValues(scores, 3, species)).toEqual(['chinstrap', 'adelie', 'gentoo']);
  });

  it('ignores missing scores and returns null when all are missing', () => {
    const { NaN: none, NEGATIVE_INFINITY: lowest } = Number;
    expect(outputValues([none, lowest, none, none, none, none], 2, species)).toEqual([
      'chinstrap',
      null,
    ]);
  });

  it('returns the number of labels given, NaN where a score is missing', () => {
    const labels = ['new', 'urgent'];
    const tags = { task: 'multilabel', scores: 's', labels, decisionThreshold: 0.5 } as const;
    expect(outputValues([0.5, 0.9, 0.1, 0.2, null, 0.9], 3, tags)).toEqual(
      Float64Array.of(2, 0, Number.NaN),
    );
  });

  it('returns the first item of a ranking', () => {
    const shop = { task: 'ranking', items: 'items', k: 5 } as const;
    expect(outputValues(['a', 'b', 'c', null], 2, shop)).toEqual(['a', 'c']);
    expect(outputValues([], 1, shop)).toBeUndefined();
  });

  it('returns undefined when the number of values is not a multiple of the rows', () => {
    expect(outputValues([1, 2, 3], 2, late)).toBeUndefined();
    expect(outputValues([], 2, late)).toBeUndefined();
    expect(outputValues([], 0, species)).toEqual([]);
  });

  it('throws when the numbers of scores and classes differ', () => {
    expect(() => outputValues([0.5, 0.5], 1, species)).toThrow(
      '"species" has 2 scores per row and outputs.classes has 3 names',
    );
  });
});

it('a monitor scores a model with one score per class by the highest score', async () => {
  const registry = new Registry();
  const monitor = createMonitor({
    model: { name: 'penguins' },
    features: [{ name: 'mass', type: 'numeric' }],
    outputs: species,
    registry,
    quality: { minimumSamples: 1 },
  });
  monitor.observe({
    rows: 2,
    features: [],
    outputs: [{ name: 'species', data: Float32Array.of(0.1, 0.2, 0.7, 0.6, 0.3, 0.1) }],
    predictionIds: ['a', 'b'],
    durationSeconds: 0.001,
  });
  monitor.recordTargets([
    { predictionId: 'a', value: 'gentoo' },
    { predictionId: 'b', value: 'chinstrap' },
  ]);
  expect(monitor.quality().scores.accuracy).toBe(0.5);
  monitor.close();
});
