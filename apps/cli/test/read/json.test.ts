import { mkdir, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementsOf } from '../../src/read/json-array.js';
import { openSource, relation } from '../../src/read/source.js';
import { textOf } from '../../src/read/values.js';
import { useFolder, withDatabase } from '../support.js';

const folder = useFolder();

async function read(name: string, content?: string | Buffer) {
  if (content !== undefined) await writeFile(folder.path(name), content);
  return withDatabase(async (database) => {
    const source = await openSource(database, folder.path(name));
    const columns = [...source.columns.values()];
    const result = await database.connection.runAndReadAll(
      `SELECT ${columns.map(textOf).join(', ')} FROM ${relation(source, columns)}`,
    );
    return { names: columns.map((column) => column.name), rows: result.getRows(), log: source.log };
  });
}

async function* chunked(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function elements(chunks: AsyncIterable<Buffer>): Promise<string[]> {
  const found: string[] = [];
  for await (const element of elementsOf(chunks)) found.push(element.toString());
  return found;
}

describe('an array of JSON', () => {
  it('falls into its elements wherever its bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue(), { maxLength: 8 }),
        fc.constantFrom(undefined, 2),
        fc.integer({ min: 1, max: 30 }),
        async (values, indent, size) => {
          const text = `\n ${JSON.stringify(values, null, indent)} \r\n`;
          const found = await elements(chunked(text, size));
          expect(found.map((element) => JSON.parse(element))).toEqual(values);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is read while it comes: one element is known before the next chunk', async () => {
    let chunks = 0;
    const text = JSON.stringify(Array.from({ length: 100 }, (_, index) => ({ index })));
    const counted = (async function* () {
      for await (const chunk of chunked(text, 40)) {
        chunks += 1;
        yield chunk;
      }
    })();
    const first = await elementsOf(counted).next();
    expect(String(first.value)).toBe('{"index":0}');
    expect(chunks).toBe(1);
  });

  it('has the rows of its objects, and keeps the digits of long integers', async () => {
    const { names, rows } = await read(
      'array.json',
      '[\n {"id": 9007199254740993, "name": "a,]}"},\n {"name": "\\"[", "x": [1, {"y": 2}]}, {}\n]\n',
    );
    expect(names).toEqual(['id', 'name', 'x']);
    expect(rows).toEqual([
      ['9007199254740993', 'a,]}', null],
      [null, '"[', '[1,{"y":2}]'],
      [null, null, null],
    ]);
    await writeFile(folder.path('empty.json'), ' [ ] ');
    await withDatabase(async (database) => {
      expect((await openSource(database, folder.path('empty.json'))).rows).toBe(0);
    });
  });

  it.each([
    ['not closed', '[{"a": 1},', 'its array is not closed'],
    ['followed by more', '[{"a": 1}]\n[{"a": 2}]', 'text follows after the array'],
    ['broken inside', '[{"a": 1}, {"a": }]', '(element 2 of the array)'],
    ['ended by a comma', '[{"a": 1}, ]', '(element 2 of the array)'],
    ['of numbers', '[{"a": 1}, 2]', 'element 2 of the array in broken.json is not an object'],
    ['in another encoding', Buffer.from('[{"a": "é"}]', 'latin1'), 'element 1 of the array'],
  ])('that is %s is an error that says where', async (_what, content, message) => {
    await expect(read('broken.json', content)).rejects.toThrow(message);
  });
});

describe('JSON in several files', () => {
  it('keeps its order: reading its texts needs no join, which would lose it', async () => {
    await writeFile(folder.path('texts.json'), '[{"a": "x"}]');
    await withDatabase(async (database) => {
      const source = await openSource(database, folder.path('texts.json'));
      const columns = [...source.columns.values()];
      const plan = await database.connection.runAndReadAll(
        `EXPLAIN SELECT ${columns.map(textOf).join(', ')} FROM ${relation(source, columns)}`,
      );
      const text = JSON.stringify(plan.getRows());
      expect(text).toContain('PARQUET');
      expect(text).not.toContain('JOIN');
    });
  });

  it('names the keys that one of them lacks', async () => {
    await mkdir(folder.path('days'), { recursive: true });
    await writeFile(folder.path('days/1.json'), '[{"a": 1, "b": 2}]');
    await writeFile(folder.path('days/2.json'), '{"a": 3}\n{"a": 4}\n');
    const { names, rows, log } = await read('days/*.json');
    expect(names).toEqual(['a', 'b']);
    expect(rows).toEqual([
      ['1', '2'],
      ['3', null],
      ['4', null],
    ]);
    expect(log.notes).toEqual(['2.json lacks the columns b; they are missing in its rows.']);
  });
});
