import { writeFile } from 'node:fs/promises';
import { buildReference, referenceToJson } from '@modelmeter/core';
import { embeddingProfile } from '@modelmeter/kernel/profiles';
import { describe, expect, it } from 'vitest';
import { literal } from '../src/read/sql.js';
import { renderReport } from '../src/report/render-report.js';
import { normals, runCompare, useFolder, withDatabase } from './support.js';

const folder = useFolder();
const dimension = 12;
const rows = 2500;

/** Writes rows of a number and a vector; some vectors are missing, short or hold a missing value. */
async function writeVectors(name: string, seed: number, shift: number, type = 'FLOAT[]') {
  const path = folder.path(name);
  const values = normals(rows * dimension, seed).map((value) => Math.fround(value + shift));
  const vectors = Array.from({ length: rows }, (_, row) => {
    const vector = Array.from(values.subarray(row * dimension, (row + 1) * dimension));
    if (type === 'FLOAT[]' && row === 3) return 'NULL';
    if (type === 'FLOAT[]' && row === 4) return '[1.0, 2.0]';
    return `[${vector.map((value, index) => (row === 5 && index === 0 ? 'NULL' : value)).join(', ')}]`;
  });
  await withDatabase(async ({ connection }) => {
    const values = vectors.map((vector, row) => `(${row % 7}, ${vector})`).join(', ');
    await connection.run(
      `COPY (SELECT CAST(x AS DOUBLE) AS x, CAST(v AS ${type}) AS text FROM (VALUES ${values}) AS t(x, v))
       TO ${literal(path)} (FORMAT parquet)`,
    );
  });
  for (const row of [3, 4, 5]) values.fill(Number.NaN, row * dimension, (row + 1) * dimension);
  return { path, values };
}

describe('a column of vectors in Parquet', () => {
  it('is compared as an embedding, and counts what the kernel counts', async () => {
    const before = await writeVectors('before.parquet', 1, 0);
    const after = await writeVectors('after.parquet', 2, 0.6);
    const result = await runCompare({ reference: before.path, current: after.path });
    const found = result.features.find(({ name }) => name === 'text')!;
    expect(found).toMatchObject({ type: 'embedding', state: 'drift', currentRows: rows });
    expect(found.missingRatio).toEqual({ reference: 3 / rows, current: 3 / rows });
    const expected = embeddingProfile(before.values, { dimension });
    expect(found.embedding!.meanNorm.reference).toBeCloseTo(expected.meanNorm, 6);
    expect(result.driftedFeatures).toEqual(['text']);
    const page = renderReport(result, { generated: new Date(0), version: '1' });
    expect(page).toContain('Cosine to the centre of the reference');
  });

  it('of another sample of one source is not drift, whatever the type of its values', async () => {
    const before = await writeVectors('quiet-before.parquet', 3, 0);
    const after = await writeVectors('quiet-after.parquet', 4, 0, `DOUBLE[${dimension}]`);
    const { state } = await runCompare({ reference: before.path, current: after.path });
    expect(state).toBe('ok');
  });

  it('is compared with a reference file, without the features together unless they are asked for', async () => {
    const { values } = await writeVectors('unused.parquet', 5, 0);
    const x = Array.from({ length: rows }, (_, row) => row % 7);
    const reference = buildReference({
      modelName: 'a',
      modelVersion: '1',
      created: '2026-01-01T00:00:00.000Z',
      source: 'rows of a test',
      features: [
        { name: 'text', type: 'embedding', dimension },
        { name: 'x', type: 'numeric' },
      ],
      columns: { text: values, x },
      multivariate: true,
    });
    const path = folder.path('reference.json');
    await writeFile(path, JSON.stringify(referenceToJson(reference)));
    const after = await writeVectors('current.parquet', 6, 0);
    const result = await runCompare({ reference: path, current: after.path, chunkSize: 1250 });
    expect(result.features.map(({ name, state }) => [name, state])).toEqual([
      ['text', 'ok'],
      ['x', 'ok'],
    ]);
    expect(result.chunks!.map(({ features }) => features.map(({ name }) => name))).toEqual([
      ['x'],
      ['x'],
    ]);
  });
});
