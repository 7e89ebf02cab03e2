import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase, quoted } from '../src/data/database.js';

describe('reading a table', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase();
  });
  afterAll(() => database.close());

  it('keeps missing values: NaN among numbers, null among texts', async () => {
    const sql = `SELECT * FROM (VALUES (1.5::DOUBLE, 'a'), (NULL, ''), (-2, NULL)) t (x, y)`;
    expect(await database.read('small', sql)).toEqual({
      name: 'small',
      rows: 3,
      columns: [
        { name: 'x', type: 'numeric', values: Float64Array.of(1.5, Number.NaN, -2) },
        { name: 'y', type: 'categorical', values: ['a', '', null] },
      ],
    });
  });

  it('keeps the order over many chunks', async () => {
    const { rows, columns } = await database.read(
      'long',
      'SELECT range::DOUBLE AS x FROM range(9999)',
    );
    expect(rows).toBe(9999);
    expect(columns[0]!.values).toEqual(Float64Array.from({ length: 9999 }, (_, row) => row));
  });

  it('refuses columns that are neither doubles nor texts', async () => {
    await expect(database.read('dates', 'SELECT current_date AS day')).rejects.toThrow('day');
  });

  it('quotes names with quotation marks', () => {
    expect(quoted("it's")).toBe("'it''s'");
  });
});
