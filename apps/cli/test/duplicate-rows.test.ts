import { createRandom } from '@modelmeter/kernel';
import { describe, expect, it } from 'vitest';
import { prepareComparison } from '../src/compare/comparison.js';
import type { DriftResult } from '../src/compare/drift-result.js';
import { countDuplicateRows } from '../src/compare/duplicate-rows.js';
import { createProgress } from '../src/progress.js';
import { createReader } from '../src/read/reader.js';
import { driftTable } from '../src/report/drift-table.js';
import { renderReport } from '../src/report/render-report.js';
import {
  copyTo,
  csv,
  normals,
  runCompare,
  useCommand,
  useFolder,
  withDatabase,
} from './support.js';

const folder = useFolder();
const { run } = useCommand(folder);

type Columns = Readonly<Record<string, ArrayLike<unknown>>>;

/** Numbers that do not repeat, in two columns. */
const distinct = (rows: number, seed: number): Columns => ({
  x: normals(rows, seed),
  y: normals(rows, seed + 1),
});

/** The rows of some columns whose number `isCopied` follow a second time. */
function withCopies(columns: Columns, isCopied: (row: number) => boolean): Columns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => {
      const all = Array.from(values);
      return [name, [...all, ...all.filter((_, row) => isCopied(row))]];
    }),
  );
}

let files = 0;
async function compare(reference: Columns, current: Columns): Promise<DriftResult> {
  files += 1;
  return runCompare({
    reference: await folder.write(`${files}-before.csv`, csv(reference)),
    current: await folder.write(`${files}-after.csv`, csv(current)),
  });
}

describe('rows that repeat', () => {
  it('make the state investigate although no feature moved', async () => {
    const copied = withCopies(distinct(2000, 3), (row) => row % 10 === 0);
    const result = await compare(distinct(2200, 1), copied);
    expect(result.duplicateRows).toEqual({
      reference: 0,
      current: 200 / 2200,
      state: 'investigate',
    });
    expect(result).toMatchObject({ state: 'investigate', driftedFeatures: [] });
    expect(result.features.map(({ state }) => state)).toEqual(['ok', 'ok']);
    const sentence =
      'Investigate: 9.1 % of the current rows repeat another row, 0 % of as many rows of the reference.';
    expect(driftTable(result)).toContain(`rows       ${sentence}\n`);
    const page = renderReport(result, { generated: new Date(0), version: '1' });
    expect(page).toContain(sentence);
    expect(page).toContain('No drift, but more repeated rows than in the reference');
  });

  it('fail a run that is to fail on investigate', async () => {
    await folder.write('before.csv', csv(distinct(2200, 1)));
    await folder.write('after.csv', csv(withCopies(distinct(2000, 3), (row) => row % 10 === 0)));
    const drift = ['drift', '--reference', 'before.csv', '--current', 'after.csv'];
    expect((await run([...drift, '--fail-on', 'drift'])).code).toBe(0);
    expect((await run([...drift, '--fail-on', 'investigate'])).code).toBe(2);
  });

  it.each([
    ['as often as in the reference', 0.1, 0.1, 'ok'],
    ['less often', 0.1, 0, 'ok'],
    ['by less than a point more', 0.1, 0.108, 'ok'],
    ['by two points more', 0.1, 0.12, 'ok'],
    ['by ten points more', 0.1, 0.2, 'investigate'],
  ])('are decided where 2000 rows repeat %s', async (_, before, after, state) => {
    const rows = (share: number, seed: number): Columns =>
      withCopies(distinct(Math.round(2000 * (1 - share)), seed), (row) => row < 2000 * share);
    const { duplicateRows } = await compare(rows(before, 1), rows(after, 3));
    expect(duplicateRows?.reference).toBeCloseTo(before, 10);
    expect(duplicateRows?.current).toBeCloseTo(after, 10);
    expect(duplicateRows?.state).toBe(state);
  });

  it.each([
    [100, 5000],
    [5000, 100],
    [3000, 3000],
  ])('are expected of columns with few values: %i rows against %i', async (n, m) => {
    const few = (rows: number, seed: number): Columns => {
      const random = createRandom(seed);
      const values = (): number[] =>
        Array.from({ length: rows }, () => Math.floor(20 * random.next()));
      return { a: values(), b: values() };
    };
    const { duplicateRows } = await compare(few(n, 1), few(m, 2));
    expect(duplicateRows?.state).toBe('ok');
    expect(duplicateRows?.current).toBeGreaterThan(0.05);
    // The same number of rows of each side: the shares do not depend on the larger one.
    expect(Math.abs(duplicateRows!.current - duplicateRows!.reference)).toBeLessThan(0.1);
  });

  it('are expected of rows that stay the same for a while', async () => {
    const slow = (rows: number, from: number): Columns => ({
      level: Array.from({ length: rows }, (_, row) => from + Math.floor(row / 4)),
    });
    const { duplicateRows } = await compare(slow(6000, 0), slow(600, 900));
    expect(duplicateRows).toEqual({ reference: 0.75, current: 0.75, state: 'ok' });
  });

  it('are compared with the part of the reference that repeats most', async () => {
    const calm = distinct(1000, 1);
    const busy = withCopies(distinct(500, 3), () => true);
    const joined = Object.fromEntries(
      Object.keys(calm).map((name) => [
        name,
        [...Array.from(calm[name]!), ...Array.from(busy[name]!)],
      ]),
    );
    const current = withCopies(distinct(600, 5), (row) => row < 400);
    const { duplicateRows } = await compare(joined, current);
    expect(duplicateRows).toEqual({ reference: 0.25, current: 0.4, state: 'ok' });
  });

  it('are found anywhere in a window that is larger than the reference', async () => {
    const copied = withCopies(distinct(7840, 3), (row) => row % 49 === 0);
    const result = await compare(distinct(2000, 1), copied);
    expect(result.duplicateRows).toMatchObject({
      all: { current: 0.02, expected: 0 },
      state: 'investigate',
    });
    expect(result.duplicateRows!.current).toBeLessThan(0.01);
    expect(driftTable(result)).toContain(
      'rows       Investigate: 2 % of all current rows repeat another row, at most 0 % by what the reference shows.\n',
    );
  });

  it('stay a coincidence where the reference is too small to exclude one', async () => {
    const copied = withCopies(distinct(3920, 3), (row) => row % 49 === 0);
    const { duplicateRows } = await compare(distinct(1000, 1), copied);
    expect(duplicateRows).toMatchObject({ all: { current: 0.02, expected: 0 }, state: 'ok' });
  });

  it('are compared in the columns that both sides have, missing values included', async () => {
    const before = { x: [1, 1, 2, null, null], y: ['a', 'a', 'a', null, null] };
    const after = { ...before, id: [1, 2, 3, 4, 5] };
    const expected = { reference: 0.4, current: 0.4, state: 'ok' };
    expect((await compare(before, after)).duplicateRows).toEqual(expected);
    expect((await compare(after, before)).duplicateRows).toEqual(expected);
    expect((await compare(after, after)).duplicateRows).toMatchObject({ current: 0 });
  });

  it('are counted in tables of more columns than one part has', async () => {
    const wide = Object.fromEntries(
      Array.from({ length: 300 }, (_, column) => [`c${column}`, [column, column, column]]),
    );
    const last = { ...wide, c299: [1, 2, 2] };
    expect((await compare(wide, last)).duplicateRows).toMatchObject({
      reference: 2 / 3,
      current: 1 / 3,
    });
  });

  it('are estimated from a part of the rows where there are many', async () => {
    const copied = withCopies(distinct(9000, 3), (row) => row % 9 === 0);
    const options = {
      reference: await folder.write('many-before.csv', csv(distinct(10_000, 1))),
      current: await folder.write('many-after.csv', csv(copied)),
    };
    const found = await withDatabase(async (database) => {
      const reader = createReader(database, createProgress());
      return countDuplicateRows(await prepareComparison(reader, options), 2000);
    });
    expect(found).toMatchObject({ reference: 0, state: 'investigate' });
    // A tenth of the rows; the standard error of 2000 rows is 0.7 points.
    expect(Math.abs(found!.current - 0.1)).toBeLessThan(0.03);
    expect(found!.current).not.toBe(0.1);
  });

  it('are counted in lists and structures, and not at all without rows', async () => {
    const nested = await copyTo(
      'SELECT i % 3 AS x, [i % 3] AS list, {a: i % 3} AS s FROM range(9) AS t(i)',
      folder.path('nested.parquet'),
    );
    const { duplicateRows } = await runCompare({ reference: nested, current: nested });
    expect(duplicateRows).toEqual({ reference: 6 / 9, current: 6 / 9, state: 'ok' });
    const none = await folder.write('none.csv', 'x\n');
    const some = await folder.write('some.csv', 'x\n1\n1\n');
    expect((await runCompare({ reference: some, current: none })).duplicateRows).toBeUndefined();
  });
});
