import { CoreError } from '@modelmeter/core';
import { createRecordingMonitor } from '@modelmeter/core/testing';
import { describe, expect, it } from 'vitest';
import { monitorFunction } from '../src/index.js';

const text = { name: 'text', type: 'embedding', dimension: 3 } as const;
const size = { name: 'size', type: 'numeric' } as const;
const outputs = { task: 'regression', value: 'y' } as const;

function observed(features: (typeof text | typeof size)[], input: unknown) {
  const monitor = createRecordingMonitor({ features, outputs });
  monitorFunction((_: unknown) => 1, monitor)(input);
  return { batch: monitor.batches[0]!, errors: monitor.errors };
}

const vector = Float32Array.of(1, 2, 3);
const names = ['text'];

describe('an embedding of a function', () => {
  it('is handed on as it is where it is the only feature', () => {
    const { batch } = observed([text], vector);
    expect(batch.features).toEqual([{ names, dimension: 3, data: vector }]);
    expect(batch.rows).toBe(1);
    expect(observed([text], Float64Array.of(1, 2, 3, 4, 5, 6)).batch.rows).toBe(2);
    expect(observed([text], [[1, 2, 3], vector]).batch.rows).toBe(2);
  });

  it('is a member of its name next to other features, in one row or several', () => {
    const one = observed([size, text], { size: 5, text: [1, 2, 3] }).batch;
    expect(one.rows).toBe(1);
    expect(one.features).toEqual([
      { names: ['size'], data: [5] },
      { names, dimension: 3, data: Float64Array.of(1, 2, 3) },
    ]);
    const rows = observed([size, text], [{ size: 5, text: vector }, { size: 6 }]).batch;
    expect(rows.rows).toBe(2);
    expect(rows.features[1]!.data).toEqual(
      Float64Array.of(1, 2, 3, Number.NaN, Number.NaN, Number.NaN),
    );
  });

  it('of another length, or without its name, is a counted failure', () => {
    const short = observed([text], [1, 2]);
    expect(short.errors.map(({ error }) => CoreError.isInstance(error))).toEqual([true]);
    const { errors } = observed([size, text], [1, 2, 3, 4]);
    expect(errors.map(({ error }) => (error as Error).message)).toEqual([
      expect.stringContaining('pass an object with the features size, text'),
    ]);
  });
});
