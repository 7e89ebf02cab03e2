import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createMonitor } from '../src/monitor.js';
import { outputValues } from '../src/prediction.js';

const classes = ['adelie', 'chinstrap', 'gentoo'];
const species = { task: 'multiclass', class: 'species', classes } as const;
const late = { task: 'binary', score: 'late', decisionThreshold: 0.5 } as const;

describe('what quality and drift read of an output', () => {
  it('is the output itself where it has one column', () => {
    const data = Float32Array.of(0.1, 0.9);
    expect(outputValues(data, 2, late)).toBe(data);
    expect(outputValues(['gentoo'], 1, species)).toEqual(['gentoo']);
  });

  it('is the last column of a binary score, the positive class', () => {
    expect(outputValues(Float32Array.of(0.75, 0.25, 0.5, 0.5), 2, late)).toEqual(
      Float32Array.of(0.25, 0.5),
    );
    expect(outputValues([0.75, 0.25], 1, late)).toEqual([0.25]);
  });

  it('is the class with the highest score where there is a score a class', () => {
    const scores = Float32Array.of(0.2, 0.5, 0.3, 0.4, 0.4, 0.2, -3, -2, -1);
    expect(outputValues(scores, 3, species)).toEqual(['chinstrap', 'adelie', 'gentoo']);
  });

  it('looks past scores that are missing, and is missing where all are', () => {
    const { NaN: none, NEGATIVE_INFINITY: lowest } = Number;
    expect(outputValues([none, lowest, none, none, none, none], 2, species)).toEqual([
      'chinstrap',
      null,
    ]);
  });

  it('is none where the data are no whole number of columns, or none at all', () => {
    expect(outputValues([1, 2, 3], 2, late)).toBeUndefined();
    expect(outputValues([], 2, late)).toBeUndefined();
    expect(outputValues([], 0, species)).toEqual([]);
  });

  it('is refused where scores and classes differ in number', () => {
    expect(() => outputValues([0.5, 0.5], 1, species)).toThrow(
      '"species" has 2 scores a row and outputs.classes has 3 names',
    );
  });
});

it('a model with a score a class is judged by its highest', async () => {
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
