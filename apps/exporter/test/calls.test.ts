import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '@modelmeter/config-file';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exporter, startExporter } from '../src/exporter.js';

const flights = fileURLToPath(new URL('../demo/late-flights/', import.meta.url));

/** A version of a model; version 2 rejects inputs that version 1 only counts. */
function modelOf(version: string, calls: string): string {
  return `
  - name: late-flights
    version: "${version}"
    type: onnx
    path: ${flights}model.onnx
    ${calls}
    features:
      - { name: hour, type: numeric, minimum: 0, maximum: 23 }
      - { name: weekday, type: numeric }
      - { name: distance, type: numeric }
      - { name: origin, type: categorical }
      - { name: destination, type: categorical }
      - { name: origin_delay, type: numeric }
      - { name: destination_delay, type: numeric }
    outputs: { task: binary, score: probability }`;
}
const config = `
monitoring: { prometheus_port: 0 }
quality: { minimum_samples: 1 }
models:${modelOf('1', 'warm_up_calls: 0')}${modelOf('2', 'validation: reject')}
`;

let folder: string;
let exporter: Exporter;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelmeter-'));
  const path = join(folder, 'config.yaml');
  await writeFile(path, config);
  exporter = await startExporter({
    loaded: await loadConfig(path),
    log: pino({ level: 'silent' }),
  });
});

afterAll(async () => {
  await exporter.close();
  await rm(folder, { recursive: true });
});

function request(hour: number): { inputs: object[] } {
  const input = (name: string, datatype: string, value: unknown): object => ({
    name,
    datatype,
    shape: [1, 1],
    data: [value],
  });
  return {
    inputs: [
      input('hour', 'FP32', hour),
      input('weekday', 'FP32', 1),
      input('distance', 'FP32', 500),
      input('origin', 'BYTES', 'ORD'),
      input('destination', 'BYTES', 'JFK'),
      input('origin_delay', 'FP32', 3),
      input('destination_delay', 'FP32', 4),
    ],
  };
}

async function send(path: string, body: unknown) {
  const response = await fetch(exporter.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function infer(version: string, body: object) {
  return send(`/v2/models/late-flights/versions/${version}/infer`, body);
}

async function metric(name: string, version: string, labels: string): Promise<number> {
  const text = await (await fetch(`${exporter.url}/metrics`)).text();
  const start = `${name}{model_name="late-flights",model_version="${version}"${labels}} `;
  const line = text.split('\n').find((candidate) => candidate.startsWith(start));
  return line === undefined ? Number.NaN : Number(line.slice(start.length));
}

describe('an input that does not match its feature', () => {
  it('is answered with a problem that names feature, value and what is expected when validation is reject', async () => {
    const { status, body } = await infer('2', request(99));
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'INPUT_INVALID' });
    expect(body.detail).toContain('"hour" is 99 in row 0; it must be a number from 0 to 23');
    expect(await metric('model_prediction_errors_total', '2', ',reason="invalid_input"')).toBe(1);
    expect((await infer('2', request(9))).status).toBe(200);
  });

  it('is predicted and counted when validation is count', async () => {
    expect((await infer('1', request(99))).status).toBe(200);
    const labels = ',feature="hour",reason="range"';
    expect(await metric('model_feature_invalid_total', '1', labels)).toBe(1);
  });
});

describe('the target of a prediction that two versions made', () => {
  it('goes to both, or to one version when it is named or is the only one that made the prediction', async () => {
    const matched = (version: string): Promise<number> =>
      metric('model_targets_total', version, ',status="matched"');
    for (const version of ['1', '2']) await infer(version, { ...request(9), id: 'both' });
    await infer('1', { ...request(9), id: 'canary' });
    const target = { model: 'late-flights', target: 1 };
    const both = await send('/v1/targets', { ...target, prediction_id: 'both' });
    expect(both.body).toMatchObject({ matched: 2, duplicate: 0 });
    await send('/v1/targets', { ...target, prediction_id: 'canary' });
    expect([await matched('1'), await matched('2')]).toEqual([2, 1]);
    expect(await metric('model_targets_total', '2', ',status="unmatched"')).toBe(0);
    const other = await send('/v1/targets', { ...target, version: '2', prediction_id: 'canary' });
    expect(other.status).toBe(422);
    expect(await metric('model_targets_total', '2', ',status="unmatched"')).toBe(1);
  });
});
