import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '@modelmeter/config-file';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Exporter, startExporter } from '../src/exporter.js';

const flights = fileURLToPath(new URL('../demo/late-flights/', import.meta.url));

const external = (name: string, more = ''): string => `
  - name: ${name}
    type: external
    features: [{ name: rooms, type: numeric }]
    outputs: { task: regression, value: price }
    ${more}`;

const lateFlights = (more = '', folder = flights): string => `
  - name: late-flights
    type: onnx
    path: ${folder}model.onnx
    reference: ${folder}reference.json
    features:
      - { name: hour, type: numeric, cycle: day }
      - { name: weekday, type: numeric, cycle: week }
      - { name: distance, type: numeric }
      - { name: origin, type: categorical }
      - { name: destination, type: categorical }
      - { name: origin_delay, type: numeric }
      - { name: destination_delay, type: numeric }
    outputs: { task: binary, score: probability }
    ${more}`;

const flight = {
  inputs: [
    ...Object.entries({
      hour: 17,
      weekday: 5,
      distance: 733,
      origin_delay: 48,
      destination_delay: 35,
    }).map(([name, value]) => ({ name, shape: [1, 1], datatype: 'FP32', data: [value] })),
    { name: 'origin', shape: [1, 1], datatype: 'BYTES', data: ['ORD'] },
    { name: 'destination', shape: [1, 1], datatype: 'BYTES', data: ['LGA'] },
  ],
};

const monitoring = 'monitoring: { prometheus_port: 0, gpu: off }';
const successful = 'model_monitor_config_last_reload_successful';
const successTime = 'model_monitor_config_last_reload_success_timestamp_seconds';

let folder: string;
let path: string;
let exporter: Exporter;
let logged: {
  level: number;
  msg: string;
  error?: string;
  started?: string[];
  stopped?: string[];
}[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelmeter-reload-'));
  path = join(folder, 'config.yaml');
  logged = [];
});

afterEach(async () => {
  await exporter.close();
  await rm(folder, { recursive: true });
});

async function write(models: readonly string[], settings: string = monitoring): Promise<void> {
  await writeFile(path, `${settings}\nmodels:${models.join('')}\n`);
}

async function start(models: readonly string[], settings?: string): Promise<void> {
  await write(models, settings);
  const log = pino({}, { write: (line: string) => logged.push(JSON.parse(line)) });
  exporter = await startExporter({ loaded: await loadConfig(path), log });
}

function reload(): Promise<void> {
  return exporter.reload(() => loadConfig(path));
}

async function scrape(): Promise<string> {
  return (await fetch(`${exporter.url}/metrics`)).text();
}

async function metric(series: string): Promise<number> {
  const line = (await scrape()).split('\n').find((text) => text.startsWith(`${series} `));
  return line === undefined ? Number.NaN : Number(line.slice(series.length + 1));
}

const predictions = (model: string): Promise<number> =>
  metric(`model_predictions_total{model_name="${model}",model_version="1",status="success"}`);

async function predict(model: string, id: string): Promise<number> {
  const response = await send('/v1/predictions', {
    model,
    id,
    features: { rooms: 3 },
    outputs: { price: 400 },
    duration_seconds: 0.01,
  });
  return response.status;
}

function send(address: string, body: unknown): Promise<Response> {
  return fetch(exporter.url + address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

describe('a new configuration', () => {
  it('starts added models, restarts changed models, stops removed models and keeps the others', async () => {
    await start([external('kept'), external('changed'), external('removed')]);
    for (const model of ['kept', 'changed', 'removed']) {
      expect(await predict(model, 'p1')).toBe(200);
    }
    await write([external('added'), external('changed', 'warm_up_calls: 1'), external('kept')]);
    await reload();

    expect(exporter.monitors.map(({ model }) => model.name)).toEqual(['added', 'changed', 'kept']);
    expect(await predictions('kept')).toBe(1);
    expect(await predictions('changed')).toBe(0);
    expect(await predictions('added')).toBe(0);
    expect(await scrape()).not.toContain('removed');
    expect(await predict('removed', 'p2')).toBe(404);
    expect(await predict('added', 'p2')).toBe(200);
    expect(await predictions('added')).toBe(1);
    // The changed model now excludes its first call, and the kept one still joins its targets.
    expect(await predict('changed', 'p2')).toBe(200);
    expect(await predict('changed', 'p3')).toBe(200);
    expect(await predictions('changed')).toBe(1);
    const targets = await send('/v1/targets', { model: 'kept', prediction_id: 'p1', target: 395 });
    expect(await targets.json()).toMatchObject({ matched: 1, duplicate: 0 });
    expect(logged.at(-1)).toMatchObject({
      started: ['added version 1', 'changed version 1'],
      stopped: ['changed version 1', 'removed version 1'],
    });
  });

  it('without changes keeps everything and counts as a success', async () => {
    await start([external('kept')]);
    await predict('kept', 'p1');
    const [monitor] = exporter.monitors;
    const before = await metric(successTime);
    expect(await metric(successful)).toBe(1);
    await reload();
    expect(exporter.monitors).toEqual([monitor]);
    expect(await predictions('kept')).toBe(1);
    expect(await metric(successful)).toBe(1);
    expect(await metric(successTime)).toBeGreaterThan(before);
  });

  it('restarts all models for new thresholds, but not for new notification channels', async () => {
    await start([external('kept')]);
    await predict('kept', 'p1');
    await write(
      [external('kept')],
      `${monitoring}\nalerts: { notification_channel: slack, slack: { channel: "#models" } }`,
    );
    await reload();
    expect(await predictions('kept')).toBe(1);
    await write([external('kept')], `${monitoring}\nalerts: { latency_p99_ms: 20 }`);
    await reload();
    expect(await predictions('kept')).toBe(0);
    const labels = 'model_name="kept",model_version="1"';
    expect(await metric(`model_slo_latency_threshold_seconds{${labels}}`)).toBe(0.02);
  });

  it('restarts a model whose file has changed, even when its settings have not', async () => {
    const copy = `${folder}/`;
    for (const file of ['model.onnx', 'reference.json']) {
      await writeFile(copy + file, await readFile(flights + file));
    }
    await start([lateFlights('', copy), external('kept')]);
    await predict('kept', 'p1');
    const [before] = exporter.monitors;
    const reference = JSON.parse(await readFile(`${copy}reference.json`, 'utf8'));
    await writeFile(`${copy}reference.json`, JSON.stringify(reference, null, 1));
    await reload();
    expect(exporter.monitors[0]).not.toBe(before);
    expect(exporter.monitors[0]?.reference?.id).toBe(reference.id);
    expect(await predictions('kept')).toBe(1);
  });

  it('does not affect calls in progress', async () => {
    await start([lateFlights()]);
    const answers = [];
    for (let round = 1; round <= 4; round += 1) {
      for (let call = 0; call < 25; call += 1) {
        answers.push(send('/v2/models/late-flights/infer', flight).then(({ status }) => status));
      }
      await write([lateFlights(`feature_sampling_rate: 0.${round}`)]);
      await reload();
    }
    expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
    expect((await send('/v2/models/late-flights/infer', flight)).status).toBe(200);
    const labels = 'model_name="late-flights",model_version="1"';
    expect(await metric(`model_predictions_in_flight{${labels}}`)).toBe(0);
    const counted = await predictions('late-flights');
    expect(counted).toBeGreaterThanOrEqual(1);
    expect(counted).toBeLessThanOrEqual(101);
    expect(logged.filter(({ level }) => level > 30)).toEqual([]);
  });

  it('waits for the reload before it, so that the last configuration is in use', async () => {
    await start([external('first')]);
    await write([external('first'), lateFlights()]);
    const slow = reload();
    const text = `${monitoring}\nmodels:${external('last')}\n`;
    const quick = exporter.reload(async () => {
      await writeFile(path, text);
      return loadConfig(path);
    });
    await Promise.all([slow, quick]);
    expect(exporter.monitors.map(({ model }) => model.name)).toEqual(['last']);
    expect(await scrape()).not.toContain('late-flights');
  });
});

describe('an invalid configuration', () => {
  it.each([
    [
      'with an unknown setting',
      () => write([external('changed', 'warm_up_calls: -3')]),
      'CONFIG_INVALID',
      /models\[0\]\.warm_up_calls \(line 7\)/,
    ],
    [
      'that is not YAML',
      () => writeFile(path, 'models: ['),
      'CONFIG_UNREADABLE',
      /config\.yaml is not valid YAML/,
    ],
    ['that is gone', () => rm(path), 'CONFIG_UNREADABLE', /config\.yaml cannot be read/],
    [
      'whose second model lacks its reference file',
      () =>
        write([external('changed', 'warm_up_calls: 3'), external('other', 'reference: no.json')]),
      'REFERENCE_UNREADABLE',
      /The reference of model "other", .*no\.json, cannot be read/,
    ],
    [
      'whose model file does not have its features',
      () => write([lateFlights().replace('probability', 'odds')]),
      'MODEL_MISMATCH',
      /has no output "odds"/,
    ],
    [
      'that only createMonitor refuses',
      () => write([external('changed')], `${monitoring}\ndrift_detection: { segment: rooms }`),
      'CONFIG_INVALID',
      /drift_detection\.segment/,
    ],
    [
      'whose secret for Prometheus is missing',
      () =>
        write(
          [external('changed')],
          `${monitoring}\ndrift_detection: { source: prometheus, prometheus: { url: "http://127.0.0.1:9", bearer_token_file: no-token } }`,
        ),
      'SECRET_UNREADABLE',
      /no-token/,
    ],
    [
      'with another port',
      () =>
        write(
          [external('changed', 'warm_up_calls: 3')],
          'monitoring:\n  prometheus_port: 9000\n  gpu: off',
        ),
      'SETTING_FIXED',
      /monitoring\.prometheus_port \(line 2\): is 9000, but 0 is in use\n.*restart the exporter/,
    ],
  ] as const)('%s changes nothing, and says why', async (_, spoil, code, message) => {
    await start([external('changed'), external('removed')]);
    await predict('changed', 'p1');
    const before = await metric(successTime);
    const { monitors } = exporter;
    await spoil();
    await expect(reload()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });

    expect(exporter.monitors).toEqual(monitors);
    expect(await predictions('changed')).toBe(1);
    expect(await predict('removed', 'p1')).toBe(200);
    expect(await scrape()).not.toMatch(/model_name="(other|late-flights)"/);
    expect(await metric(successful)).toBe(0);
    expect(await metric(successTime)).toBe(before);
    expect(logged.at(-1)).toMatchObject({ level: 50, error: expect.stringMatching(message) });

    await write([external('changed'), external('removed')]);
    await reload();
    expect(await metric(successful)).toBe(1);
    expect(await predictions('changed')).toBe(1);
  });

  it('is refused while the exporter stops, and leaves nothing open', async () => {
    await start([external('first')]);
    await write([lateFlights()]);
    const reloading = reload();
    const closing = exporter.close();
    await expect(reloading).rejects.toMatchObject({ code: 'STOPPING' });
    await closing;
  });
});
