import { describe, expect, it } from 'vitest';
import { CoreError } from '../src/errors.js';
import { assertReferenceFits } from '../src/reference.js';
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
  it('is unchanged after conversion to JSON and back', () => {
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

  it('counts all rows, including missing ones, and ignores other columns', () => {
    expect(reference.rows).toBe(4);
    expect([...reference.features.keys()]).toEqual(['distance', 'carrier']);
    expect(reference.features.get('distance')).toMatchObject({ count: 3, missing: 1 });
    expect(reference.features.get('carrier')).toMatchObject({ count: 3, missing: 1 });
  });

  it('cannot be built without a column or with columns of different lengths', () => {
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
  ])('is not read from %s', (_kind, value, text) => {
    const error = errorOf(() => referenceFromJson(value, 'reference.json'));
    expect(error.code).toBe('REFERENCE_FORMAT');
    expect(error.message).toContain(text);
    expect(error.message).toContain('reference.json');
  });

  it('is not read from a newer format, and the error says to update', () => {
    const error = errorOf(() => referenceFromJson({ ...document(), version: 2 }, 'r.json'));
    expect(error.code).toBe('REFERENCE_FORMAT');
    expect(error.message).toContain('Update Modelmeter');
  });

  it('is not read from a damaged profile, whose path the error names', () => {
    const damaged = document();
    (damaged.features as Record<string, Record<string, unknown>>).distance!.count = -1;
    const error = errorOf(() => referenceFromJson(damaged, 'r.json'));
    expect(error.code).toBe('REFERENCE_FORMAT');
    expect(error.message).toContain('features.distance.count');
    expect(error.cause).toBeInstanceOf(Error);
  });

  it.each(['id', 'model', 'created', 'source', 'rows', 'features'])(
    'is not read from a document without %s',
    (field) => {
      const { [field]: _, ...rest } = document();
      const error = errorOf(() => referenceFromJson(rest, 'r.json'));
      expect(error.code).toBe('REFERENCE_FORMAT');
      expect(error.message).toContain('damaged');
    },
  );

  it('is not read when its profiles do not match its id', () => {
    const changed = document();
    (changed.features as Record<string, Record<string, unknown>>).carrier!.missing = 2;
    const error = errorOf(() => referenceFromJson(changed, 'r.json'));
    expect(error.code).toBe('REFERENCE_FORMAT');
    expect(error.message).toContain(reference.id);
  });

  it('does not fit features that it lacks or has with another type', () => {
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
