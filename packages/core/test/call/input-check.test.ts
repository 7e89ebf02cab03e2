import { describe, expect, it } from 'vitest';
import { createInputCheck } from '../../src/call/input-check.js';
import type { FeatureBlock } from '../../src/prediction.js';
import { type FeatureConfig, featureSchema } from '../../src/settings/features.js';
import { parseSettings } from '../../src/settings/problems.js';

const hour: FeatureConfig = { name: 'hour', type: 'numeric', minimum: 0, maximum: 23 };
const distance: FeatureConfig = { name: 'distance', type: 'numeric', required: true };
const carrier: FeatureConfig = { name: 'carrier', type: 'categorical', values: ['AA', 'DL'] };
const free: FeatureConfig = { name: 'free', type: 'numeric' };

function found(
  features: readonly FeatureConfig[],
  blocks: readonly FeatureBlock[],
  rows: number,
): string[] {
  const list: string[] = [];
  createInputCheck(features).count(blocks, rows, (feature, reason) =>
    list.push(`${feature} ${reason}`),
  );
  return list;
}

function refusal(features: readonly FeatureConfig[], blocks: readonly FeatureBlock[], rows = 1) {
  try {
    createInputCheck(features).requireValid(blocks, rows);
  } catch (error) {
    return error as Error & { code: string };
  }
  return undefined;
}

describe('an input', () => {
  it.each<[string, FeatureConfig, unknown, string[]]>([
    ['a number inside its limits', hour, 23, []],
    ['the limits themselves', hour, 0, []],
    ['a number above', hour, 23.001, ['hour range']],
    ['a number below', hour, -1, ['hour range']],
    ['an infinite number', hour, Number.POSITIVE_INFINITY, ['hour range']],
    ['an infinite number without limits', free, Number.POSITIVE_INFINITY, []],
    ['a big integer', hour, 24n, ['hour range']],
    ['a truth value', hour, true, []],
    ['a text', hour, '7', ['hour type']],
    ['NaN', hour, Number.NaN, []],
    ['null', hour, null, []],
    ['NaN where a value is required', distance, Number.NaN, ['distance missing']],
    ['null where a value is required', distance, null, ['distance missing']],
    ['a declared category', carrier, 'AA', []],
    ['another category', carrier, 'ZZ', ['carrier category']],
    ['a number as category', { ...carrier, values: ['1', '2'] }, 1, []],
    ['an integer with lost digits', { ...carrier, values: undefined }, 2 ** 53, ['carrier type']],
    ['a long big integer', { ...carrier, values: undefined }, 2n ** 60n, []],
    ['a truth value as category', { ...carrier, values: ['1', '0'] }, true, []],
    ['an object as category', carrier, {}, ['carrier type']],
  ])('of %s is checked', (_kind, feature, value, expected) => {
    expect(found([feature], [{ names: [feature.name], data: [value as number] }], 1)).toEqual(
      expected,
    );
  });

  it('in typed arrays is checked only for limits and presence', () => {
    const blocks = [
      { names: ['hour', 'distance', 'free'], data: Float32Array.of(5, Number.NaN, 1, 24, 3, 1) },
    ];
    expect(found([hour, distance, free], blocks, 2)).toEqual(['hour range', 'distance missing']);
  });

  it('lacks a required feature in every row when no block has it', () => {
    const blocks = [{ names: ['hour'], data: Float64Array.of(1, 2) }];
    expect(found([hour, distance, free], blocks, 2)).toEqual([
      'distance missing',
      'distance missing',
    ]);
  });

  it('may have other columns and blocks in another order', () => {
    const blocks = [
      { names: ['other', 'hour'], data: [99, 1] },
      { names: ['hour', 'other'], data: [99, 1] },
    ];
    expect(found([hour], blocks.slice(0, 1), 1)).toEqual([]);
    expect(found([hour], blocks.slice(1), 1)).toEqual(['hour range']);
  });

  it('of no rows is valid', () => {
    expect(found([hour, distance, carrier], [], 0)).toEqual([]);
  });
});

describe('the error for an invalid input', () => {
  it.each<[FeatureConfig, unknown, string]>([
    [hour, 99, '"hour" is 99 in row 0; it must be a number from 0 to 23, or missing'],
    [hour, 'noon', '"hour" is "noon" in row 0; it must be a number from 0 to 23, or missing'],
    [distance, null, '"distance" is missing in row 0; it must be a number.'],
    [free, 'far', '"free" is "far" in row 0; it must be a number, or missing'],
    [
      { ...free, minimum: 1 },
      0,
      '"free" is 0 in row 0; it must be a number of at least 1, or missing',
    ],
    [
      { ...free, maximum: 1 },
      2,
      '"free" is 2 in row 0; it must be a number of at most 1, or missing',
    ],
    [carrier, 'ZZ', '"carrier" is "ZZ" in row 0; it must be one of AA, DL, or missing'],
    [carrier, {}, '"carrier" is an object in row 0'],
    [
      {
        ...carrier,
        required: true,
        values: Array.from({ length: 25 }, (_, index) => `c${index}`),
      },
      'ZZ',
      'c19 and 5 more.',
    ],
  ])('of %o names the feature, the value and the valid values', (feature, value, message) => {
    const error = refusal([feature], [{ names: [feature.name], data: [value as number] }]);
    expect(error?.code).toBe('INPUT_INVALID');
    expect(error?.message).toContain(message);
    expect(error?.message).toContain('Correct the input');
  });

  it('names the first invalid row and truncates a long text', () => {
    const data = [1, 2, 'x'.repeat(5000)];
    const error = refusal([hour], [{ names: ['hour'], data }], 3);
    expect(error?.message).toContain('in row 2');
    expect(error?.message.length).toBeLessThan(400);
  });

  it('is not thrown for a valid input', () => {
    expect(refusal([hour, carrier], [{ names: ['hour', 'carrier'], data: [3, 'DL'] }])).toBe(
      undefined,
    );
  });
});

describe('the declaration of a feature', () => {
  it.each([
    [{ name: 'a', type: 'categorical', minimum: 1 }, 'minimum', 'numeric features'],
    [{ name: 'a', type: 'categorical', maximum: 1 }, 'maximum', 'numeric features'],
    [{ name: 'a', type: 'numeric', values: ['x'] }, 'values', 'categorical features'],
    [{ name: 'a', type: 'numeric', minimum: 2, maximum: 1 }, 'minimum', 'above maximum, 1'],
  ])('%o is refused at "%s"', (feature, path, message) => {
    expect(() => parseSettings(featureSchema, feature)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        problems: [{ path, message: expect.stringContaining(message) }],
      }),
    );
  });
});
