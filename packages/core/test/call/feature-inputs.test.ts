import { describe, expect, it } from 'vitest';
import { createFeatureInputs, type NamedInput } from '../../src/call/feature-inputs.js';

const features = [
  { name: 'distance', type: 'numeric' },
  { name: 'delay', type: 'numeric' },
] as const;

type Shape = readonly number[];

function inputs(shapes: Readonly<Record<string, Shape>>): NamedInput<Shape>[] {
  return Object.entries(shapes).map(([name, tensor]) => ({ name, tensor }));
}

function featureInputs(named: Record<string, string[]> = {}) {
  return createFeatureInputs<Shape>(features, named, (shape) => shape);
}

describe('createFeatureInputs', () => {
  it('finds inputs with the name of a feature and one column', () => {
    const shapes = inputs({ delay: [3, 1], distance: [3], carrier: [3, 4] });
    expect(featureInputs().find(shapes)).toEqual([
      { names: ['delay'], tensor: [3, 1] },
      { names: ['distance'], tensor: [3] },
    ]);
  });

  it('finds the features in the only input that has a dimension, in their order', () => {
    const shapes = inputs({ is_training: [], matrix: [5, 2] });
    expect(featureInputs().find(shapes)).toEqual([
      { names: ['distance', 'delay'], tensor: [5, 2] },
    ]);
  });

  it('finds the columns that options name, and returns the same array of names each time', () => {
    const find = () =>
      featureInputs({ matrix: ['a', 'delay', 'b'] }).find(
        inputs({ state: [2, 5, 3], matrix: [5, 3] }),
      );
    expect(find()).toEqual([{ names: ['a', 'delay', 'b'], tensor: [5, 3] }]);
    const same = featureInputs();
    const matrix = inputs({ matrix: [1, 2] });
    expect(same.find(matrix)[0]?.names).toBe(same.find(matrix)[0]?.names);
  });

  it('refuses a number of columns that differs from the number of names', () => {
    expect(() => featureInputs({ m: ['distance'] }).find(inputs({ m: [4, 2] }))).toThrow(
      'Input "m" has 2 columns and 1 names (distance). Give one name per column in options.features.',
    );
    expect(() => featureInputs().find(inputs({ delay: [4, 2], x: [4] }))).toThrow(
      'Input "delay" has 2 columns and 1 names (delay).',
    );
  });

  it('refuses inputs none of which holds features', () => {
    expect(() => featureInputs().find(inputs({ a: [4, 2], b: [4, 2] }))).toThrow(
      'No input holds features. The inputs are "a" (columns: 2), "b" (columns: 2); the features of the monitor are distance, delay.',
    );
  });

  it('counts the rows of an input that holds features, whatever comes before it', () => {
    const named = featureInputs({ matrix: ['distance', 'delay'] });
    expect(named.rows(inputs({ state: [2, 7, 3], matrix: [7, 2] }))).toBe(7);
    expect(featureInputs().rows(inputs({ state: [2, 7, 3], delay: [7, 1] }))).toBe(7);
    expect(featureInputs().rows(inputs({ is_training: [], matrix: [7, 2] }))).toBe(7);
  });

  it('counts the rows of the first input with a dimension where none holds features', () => {
    expect(featureInputs().rows(inputs({ scale: [], image: [3, 28, 28] }))).toBe(3);
    expect(featureInputs().rows(inputs({ scale: [] }))).toBe(1);
    expect(featureInputs().rows([])).toBe(1);
  });
});
