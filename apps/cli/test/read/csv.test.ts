import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DataSource, openSource, type ReadOptions, relation } from '../../src/read/source.js';
import { textOf } from '../../src/read/values.js';
import { useFolder, withDatabase } from '../support.js';

const folder = useFolder();

interface Opened {
  readonly log: DataSource['log'];
  readonly kinds: readonly (readonly [name: string, kind: string])[];
  /** The texts of every row. */
  readonly rows: readonly (readonly (string | null)[])[];
}

async function read(name: string, content: string | Buffer, options: ReadOptions = {}) {
  await writeFile(folder.path(name), content);
  return withDatabase(async (database): Promise<Opened> => {
    const source = await openSource(database, folder.path(name), options);
    const columns = [...source.columns.values()];
    const result = await database.connection.runAndReadAll(
      `SELECT ${columns.map(textOf).join(', ')} FROM ${relation(source, columns)}`,
    );
    return {
      log: source.log,
      kinds: columns.map((column) => [column.name, column.kind]),
      rows: result.getRows().map((row) => row.map((value) => (value === null ? null : `${value}`))),
    };
  });
}

describe('reading a CSV file', () => {
  it('keeps every value of any table, whatever is in the fields', async () => {
    const field = fc.oneof(
      fc.string(),
      fc.constantFrom('a,b', 'a;b', '"', 'x\ny', 'x\r\ny', 'é', ' ', '1,5', 'true', '5" pipe'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(field, field, field), { minLength: 1, maxLength: 30 }),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n'),
        async (rows, separator, lineBreak) => {
          const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
          const lines = [['a', 'b', 'c'], ...rows].map((row) => row.map(quoted).join(separator));
          const found = await read('any.csv', lines.join(lineBreak) + lineBreak, { separator });
          const missing = ['', 'NA', 'N/A', 'n/a', 'NaN', 'nan', 'NULL', 'null', 'None', '\\N'];
          const kept = (text: string): string | null => (missing.includes(text) ? null : text);
          expect(found.rows).toEqual(rows.map((row) => row.map(kept)));
          expect(found.log.rejectedRows).toBe(0);
        },
      ),
      { numRuns: 25, seed: 1 },
    );
  });

  it('counts and names the lines that do not fit the header, and keeps the others', async () => {
    const good = Array.from({ length: 1000 }, (_, row) => `${row},red`);
    good.splice(500, 0, 'TOTAL');
    good.splice(700, 0, '1,2,3');
    good.splice(800, 0, '"open,red');
    good.splice(900, 0, '"a"b,red');
    const { rows, log } = await read('odd.csv', `n,colour\n${good.join('\n')}\n`);
    expect(rows).toHaveLength(1000);
    expect(log.rejectedRows).toBe(4);
    expect(log.rejectedExamples).toEqual([
      { file: 'odd.csv', line: 502, problem: '1 field where the header has 2' },
      { file: 'odd.csv', line: 702, problem: '3 fields where the header has 2' },
      { file: 'odd.csv', line: 802, problem: expect.stringMatching(/quote/) },
      { file: 'odd.csv', line: 902, problem: 'there is text after a closing quote' },
    ]);
  });

  it.each([
    ['n,colour\n1,2,3\n4,5,6\n', 'DATA_REJECTED'],
    ['Report of May\nn,colour\n1,2\n3,4\n', 'DATA_REJECTED'],
    ['Report of May\nn;colour\n1;2\n3;4\n', 'DATA_REJECTED'],
    ['', 'DATA_EMPTY'],
  ])('refuses %j with %s', async (text, code) => {
    await expect(read('refused.csv', text)).rejects.toMatchObject({ code });
  });

  it('allows as many rejected rows as are asked for', async () => {
    const { rows } = await read('half.csv', 'n,c\n1,2\n3\n', { maximumRejected: 0.5 });
    expect(rows).toEqual([['1', '2']]);
  });

  it.each([
    ['utf16le', Buffer.from('\ufeffn;c\n1;é\n', 'utf16le'), {}],
    ['utf8 with a mark', Buffer.from('\ufeffn;c\n1;é\n'), {}],
    ['latin1', Buffer.from('n;c\n1;é\n', 'latin1'), { encoding: 'latin1' }],
  ])('reads %s', async (_, content, options) => {
    const { rows, log } = await read('encoded.csv', content, options);
    expect(rows).toEqual([['1', 'é']]);
    expect(log.detected.separator).toBe(';');
  });

  it('names the line and the byte that is not UTF-8', async () => {
    const content = Buffer.from(`n,c\n${'1,a\n'.repeat(200_000)}1,gr\u00fcn\n`, 'latin1');
    await expect(read('latin.csv', content)).rejects.toThrow(
      /latin\.csv is not UTF-8: line 200002 has the byte 0xFC\. .*--encoding/,
    );
  });

  it('reads numbers with decimal commas and thousands separators', async () => {
    const european = await read('eu.csv', 'a;b\n1.234,5;1.234\n7,25;2\n');
    expect(european.kinds).toEqual([
      ['a', 'number'],
      ['b', 'number'],
    ]);
    expect(european.log.detected).toMatchObject({ separator: ';', decimal: ',' });
    const american = await read('us.csv', 'a,b\n"1,234.5",x\n7.25,y\n');
    expect(american.kinds[0]).toEqual(['a', 'number']);
    expect(american.log.notes).toEqual([expect.stringContaining('thousands separators')]);
  });

  it('types a column by all of its values', async () => {
    const many = (value: string, last: string): string =>
      `x\n${`${value}\n`.repeat(50_000)}${last}\n`;
    expect((await read('a.csv', many('true', '7'))).kinds).toEqual([['x', 'text']]);
    expect((await read('b.csv', many('1', '1.5'))).kinds).toEqual([['x', 'number']]);
    expect((await read('c.csv', many('1', 'seven'))).kinds).toEqual([['x', 'text']]);
  });

  it('keeps the names of columns as they are, and says which it had to change', async () => {
    const { kinds, log } = await read('names.csv', 'nan,a,A,a,\n1,2,3,4,5\n');
    expect(kinds.map(([name]) => name)).toEqual(['nan', 'a', 'A', 'a_2', 'column 5']);
    expect(log.notes).toEqual([expect.stringContaining('two columns "a"')]);
  });

  it('reads compressed files, and a value of 10 MB', async () => {
    const large = 'x'.repeat(10_000_000);
    const { rows } = await read('large.csv.gz', gzipSync(`a,b\n1,${large}\n2,y\n`));
    expect(rows.map(([, b]) => b!.length)).toEqual([10_000_000, 1]);
  });
});

describe('reading a JSON file', () => {
  it.each([
    ['lines', '{"a":1,"b":"x"}\n{"b":null,"A":2}\n'],
    ['an array', '[{"a":1,"b":"x"},\n {"b":null,"A":2}]'],
    [
      'an indented array',
      JSON.stringify(
        [
          { a: 1, b: 'x' },
          { b: null, A: 2 },
        ],
        null,
        2,
      ),
    ],
  ])('reads %s', async (_, text) => {
    const { rows, kinds } = await read('any.json', text);
    expect(kinds).toEqual([
      ['a', 'number'],
      ['b', 'text'],
      ['A', 'number'],
    ]);
    expect(rows).toEqual([
      ['1', 'x', null],
      [null, null, '2'],
    ]);
  });

  it('reads NaN and Infinity, and keeps the digits of long integers', async () => {
    const { rows, log } = await read(
      'numbers.ndjson',
      '{"a":NaN,"id":12345678901234567890}\n{"a":-Infinity,"id":1}\n',
    );
    expect(rows).toEqual([
      [null, '12345678901234567890'],
      ['-Infinity', '1'],
    ]);
    expect(log.notes).toEqual([expect.stringMatching(/"id" has integers above 2\^53/)]);
  });

  it('counts and names the lines that are not an object', async () => {
    const lines = Array.from({ length: 300 }, (_, row) => `{"a":${row}}`);
    lines.splice(7, 0, '{"a":', '[1]');
    const { rows, log } = await read('odd.ndjson', lines.join('\n'));
    expect(rows).toHaveLength(300);
    expect(log.rejectedExamples.map(({ line }) => line)).toEqual([8, 9]);
  });

  it('leaves out lists and objects, with their names', async () => {
    const { kinds } = await read('nested.ndjson', '{"a":1,"b":[1],"c":{"d":2}}\n');
    expect(kinds).toEqual([
      ['a', 'number'],
      ['b', 'unsupported'],
      ['c', 'unsupported'],
    ]);
  });
});

describe('reading several files', () => {
  it('says which file lacks a column', async () => {
    await writeFile(folder.path('part-1.csv'), 'a,b\n1,2\n');
    const { rows, log } = await read('part-2.csv', 'a\n3\n');
    expect(rows).toEqual([['3']]);
    expect(log.notes).toEqual([]);
    await withDatabase(async (database) => {
      const source = await openSource(database, folder.path('part-*.csv'));
      expect(source.rows).toBe(2);
      expect(source.log.notes).toEqual([expect.stringMatching(/part-2\.csv lacks the columns b/)]);
    });
  });

  it.each([
    ['cut.parquet', 'PAR1 and no end', /is not a Parquet file, or its end is missing/],
    ['text.arrow', 'a,b\n1,2\n', /is not an Arrow file or stream/],
    ['cut.csv.gz', gzipSync('a,b\n1,2\n').subarray(0, 20), /compressed data are damaged/],
    ['cut.json', '[{"a":1},', /is not valid JSON/],
  ])('refuses %s in words, without the path of a temporary file', async (name, content, words) => {
    const refused = read(name, content);
    await expect(refused).rejects.toMatchObject({ code: 'DATA_UNREADABLE' });
    await expect(read(name, content)).rejects.toThrow(words);
    await expect(read(name, content)).rejects.not.toThrow(/segment-|modelmeter-\w{6}\/s/);
  });
});
