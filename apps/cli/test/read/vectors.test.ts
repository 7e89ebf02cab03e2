import { writeFile } from 'node:fs/promises';
import { embeddingProfile } from '@modelmeter/kernel/profiles';
import {
  Field,
  FixedSizeList,
  Float32,
  Float64,
  List,
  Table,
  tableToIPC,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { profileReference } from '../../src/profile/profile-source.js';
import { createProgress } from '../../src/progress.js';
import { featuresOf, referenceColumn } from '../../src/read/columns.js';
import { createReader } from '../../src/read/reader.js';
import { openSource } from '../../src/read/source.js';
import { normals, runCompare, useFolder, withDatabase } from '../support.js';

const folder = useFolder();
const dimension = 4;
const rows = 500;
const values = normals(rows * dimension, 1).map(Math.fround);
// No row of another length, since an array of NumPy cannot have one.
values.fill(Number.NaN, 0, dimension);
const lists = Array.from({ length: rows }, (_, row) =>
  row === 0 ? null : Array.from(values.subarray(row * dimension, (row + 1) * dimension)),
);

/** A file as `numpy.save` writes it. */
function npy(data: Float32Array | Float64Array, header: string, version = 1): Buffer {
  const start = version === 1 ? 10 : 12;
  const text = `${header.padEnd(127 - start)}\n`;
  const head = Buffer.alloc(start);
  head.write('\u0093NUMPY', 'latin1');
  head[6] = version;
  if (version === 1) head.writeUInt16LE(text.length, 8);
  else head.writeUInt32LE(text.length, 8);
  return Buffer.concat([head, Buffer.from(text), Buffer.from(data.buffer)]);
}

function header(type: string, shape: string, order = 'False'): string {
  return `{'descr': ${type}, 'fortran_order': ${order}, 'shape': ${shape}, }`;
}

/** The features of a file, and their profiles. */
async function profilesIn(name: string, content: string | Uint8Array) {
  await writeFile(folder.path(name), content);
  return withDatabase(async (database) => {
    const source = await openSource(database, folder.path(name));
    const features = featuresOf(source);
    const columns = features.map((feature) => referenceColumn(source, feature));
    const reader = createReader(database, createProgress());
    const { features: profiles } = await profileReference(reader, source, columns);
    return { features, profiles };
  });
}

function arrow(type: List | FixedSizeList): Uint8Array {
  const vector = vectorFromArray(lists as never, type as never);
  return tableToIPC(new Table({ embedding: vector as never }), 'file');
}

const size = `(${rows}, ${dimension})`;

describe('vectors', () => {
  it.each([
    ['lines of JSON', 'lines.ndjson', lines(lists)],
    ['an array of JSON', 'array.json', JSON.stringify(lists.map((embedding) => ({ embedding })))],
    ['a list of Arrow', 'list.arrow', arrow(new List(new Field('item', new Float32())))],
    [
      'a fixed list of Arrow',
      'fixed.arrow',
      arrow(new FixedSizeList(dimension, new Field('item', new Float64()))),
    ],
    ['doubles of NumPy', 'doubles.npy', npy(values, header("'<f8'", size))],
    ['floats of NumPy', 'floats.npy', npy(Float32Array.from(values), header("'<f4'", size))],
    ['NumPy, version 2', 'two.npy', npy(values, header("'<f8'", size), 2)],
  ])('in %s are counted as the kernel counts them', async (_, name, content) => {
    const { features, profiles } = await profilesIn(name, content);
    expect(features).toEqual([{ name: 'embedding', type: 'embedding', dimension }]);
    expect(profiles.get('embedding')).toEqual(embeddingProfile(values, { dimension }));
  });

  it('in a file of NumPy 2.4 are those that were saved', async () => {
    // numpy.save of numpy.arange(6, dtype="<f4").reshape(3, 2) / 4, in base64.
    const saved = Buffer.from(
      'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAACAPgAAAD8AAEA/AACAPwAAoD8=',
      'base64',
    );
    const { profiles } = await profilesIn('numpy.npy', saved);
    const expected = Float64Array.of(0, 0.25, 0.5, 0.75, 1, 1.25);
    expect(profiles.get('embedding')).toEqual(embeddingProfile(expected, { dimension: 2 }));
  });

  it('are missing where they have another length or a value that is not a number', async () => {
    const some: unknown[] = [...lists];
    some.splice(1, 3, [1, 2], [1, null, 3, 4], { a: 1 });
    const { profiles } = await profilesIn('missing.ndjson', lines(some));
    const missing = values.slice();
    missing.fill(Number.NaN, 0, 4 * dimension);
    expect(profiles.get('embedding')).toEqual(embeddingProfile(missing, { dimension }));
  });

  it.each([
    ['names', (row: number) => [`a${row}`, '1']],
    ['lists', (row: number) => [[row], [1]]],
    ['numbers of many lengths', (row: number) => Array.from({ length: row % 5 }, () => 1)],
  ])('are not lists of %s', async (_, listOf) => {
    const other = Array.from({ length: rows }, (_, row) => listOf(row));
    await writeFile(folder.path('other.ndjson'), lines(other));
    await withDatabase(async (database) => {
      const source = await openSource(database, folder.path('other.ndjson'));
      expect(featuresOf(source)).toEqual([]);
      expect(() =>
        referenceColumn(source, { name: 'embedding', type: 'embedding', dimension: 2 }),
      ).toThrow(/holds values of type JSON; an embedding is read from lists of numbers/);
    });
  });

  it('of two files with other names and types are compared', async () => {
    const reference = folder.path('training.npy');
    const current = folder.path('today.ndjson');
    await writeFile(reference, npy(values, header("'<f8'", size)));
    const moved = lists.map((list) => list?.map((value) => value + 1) ?? null);
    await writeFile(current, lines(moved));
    const { features } = await runCompare({ reference, current });
    expect(features).toMatchObject([{ name: 'embedding', state: 'drift', currentRows: rows }]);
  });
});

describe('a file of NumPy', () => {
  const two = Float64Array.of(1, 2);
  it.each([
    ['text', Buffer.from('1,2,3,4,5,6,7,8'), /it is not an array that numpy.save writes/],
    ['a cut header', npy(two, header("'<f8'", '(1, 2)')).subarray(0, 60), /ends within its header/],
    ['cut values', npy(two, header("'<f8'", '(2, 2)')), /takes 32 bytes of values, and it has 16/],
    ['a later version', npy(two, header("'<f8'", '(1, 2)'), 4), /version 4; versions 1 to 3/],
    ['integers', npy(two, header("'<i8'", '(1, 2)')), /type <i8; save .* float32 or float64/],
    ['big-endian floats', npy(two, header("'>f8'", '(1, 2)')), /type >f8/],
    ['structures', npy(two, header("[('x', '<f8')]", '(2,)')), /type structure/],
    ['columns', npy(two, header("'<f8'", '(1, 2)', 'True')), /numpy.ascontiguousarray/],
    ['one dimension', npy(two, header("'<f8'", '(2,)')), /shape \(2,\); save one row per vector/],
    ['three dimensions', npy(two, header("'<f8'", '(1, 2, 1)')), /shape \(1, 2, 1\)/],
    ['one value per row', npy(two, header("'<f8'", '(2, 1)')), /of two or more values/],
  ])('is refused with %s', async (_, content, message) => {
    await expect(profilesIn('broken.npy', content)).rejects.toThrow(message);
  });

  it('may have no rows', async () => {
    const none = npy(new Float64Array(0), header("'<f8'", '(0, 3)'));
    expect((await profilesIn('none.npy', none)).features).toEqual([]);
  });
});

function lines(vectors: readonly unknown[]): string {
  return vectors.map((embedding) => JSON.stringify({ embedding })).join('\n');
}
