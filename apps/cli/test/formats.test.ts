import { writeFile } from 'node:fs/promises';
import type { ColumnProfile } from '@modelmeter/kernel/profiles';
import { Bool, Float64, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneGroup } from '../src/profile/groups.js';
import { profileGroups, profileReference } from '../src/profile/profile-source.js';
import { createProgress } from '../src/progress.js';
import { currentColumn, type Feature, referenceColumn } from '../src/read/columns.js';
import { createReader } from '../src/read/reader.js';
import { openSource } from '../src/read/source.js';
import { literal } from '../src/read/sql.js';
import { csv, useFolder, withDatabase } from './support.js';

const folder = useFolder();

/** A table as a data frame holds it: missing values make integers floats, booleans are words. */
interface Frame {
  readonly amount: readonly (number | null)[];
  readonly count: readonly (number | null)[];
  readonly colour: readonly (string | null)[];
  readonly flag: readonly (boolean | null)[];
  readonly empty: readonly null[];
}

const features: readonly Feature[] = [
  { name: 'amount', type: 'numeric' },
  { name: 'count', type: 'numeric' },
  { name: 'colour', type: 'categorical' },
  { name: 'flag', type: 'categorical' },
  { name: 'empty', type: 'numeric' },
];

const row = fc.record({
  amount: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })),
  count: fc.option(fc.integer({ min: -1000, max: 1000 })),
  colour: fc.option(
    fc.oneof(fc.constantFrom('red', 'grün', 'a,b', 'say "hi"', 'x\ny', ' x', "it's"), fc.string()),
  ),
  flag: fc.option(fc.boolean()),
});

function frameOf(rows: readonly Omit<FrameRow, 'empty'>[]): Frame {
  // A text that means a missing value is missing in every format; see the README.
  const missing = /^(|NA|N\/A|n\/a|#N\/A|<NA>|NaN|nan|-nan|NaT|NULL|null|None|\\N)$/;
  return {
    amount: rows.map(({ amount }) => amount),
    count: rows.map(({ count }) => count),
    colour: rows.map(({ colour }) => (colour === null || missing.test(colour) ? null : colour)),
    flag: rows.map(({ flag }) => flag),
    empty: rows.map(() => null),
  };
}

type FrameRow = { readonly [Name in keyof Frame]: Frame[Name][number] };

const python = (flag: boolean | null): string | null =>
  flag === null ? null : flag ? 'True' : 'False';

async function writeAll(frame: Frame): Promise<string[]> {
  const names = Object.keys(frame) as (keyof Frame)[];
  const objects = frame.amount.map((_, index) =>
    Object.fromEntries(names.map((name) => [name, frame[name][index] ?? null])),
  );
  const words = { ...frame, flag: frame.flag.map(python) };
  const floats = {
    ...frame,
    count: frame.count.map((count) => (count === null ? null : `${count}.0`)),
    flag: frame.flag.map((flag) => (flag === null ? null : Number(flag))),
  };
  const table = new Table({
    amount: vectorFromArray(frame.amount, new Float64()),
    count: vectorFromArray(frame.count, new Float64()),
    colour: vectorFromArray(frame.colour, new Utf8()),
    flag: vectorFromArray(frame.flag, new Bool()),
    empty: vectorFromArray(frame.empty, new Float64()),
  });
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'words.csv': csv(words),
    'floats.csv': csv(floats).replaceAll('\n', '\r\n').replaceAll('x\r\ny', 'x\ny'),
    'lines.ndjson': objects.map((object) => JSON.stringify(object)).join('\n'),
    'array.json': JSON.stringify(objects),
    'table.arrow': tableToIPC(table, 'file'),
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(folder.path(name), content);
  }
  await withDatabase(({ connection }) =>
    connection.run(
      `COPY (SELECT * FROM read_json(${literal(folder.path('lines.ndjson'))}, format = 'newline_delimited',
         columns = {amount: 'DOUBLE', count: 'BIGINT', colour: 'VARCHAR', flag: 'BOOLEAN', empty: 'INTEGER'}))
       TO ${literal(folder.path('table.parquet'))} (FORMAT parquet)`,
    ),
  );
  return [...Object.keys(files), 'table.parquet'];
}

describe('a table', () => {
  it('has the same profile in every format', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
        // At least one value each, so that the types are known.
        const filled = [...rows, { amount: 0.5, count: 1, colour: 'red', flag: true }];
        const names = await writeAll(frameOf([...filled, { ...filled.at(-1)!, flag: false }]));
        await withDatabase(async (database) => {
          const reader = createReader(database, createProgress());
          const reference = await openSource(database, folder.path('table.parquet'));
          const expected = await profileReference(
            reader,
            reference,
            features.map((feature) => referenceColumn(reference, feature)),
          );
          for (const name of names) {
            const source = await openSource(database, folder.path(name));
            const columns = features.map((feature) => currentColumn(source, feature));
            const groups = profileGroups(reader, source, columns, expected.features, oneGroup);
            const { value: found } = await groups.next();
            expect(found?.rows, name).toBe(expected.rows);
            for (const [feature, profile] of expected.features) {
              expect(
                countsOf(found!.features.get(feature) as ColumnProfile),
                `${feature} in ${name}`,
              ).toEqual(countsOf(profile as ColumnProfile));
              expect(found!.invalid.get(feature) ?? 0).toBe(0);
            }
            await groups.return(undefined);
          }
        });
      }),
      { numRuns: 12, seed: 7 },
    );
  });
});

function countsOf({ counts, missing }: { counts: Float64Array; missing: number }) {
  return { counts: [...counts], missing };
}
