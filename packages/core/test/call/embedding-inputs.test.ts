import { describe, expect, it } from 'vitest';
import { createFeatureInputs } from '../../src/call/feature-inputs.js';
import type { FeatureConfig } from '../../src/settings/features.js';

const text: FeatureConfig = { name: 'text', type: 'embedding', dimension: 4 };
const size: FeatureConfig = { name: 'size', type: 'numeric' };
const input = (name: string, ...shape: number[]) => ({ name, tensor: shape });
const inputsOf = (features: FeatureConfig[], named: Record<string, string[]> = {}) =>
  createFeatureInputs<readonly number[]>(features, named, (shape) => shape);

describe('the inputs of a model with an embedding', () => {
  it('are found by their names, or as the only one', () => {
    const found = inputsOf([size, text]).find([input('size', 2, 1), input('text', 2, 4)]);
    expect(found.map(({ names, dimension }) => [names, dimension])).toEqual([
      [['size'], undefined],
      [['text'], 4],
    ]);
    const [only] = inputsOf([text]).find([input('x', 2, 4)]);
    expect(only).toMatchObject({ names: ['text'], dimension: 4 });
    const [named] = inputsOf([size, text], { e: ['text'] }).find([input('e', 2, 4)]);
    expect(named).toMatchObject({ names: ['text'], dimension: 4 });
  });

  it('name the embedding whose dimension differs', () => {
    expect(() => inputsOf([size, text]).find([input('text', 2, 3)])).toThrow(
      'Input "text" has 3 columns and the embedding "text" has 4 values per vector.',
    );
  });
});
