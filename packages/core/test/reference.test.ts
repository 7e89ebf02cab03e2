import { describe, expect, it } from 'vitest';
import { CoreError } from '../src/errors.js';
import { assertReferenceFits, toCategory } from '../src/reference.js';
import { referenceFromJson, referenceToJson } from '../src/reference-json.js';
import { referenceOf } from './support.js';

const features = [
  { name: 'distance', type: 'numeric' },
  { name: 'carrier', type: 'categorical' },
] as const;
const reference = referenceOf(features, {
  distance: [1, 2.5, null, 1 / 3],
  carrier: ['AA', 'DL', 'AA', undefined],
  unused: [0, 0, 0, 0],
});

function document(): Record<string, unknown> {
  return JSON.parse(JSON.stringify(referenceToJson(reference)));
}

function errorOf(run: () => unknown): CoreError {
  try {
    run();
  } catch (error) {
    if (CoreError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a reference', () => {
  it('is the same after the way through JSON', () => {
    expect(referenceFromJson(document(), 'reference.json')).toEqual(reference);
  });

  it('has an id that depends on its profiles only', () => {
    const columns = { distance: [1, 2], carrier: ['AA', 'DL'] };
    expect(referenceOf(features, columns).id).toBe(
      referenceOf([...features].reverse(), columns).id,
    );
    expect(referenceOf(features, columns).id).not.toBe(reference.id);
    expect(reference.id).toMatch(/^[0-9a-f]{12}$/);
  });

  it('counts rows, missing ones included, and leaves other columns out', () => {
    expect(reference.rows).toBe(4);
    expect([...reference.features.keys()]).toEqual(['distance', 'carrier']);
    expect(reference.features.get('distance')).toMatchObject({ count: 3, missing: 1 });
    expect(reference.features.get('carrier')).toMatchObject({ count: 3, missing: 1 });
  });

  it('cannot be built without a column, or with one of another length', () => {
    const missing = errorOf(() => referenceOf(features, { distance: [1] }));
    expect(missing.code).toBe('REFERENCE_MISMATCH');
    expect(missing.message).toContain('"carrier"');
    const short = errorOf(() => referenceOf(features, { distance: [1, 2], carrier: ['AA'] }));
    expect(short.code).toBe('REFERENCE_MISMATCH');
    expect(short.message).toContain('1 rows');
  });

  it.each([
    ['a list', [], 'not a Modelmeter reference'],
    ['nothing', null, 'not a Modelmeter reference'],
    ['another format', { format: 'whylogs' }, '"whylogs"'],
  ])('refuses %s as foreign', (_kind, value, text) => {
    const error = errorOf(() => referenceFromJson(value, 'reference.json'));
    expect(error.code).toBe('REFERENCE_FORMAT');
    expect(error.message).toContain(text);
    expect(error.message).toContain('reference.json');
  });

  it('refuses a newer format and says to update', () => {
    const error = errorOf(() => referenceFromJson({ ...document(), version: 2 }, 'r.json'));
    expect(error.code).toBe('REFERENCE_FORMAT');
    expect(error.message).toContain('Update Modelmeter');
  });

  it('refuses a damaged profile and names its place', () => {
    const damaged = document();
    (damaged.features as Record<string, Record<string, unknown>>).distance!.count = -1;
    const error = errorOf(() => referenceFromJson(damaged, 'r.json'));
    expect(error.code).toBe('REFERENCE_FORMAT');
    expect(error.message).toContain('features.distance.count');
    expect(error.cause).toBeInstanceOf(Error);
  });

  it.each(['id', 'model', 'created', 'source', 'rows', 'features'])(
    'refuses a document without %s',
    (field) => {
      const { [field]: _, ...rest } = document();
      const error = errorOf(() => referenceFromJson(rest, 'r.json'));
      expect(error.code).toBe('REFERENCE_FORMAT');
      expect(error.message).toContain('damaged');
    },
  );

  it('refuses profiles that were changed after the id was made', () => {
    const changed = document();
    (changed.features as Record<string, Record<string, unknown>>).carrier!.missing = 2;
    const error = errorOf(() => referenceFromJson(changed, 'r.json'));
    expect(error.code).toBe('REFERENCE_FORMAT');
    expect(error.message).toContain(reference.id);
  });

  it('does not fit features that it lacks or profiles in another type', () => {
    expect(() => assertReferenceFits(reference, features, 'r.json')).not.toThrow();
    const lacking = errorOf(() =>
      assertReferenceFits(reference, [{ name: 'delay', type: 'numeric' }], 'r.json'),
    );
    expect(lacking.code).toBe('REFERENCE_MISMATCH');
    expect(lacking.message).toContain('"delay"');
    const other = errorOf(() =>
      assertReferenceFits(reference, [{ name: 'distance', type: 'categorical' }], 'r.json'),
    );
    expect(other.message).toContain('numeric');
  });
});

it('counts null, undefined and NaN as missing categories and nothing else', () => {
  expect([null, undefined, Number.NaN].map(toCategory)).toEqual([null, null, null]);
  expect(['', 0, false, 7n].map(toCategory)).toEqual(['', '0', 'false', '7']);
});
