import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildReference, type DriftReport, referenceToJson } from '@modelmeter/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTensor, tensorJson } from '../../src/inference/tensor.js';
import { request, withExporter } from '../support.js';

const rows = 500;
const features = [
  { name: 'member', type: 'categorical' },
  { name: 'account', type: 'categorical' },
  { name: 'price', type: 'numeric' },
  { name: 'night', type: 'numeric' },
] as const;
const index = Array.from({ length: rows }, (_, row) => row);
let folder: string;
let text: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelmeter-'));
  const reference = buildReference({
    modelName: 'prices',
    modelVersion: '1',
    created: '2026-01-01T00:00:00.000Z',
    source: 'rows of a test',
    features,
    columns: {
      member: index.map((row) => (row % 3 === 0 ? 'True' : 'False')),
      account: index.map((row) => `900719925474099${row % 2 === 0 ? '2' : '3'}`),
      price: index.map((row) => (row % 20) / 10),
      night: index.map((row) => Number(row % 2 === 0)),
    },
  });
  await writeFile(join(folder, 'reference.json'), JSON.stringify(referenceToJson(reference)));
  text = `
drift_detection: { window_rows: ${rows} }
models:
  - name: prices
    type: external
    reference: ${join(folder, 'reference.json')}
    features:
${features.map(({ name, type }) => `      - { name: ${name}, type: ${type} }`).join('\n')}
    outputs: { task: regression, value: y }
`;
});

afterAll(() => rm(folder, { recursive: true }));

function row(values: Record<string, unknown>): object {
  return { model: 'prices', features: values, outputs: { y: 1 }, duration_seconds: 0 };
}

async function drift(values: (row: number) => Record<string, unknown>) {
  return withExporter(text, async ({ url }) => {
    const sent = await request(
      `${url}/v1/predictions`,
      'POST',
      index.map((at) => row(values(at))),
    );
    expect(sent.status).toBe(200);
    const { body } = await request(`${url}/v1/models/prices/drift`, 'POST');
    return body as unknown as DriftReport;
  });
}

const same = (at: number): Record<string, unknown> => ({
  member: at % 3 === 0,
  account: `900719925474099${at % 2 === 0 ? '2' : '3'}`,
  price: Math.fround((at % 20) / 10),
  night: at % 2 === 0,
});

describe('values of JSON', () => {
  it('are those of the reference: booleans, numbers of float32, long integers as text', async () => {
    const { features: found } = await drift(same);
    for (const { name, state, findings, scores } of found) {
      expect({ name, state, findings }).toEqual({ name, state: 'ok', findings: [] });
      expect(scores.psi, name).toBeLessThan(1e-9);
    }
  });

  it('that no prediction has are a missing column, and nulls are missing values', async () => {
    const { features: found } = await drift((at) => {
      const { night: _, ...others } = same(at);
      return { ...others, price: null };
    });
    const kinds = Object.fromEntries(
      found.map(({ name, findings }) => [name, findings.map(({ kind }) => kind)]),
    );
    expect(kinds).toMatchObject({ night: ['column_missing'], price: ['missing_increased'] });
  });

  it('that have lost digits are refused as categories, and say how to send them', async () => {
    await withExporter(text, async ({ url }) => {
      const send = (account: string) =>
        request(
          `${url}/v1/predictions`,
          'POST',
          JSON.stringify(row({ account: 0 })).replace('"account":0', `"account":${account}`),
        );
      const { status, body } = await send('9007199254740993');
      expect({ status, code: body.code }).toEqual({ status: 422, code: 'INPUT_INVALID' });
      expect(body.detail).toMatch(/"account" is 9007199254740992.*send it as a string/);
      expect((await send('9007199254740991')).status).toBe(200);
      expect((await send('"9007199254740993"')).status).toBe(200);
    });
  });
});

describe('an integer of 64 bits in a tensor', () => {
  const read = (datatype: string, value: unknown) =>
    readTensor({ name: 'id', shape: [1], datatype, data: [value] });

  it('keeps its digits', () => {
    for (const [datatype, value] of [
      ['INT64', '-9223372036854775808'],
      ['INT64', '9007199254740993'],
      ['UINT64', '18446744073709551615'],
    ] as const) {
      const { type, shape, data } = read(datatype, value);
      const back = tensorJson('id', { type, dims: shape, data: data as ArrayLike<unknown> });
      expect(back).toContain(`"data":[${value}]`);
    }
    expect(read('INT64', 7).data).toEqual(BigInt64Array.of(7n));
  });

  it.each([
    ['INT64', 2 ** 53],
    ['INT64', '9223372036854775808'],
    ['UINT64', -1],
    ['INT64', '1.5'],
    ['INT64', ''],
    ['INT64', null],
  ])('of %s is refused when it is %s', (datatype, value) => {
    expect(() => read(datatype, value)).toThrow(/must be a whole number from .* to /);
  });
});
