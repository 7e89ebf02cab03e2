import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@modelmeter/config-file';
import { buildReference, referenceToJson } from '@modelmeter/core';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exporter, startExporter } from '../src/exporter.js';

const features = [{ name: 'rooms', type: 'numeric' }] as const;
const labels = 'model_name="prices",model_version="1"';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelmeter-'));
  const reference = buildReference({
    modelName: 'prices',
    modelVersion: '1',
    created: '2026-01-01T00:00:00.000Z',
    source: 'rows of a test',
    features,
    columns: { rooms: [1, 2, 2, 3, 4] },
  });
  await writeFile(join(folder, 'reference.json'), JSON.stringify(referenceToJson(reference)));
});

afterAll(() => rm(folder, { recursive: true }));

async function withExporter(drift: object, use: (exporter: Exporter) => Promise<void>) {
  const path = join(folder, 'config.yaml');
  const config = {
    monitoring: { prometheus_port: 0 },
    drift_detection: drift,
    models: [
      {
        name: 'prices',
        type: 'external',
        reference: 'reference.json',
        features,
        outputs: { task: 'regression', value: 'price' },
      },
    ],
  };
  await writeFile(path, JSON.stringify(config));
  const log = pino({ level: 'silent' });
  const exporter = await startExporter({ loaded: await loadConfig(path), log });
  try {
    await use(exporter);
  } finally {
    await exporter.close();
  }
}

async function askDrift({ url }: Exporter): Promise<{ status: number; body: object }> {
  const response = await fetch(`${url}/v1/models/prices/drift`, { method: 'POST' });
  return { status: response.status, body: (await response.json()) as object };
}

describe('drift on demand', () => {
  it('is evaluated on the windows of the process by default', async () => {
    await withExporter({}, async (exporter) => {
      expect(await askDrift(exporter)).toMatchObject({
        status: 200,
        body: { state: 'insufficient_data', features: [{ name: 'rooms' }] },
      });
    });
  });

  it('is refused by a replica, which names the process that evaluates drift', async () => {
    await withExporter({ source: 'none' }, async (exporter) => {
      expect(await askDrift(exporter)).toMatchObject({
        status: 409,
        body: {
          code: 'DRIFT_EVALUATED_ELSEWHERE',
          detail: expect.stringContaining('source: prometheus, which evaluates'),
        },
      });
      const page = await (await fetch(exporter.url)).text();
      expect(page).toContain('Another process evaluates the drift');
    });
  });

  it('reports, counts and shows why the counters of a fleet cannot be read', async () => {
    const prometheus = { url: 'http://127.0.0.1:9' };
    await withExporter({ source: 'prometheus', prometheus }, async (exporter) => {
      expect(await askDrift(exporter)).toMatchObject({
        status: 502,
        body: {
          code: 'PROMETHEUS_UNAVAILABLE',
          detail: expect.stringContaining('http://127.0.0.1:9/api/v1/query cannot be reached'),
        },
      });
      const metrics = await (await fetch(`${exporter.url}/metrics`)).text();
      expect(metrics).toContain(`model_drift_runs_total{${labels},status="error"} 1`);
      expect(metrics).toContain(`model_monitor_errors_total{${labels},stage="drift"} 1`);
      const page = await (await fetch(exporter.url)).text();
      expect(page).toContain('The last drift run failed.');
    });
  });
});
