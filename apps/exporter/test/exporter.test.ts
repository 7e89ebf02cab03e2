import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@modelmeter/config-file';
import { buildReference, referenceToJson } from '@modelmeter/core';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exporter, startExporter } from '../src/exporter.js';
import { flights, twoModels } from './support.js';

const log = pino({ level: 'silent' });

const config = `
monitoring: { prometheus_port: 0, maximum_series: 5000 }
quality: { minimum_samples: 1 }
${twoModels}  - name: texts
    type: external
    features:
      - { name: text, type: embedding, dimension: 3 }
      - { name: words, type: numeric }
    outputs: { task: binary, score: score }
  - name: shop
    type: external
    features: [{ name: visits, type: numeric }]
    outputs: { task: ranking, items: items, k: 3 }
  - name: tickets
    type: external
    features: [{ name: length, type: numeric }]
    outputs: { task: multilabel, scores: scores, labels: [refund, urgent] }
  - name: grades
    type: external
    features: [{ name: length, type: numeric }]
    outputs:
      task: multiclass
      class: grade
      classes: [good, bad]
      business_value: [[1, -2], [-4, 0]]
`;

let folder: string;
let exporter: Exporter;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelmeter-'));
  exporter = await start(config);
});

afterAll(async () => {
  await exporter.close();
  await rm(folder, { recursive: true });
});

async function start(text: string): Promise<Exporter> {
  const path = join(folder, 'config.yaml');
  await writeFile(path, text);
  return startExporter({ loaded: await loadConfig(path), log });
}

async function send(
  path: string,
  body: unknown,
  contentType = 'application/json',
): Promise<{ status: number; body: Record<string, unknown>; type: string | null }> {
  const response = await fetch(exporter.url + path, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const type = response.headers.get('content-type');
  return { status: response.status, body: (await response.json()) as never, type };
}

async function metric(line: string): Promise<number> {
  const text = await (await fetch(`${exporter.url}/metrics`)).text();
  const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `));
  return found === undefined ? Number.NaN : Number(found.slice(line.length + 1));
}

const flight = {
  inputs: [
    ...['hour', 'weekday', 'distance', 'origin_delay', 'destination_delay'].map((name, index) => ({
      name,
      shape: [2, 1],
      datatype: 'FP32',
      data: [
        [17, 8],
        [5, 2],
        [733, 200],
        [48, null],
        [35, 2],
      ][index],
    })),
    { name: 'origin', shape: [2, 1], datatype: 'BYTES', data: ['ORD', 'KORD'] },
    { name: 'destination', shape: [2, 1], datatype: 'BYTES', data: ['LGA', 'DEN'] },
  ],
};
const flightLabels = 'model_name="late-flights",model_version="1"';
const priceLabels = 'model_name="prices",model_version="1"';

describe('serving a model', () => {
  it('answers an inference request of the Open Inference Protocol and meters it', async () => {
    const { status, body } = await send('/v2/models/late-flights/infer', { id: 'a', ...flight });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      model_name: 'late-flights',
      id: 'a',
      parameters: { prediction_ids: ['a/0', 'a/1'] },
    });
    const outputs = body.outputs as { name: string; shape: number[]; data: number[] }[];
    const probability = outputs.find(({ name }) => name === 'probability');
    expect(probability?.shape).toEqual([2, 1]);
    for (const value of probability?.data ?? []) {
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(1);
    }
    expect(await metric(`model_predictions_total{${flightLabels},status="success"}`)).toBe(1);
    expect(await metric(`model_prediction_samples_total{${flightLabels}}`)).toBe(2);
    expect(await metric(`model_prediction_seconds_count{${flightLabels}}`)).toBe(1);
    const { id } = exporter.monitors[0]!.reference!;
    const delay = `${flightLabels},feature="origin_delay",reference_id="${id}"`;
    expect(await metric(`model_feature_missing_total{${delay}}`)).toBe(1);
  });

  it('joins targets that come later', async () => {
    const { body } = await send('/v1/targets', [
      { model: 'late-flights', prediction_id: 'a/0', target: true },
      { model: 'late-flights', prediction_id: 'a/1', target: 0 },
    ]);
    expect(body).toEqual({ matched: 2, duplicate: 0, corrected: 0, held: 0 });
    expect(await metric(`model_targets_total{${flightLabels},status="matched"}`)).toBe(2);
    expect(await metric(`model_quality_window_samples{${flightLabels}}`)).toBe(2);
    expect(await metric(`model_target_coverage_ratio{${flightLabels}}`)).toBe(1);
  });

  it('counts an unseen category separately', async () => {
    const reference = JSON.parse(await readFile(`${flights}reference.json`, 'utf8'));
    const labels = `${flightLabels},feature="origin",reference_id="${reference.id}"`;
    expect(await metric(`model_feature_category_total{${labels},category="__unseen__"}`)).toBe(1);
    expect(await metric(`model_feature_category_total{${labels},category="ORD"}`)).toBe(1);
  });

  it('describes the model and its health', async () => {
    const model = await (await fetch(`${exporter.url}/v2/models/late-flights`)).json();
    expect(model).toMatchObject({
      name: 'late-flights',
      platform: 'onnxruntime_onnx',
      inputs: expect.arrayContaining([
        { name: 'hour', datatype: 'FP32', shape: [-1, 1] },
        { name: 'origin', datatype: 'BYTES', shape: [-1, 1] },
      ]),
    });
    for (const path of [
      '/livez',
      '/readyz',
      '/startupz',
      '/healthz',
      '/v2/health/live',
      '/v2/health/ready',
      '/v2/models/late-flights/ready',
    ]) {
      expect((await fetch(exporter.url + path)).status).toBe(200);
    }
  });
});

describe('recording predictions made elsewhere', () => {
  it('records JSON and NDJSON and joins their targets', async () => {
    const rows = [1, 2, 3].map((rooms) => ({
      model: 'prices',
      id: `p${rooms}`,
      features: { rooms, district: 'north' },
      outputs: { price: rooms * 100 },
      duration_seconds: 0.01,
    }));
    const single = await send('/v1/predictions', rows[0]);
    expect(single.body).toEqual({
      accepted: 1,
      duplicate: 0,
      prediction_ids: ['p1'],
      results: ['accepted'],
    });
    const lines = rows.slice(1).map((row) => JSON.stringify(row));
    const several = await send('/v1/predictions', `${lines.join('\n')}\n`, 'application/x-ndjson');
    expect(several.body).toMatchObject({ accepted: 2, prediction_ids: ['p2', 'p3'] });
    await send('/v1/targets', { model: 'prices', prediction_id: 'p2', target: 230 });
    expect(await metric(`model_mean_absolute_error{${priceLabels}}`)).toBe(30);
    expect(await metric(`model_prediction_samples_total{${priceLabels}}`)).toBe(3);
  });

  it('records predictions and targets that are sent again once, and says so row by row', async () => {
    const row = (id: string, rooms: number) => ({
      model: 'prices',
      id,
      features: { rooms, district: 'north' },
      outputs: { price: 100 },
      duration_seconds: 0.01,
    });
    const before = await metric(`model_prediction_samples_total{${priceLabels}}`);
    const sent = [row('r1', 1), row('r2', 2)];
    await send('/v1/predictions', sent);
    const again = await send('/v1/predictions', [...sent, row('r3', 3), row('r3', 3)]);
    expect(again.body).toEqual({
      accepted: 1,
      duplicate: 3,
      prediction_ids: ['r1', 'r2', 'r3', 'r3'],
      results: ['duplicate', 'duplicate', 'accepted', 'duplicate'],
    });
    expect(await metric(`model_prediction_samples_total{${priceLabels}}`)).toBe(before + 3);
    expect(await metric(`model_prediction_duplicates_total{${priceLabels}}`)).toBe(3);
    const target = { model: 'prices', prediction_id: 'r1', target: 90 };
    await send('/v1/targets', target);
    const replayed = await send('/v1/targets', [target, { ...target, prediction_id: 'r2' }]);
    expect(replayed.body).toEqual({ matched: 1, duplicate: 1, corrected: 0, held: 0 });
  });

  it('takes the times of predictions and targets, and refuses those out of range', async () => {
    const hoursAgo = (hours: number): number => Date.now() / 1000 - hours * 3600;
    const row = {
      model: 'prices',
      features: { rooms: 3 },
      outputs: { price: 100 },
      duration_seconds: 0.01,
    };
    const delays = `model_target_delay_seconds_bucket{${priceLabels},le="3600.0"}`;
    const before = await metric(delays);
    const text = new Date(hoursAgo(5) * 1000).toISOString();
    await send('/v1/predictions', [
      { ...row, id: 't1', timestamp: text },
      { ...row, id: 't2', timestamp: hoursAgo(5) },
    ]);
    const target = { model: 'prices', target: 90 };
    const sent = await send('/v1/targets', [
      { ...target, prediction_id: 't1', timestamp: hoursAgo(4.5) },
      { ...target, prediction_id: 't2', timestamp: hoursAgo(-1) },
    ]);
    expect(sent.status).toBe(422);
    expect(sent.body).toMatchObject({ matched: 1, unused: 1 });
    expect(sent.body.detail).toContain('Row 1: the timestamp of the target is more than 5 minutes');
    expect(await metric(delays)).toBe(before + 1);
    for (const timestamp of [hoursAgo(24 * 8), hoursAgo(-1)]) {
      const refused = await send('/v1/predictions', [row, { ...row, timestamp }]);
      expect(refused.status).toBe(422);
      expect(refused.body.detail).toContain(`Row 1: timestamp ${timestamp} is older than`);
    }
    for (const timestamp of ['yesterday', '2026-01-01T00:00:00', true]) {
      const refused = await send('/v1/predictions', { ...row, timestamp });
      expect(refused.body.detail).toContain('timestamp');
      expect(refused.status).toBe(422);
    }
  });

  it('records vectors, and refuses those of another length', async () => {
    const row = { model: 'texts', outputs: { score: 0.5 }, duration_seconds: 0 };
    const sent = await send('/v1/predictions', [
      { ...row, features: { text: [1, 2, 3], words: 2 } },
      { ...row, features: { text: null } },
    ]);
    expect(sent.body.accepted).toBe(2);
    const short = await send('/v1/predictions', { ...row, features: { text: [1, 2] } });
    expect(short.status).toBe(422);
    expect(short.body.detail).toBe(
      'Row 0: feature "text" is an array of 2; it is an embedding: send an array of 3 numbers, or null when it is missing.',
    );
    const scalar = await send('/v1/predictions', { ...row, features: { words: [1] } });
    expect(scalar.body.detail).toContain('it is numeric: send one value');
  });

  it('records rankings and sets of labels, and scores them', async () => {
    const common = { id: 'r', duration_seconds: 0 };
    await send('/v1/predictions', [
      { ...common, model: 'shop', features: { visits: 3 }, outputs: { items: ['a', 7, 'c'] } },
      { ...common, model: 'tickets', features: { length: 9 }, outputs: { scores: [0.7, 0.1] } },
      { ...common, model: 'grades', features: { length: 9 }, outputs: { grade: [0.7, 0.1] } },
    ]);
    const { body } = await send('/v1/targets', [
      { model: 'shop', prediction_id: 'r', target: { '7': 2, z: 1 } },
      { model: 'tickets', prediction_id: 'r', target: ['refund', 'urgent'] },
      { model: 'grades', prediction_id: 'r', target: 'bad' },
    ]);
    expect(body).toMatchObject({ matched: 3, duplicate: 0 });
    const score = (model: string, name: string): Promise<number> =>
      metric(`model_quality_score{model_name="${model}",model_version="1",score="${name}"}`);
    expect(await score('shop', 'mean_reciprocal_rank')).toBe(0.5);
    expect(await score('tickets', 'micro_recall')).toBe(0.5);
    expect(await score('grades', 'business_value')).toBe(-4);
    const total = 'model_score_negative_sum_total{model_name="grades",model_version="1"';
    expect(await metric(`${total},score="business_value"}`)).toBe(4);
    const low = 'model_quality_score_bound{model_name="tickets",model_version="1"';
    expect(await metric(`${low},score="micro_recall",bound="low"}`)).toBeLessThan(0.5);
  });

  it.each([
    ['shop', { visits: 1 }, { items: 'a' }, 'outputs.items is "a"; send an array of the ids'],
    ['shop', { visits: 1 }, { items: [2 ** 60] }, 'above 2^53 as strings'],
    ['tickets', { length: 1 }, { scores: [0.5] }, 'send an array of 2 scores, one for each label'],
    ['grades', { length: 1 }, { grade: [0.5, 'x'] }, 'send a class, or an array of 2 scores'],
    ['prices', { rooms: 1 }, { price: [1] }, 'outputs.price is an array of 1; send a number'],
  ])('refuses an output of %s in another form', async (model, features, outputs, message) => {
    const row = { model, features, outputs, duration_seconds: 0 };
    const { status, body } = await send('/v1/predictions', row);
    expect(status).toBe(422);
    expect(body.detail).toContain(message);
  });

  it.each([
    ['shop', 'a', 'an array of item ids, or an object with the gain of each, 0 or more'],
    ['tickets', ['other'], 'an array of some of refund, urgent'],
  ])('refuses a target of %s in another form', async (model, target, expected) => {
    const { body } = await send('/v1/targets', { model, prediction_id: 'r', target });
    expect(body.detail).toContain(`it must be ${expected}`);
  });

  it.each([
    ['a list of names', '["x"]', 'feature "rooms" is an array of 1; send a finite number'],
    ['an object', '{"x":1}', 'feature "rooms" is an object; send a finite number'],
    ['a number beyond those of IEEE 754', '1e999', 'feature "rooms" is Infinity; send a finite'],
    ['an array with such a number', '[1, -1e999]', 'feature "rooms" is an array of 2; send a'],
  ])('refuses %s as the value of a feature', async (_, value, message) => {
    const body = `[{"model":"prices","features":{"rooms":${value}},"outputs":{"price":1},"duration_seconds":0}]`;
    const response = await fetch(`${exporter.url}/v1/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(422);
    expect(await response.text()).toContain(JSON.stringify(message).slice(1, -1));
  });

  it.each([['[1]'], ['null'], ['"rooms"'], ['7']])(
    'refuses %s in place of the features',
    async (value) => {
      const { status, body } = await send('/v1/predictions', {
        model: 'prices',
        features: JSON.parse(value),
        outputs: { price: 1 },
        duration_seconds: 0,
      });
      expect(status).toBe(422);
      expect(body.detail).toContain('features: must be an object');
    },
  );

  it('records no row of a body when one row is invalid', async () => {
    const before = await metric(`model_prediction_samples_total{${priceLabels}}`);
    const row = {
      model: 'prices',
      features: { rooms: 1 },
      outputs: { price: 1 },
      duration_seconds: 0,
    };
    const { status, body } = await send('/v1/predictions', [
      row,
      { ...row, features: { rooms: 'three' } },
    ]);
    expect(status).toBe(422);
    expect(body.detail).toBe(
      'Row 1: feature "rooms" is "three"; it is numeric: send a number, or null when it is missing.',
    );
    expect(await metric(`model_prediction_samples_total{${priceLabels}}`)).toBe(before);
  });
});

describe('refusing bad input', () => {
  it.each([
    ['malformed JSON', '/v1/predictions', '{"model": ', 400, 'BODY_MALFORMED', 'not valid JSON'],
    [
      'an unknown model',
      '/v2/models/other/infer',
      flight,
      404,
      'MODEL_UNKNOWN',
      'Available: late-flights',
    ],
    ['an unknown route', '/v3', {}, 404, 'ROUTE_UNKNOWN', 'GET /openapi.json lists'],
    [
      'inference on an external model',
      '/v2/models/prices/infer',
      flight,
      409,
      'MODEL_NOT_SERVED',
      '/v1/predictions',
    ],
    [
      'a missing input',
      '/v2/models/late-flights/infer',
      { inputs: flight.inputs.slice(1) },
      422,
      'INPUT_INVALID',
      'lacks the input hour',
    ],
    [
      'an unknown feature',
      '/v1/predictions',
      { model: 'prices', features: { roms: 1 }, outputs: { price: 1 }, duration_seconds: 0 },
      422,
      'INPUT_INVALID',
      'unknown feature "roms" of model "prices". Available: rooms, district',
    ],
    [
      'a missing output',
      '/v1/predictions',
      { model: 'prices', features: {}, duration_seconds: 0 },
      422,
      'INPUT_INVALID',
      'outputs.price is missing',
    ],
    [
      'a target without a prediction',
      '/v1/targets',
      { model: 'prices', prediction_id: 'never', target: 1 },
      422,
      'TARGET_UNMATCHED',
      'no prediction "never"',
    ],
    [
      'a target of the wrong type',
      '/v1/targets',
      { model: 'late-flights', prediction_id: 'a/0', target: 'late' },
      422,
      'TARGET_UNMATCHED',
      'true, false, 1 or 0',
    ],
  ] as const)(
    'answers %s with a problem body, and counts it',
    async (_, path, body, status, code, detail) => {
      const answer = await send(path, body);
      expect(answer.status).toBe(status);
      expect(answer.type).toContain('application/problem+json');
      expect(answer.body.code).toBe(code);
      expect(answer.body.detail).toContain(detail);
      const text = await (await fetch(`${exporter.url}/metrics`)).text();
      expect(text).toMatch(
        new RegExp(`model_monitor_rejected_requests_total\\{.*code="${code}"\\} [1-9]`),
      );
    },
  );

  it('names the place of a value of the wrong type', async () => {
    const inputs = flight.inputs.map((input) =>
      input.name === 'hour' ? { ...input, data: [17, 'eight'] } : input,
    );
    const { status, body } = await send('/v2/models/late-flights/infer', { inputs });
    expect(status).toBe(422);
    expect(body.detail).toContain('Input "hour", value 1, is "eight"');
  });

  it('does not stop later requests', async () => {
    expect((await send('/v2/models/late-flights/infer', flight)).status).toBe(200);
  });
});

describe('the reference of a model', () => {
  const put = (name: string, body: unknown): Promise<Response> =>
    fetch(`${exporter.url}/v1/models/${name}/reference`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('can be read and replaced while the exporter runs, and its id is on the metrics', async () => {
    const path = `${exporter.url}/v1/models/late-flights/reference`;
    const document = (await (await fetch(path)).json()) as { id: string };
    const missing = await fetch(`${exporter.url}/v1/models/prices/reference`);
    expect(missing.status).toBe(404);
    const reference = referenceToJson(
      buildReference({
        modelName: 'prices',
        modelVersion: '1',
        created: '2026-01-01T00:00:00.000Z',
        source: 'a test',
        features: [
          { name: 'rooms', type: 'numeric' },
          { name: 'district', type: 'categorical' },
        ],
        columns: { rooms: [1, 2, 3, 3], district: ['a', 'b', 'b', null] },
      }),
    ) as { id: string };
    const response = await put('prices', reference);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ reference_id: reference.id, rows: 4 });
    const metrics = await (await fetch(`${exporter.url}/metrics`)).text();
    expect(metrics).toMatch(
      new RegExp(`model_info\\{model_name="prices",.*reference_id="${reference.id}"`),
    );
    expect(metrics).toMatch(
      new RegExp(`model_info\\{model_name="late-flights",.*reference_id="${document.id}"`),
    );
  });

  it('stays when a new one does not match the features', async () => {
    const path = `${exporter.url}/v1/models/late-flights/reference`;
    const before = (await (await fetch(path)).json()) as { id: string; rows: number };
    const foreign = await put('late-flights', { format: 'else' });
    expect(foreign.status).toBe(422);
    expect(await foreign.json()).toMatchObject({
      code: 'REFERENCE_INVALID',
      detail: expect.stringContaining('The body is not a Modelmeter reference'),
    });
    expect((await put('late-flights', { ...before, id: 'abc' })).status).toBe(422);
    expect(await (await fetch(path)).json()).toMatchObject({ id: before.id });
  });

  it('is recorded only when record_reference is set', async () => {
    const response = await fetch(`${exporter.url}/v1/models/prices/reference/recorded`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      detail: expect.stringContaining('Set drift_detection.record_reference: true.'),
    });
  });
});

describe('the pages', () => {
  it('show the models and the runbooks', async () => {
    const status = await (await fetch(exporter.url)).text();
    expect(status).toContain('late-flights');
    expect(status).toContain('prices');
    const runbook = await fetch(`${exporter.url}/runbooks/data_drift_detected`);
    expect(runbook.status).toBe(200);
    expect(await runbook.text()).toContain('id="modeldatadrift"');
    expect((await fetch(`${exporter.url}/runbooks/..%2Fpackage`)).status).toBe(404);
  });

  it('include the metrics, in the format and encoding that a scrape asks for', async () => {
    const scrape = (headers: Record<string, string>, method = 'GET') =>
      fetch(`${exporter.url}/metrics`, { method, headers });
    const plain = await scrape({ accept: '*/*', 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toContain('# TYPE model_predictions_total counter\n');
    const openMetrics = { accept: 'application/openmetrics-text; version=1.0.0' };
    const small = await scrape({ ...openMetrics, 'accept-encoding': 'gzip' });
    expect(small.headers.get('content-type')).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    );
    expect(small.headers.get('content-encoding')).toBe('gzip');
    expect(small.headers.get('vary')).toBe('accept, accept-encoding');
    const text = await small.text();
    expect(text.endsWith('\n# EOF\n')).toBe(true);
    expect(text).toContain('# TYPE model_predictions counter\n');
    expect(text).toContain('model_predictions_total{');
    const head = await scrape(openMetrics, 'HEAD');
    expect(head.status).toBe(200);
    expect(head.headers.get('content-type')).toBe(small.headers.get('content-type'));
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(1000);
    expect(await head.text()).toBe('');
  });

  it('show the limit and the number of series', async () => {
    expect(await metric('model_monitor_series_limit')).toBe(5000);
    const text = await (await fetch(`${exporter.url}/metrics`)).text();
    const ours = text.match(/^model_.*$/gm)?.length ?? 0;
    const held = await metric('model_monitor_series');
    // Gauges without a value are held, but not exposed.
    expect(held).toBeGreaterThanOrEqual(ours);
    expect(held).toBeLessThan(ours + 200);
  });

  it('show the health of the process, garbage collections included', async () => {
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_heap_size_used_bytes',
    ]) {
      expect(await metric(name), name).toBeGreaterThan(0);
    }
    const text = await (await fetch(`${exporter.url}/metrics`)).text();
    expect(text).not.toMatch(/^nodejs_\w+ NaN$/im);
    for (const kind of ['major', 'minor', 'incremental', 'weakcb']) {
      expect(text).toContain(`nodejs_gc_duration_seconds_count{kind="${kind}"} `);
    }
  });

  it('show an alert that Alertmanager delivered', async () => {
    const alert = {
      status: 'firing',
      labels: { alertname: 'ModelDataDrift', model_name: '<b>late-flights</b>' },
      annotations: { summary: 'A feature drifts.' },
    };
    expect((await send('/v1/alerts', { alerts: [alert] })).body).toEqual({ received: 1 });
    const status = await (await fetch(exporter.url)).text();
    expect(status).toContain('A feature drifts.');
    expect(status).toContain('&lt;b&gt;late-flights&lt;/b&gt;');
  });
});

describe('refusing to start', () => {
  const model = (settings: string): string => `
monitoring: { prometheus_port: 0 }
models:
  - ${settings}
    features: [{ name: hour, type: numeric }]
    outputs: { task: binary, score: probability }
`;

  it.each([
    ['an unknown setting', `${config}\nmonitorng: {}`, 'monitorng (line'],
    [
      'an impossible value',
      config.replace('prometheus_port: 0', 'prometheus_port: 99999'),
      'monitoring.prometheus_port (line 2)',
    ],
    [
      'a broken schedule',
      `${config}\ndrift_detection: { schedule: "every day" }`,
      'drift_detection.schedule',
    ],
    [
      'a missing model file',
      model('name: a\n    type: onnx\n    path: nowhere.onnx'),
      'nowhere.onnx',
    ],
    [
      'a missing reference',
      model('name: a\n    type: external\n    reference: nowhere.json'),
      'nowhere.json',
    ],
    [
      'a model that does not take the features',
      model(`name: a\n    type: onnx\n    path: ${flights}model.onnx`).replace(
        'name: hour',
        'name: our',
      ),
      'Feature "our"',
    ],
  ])('names %s', async (_, text, part) => {
    await expect(start(text)).rejects.toThrow(part);
  });

  it('names a damaged reference', async () => {
    const path = join(folder, 'damaged.json');
    const reference = await readFile(`${flights}reference.json`, 'utf8');
    await writeFile(path, reference.replace('"missing":0', '"missing":7'));
    await expect(start(config.replace(`${flights}reference.json`, path))).rejects.toThrow(
      'is damaged',
    );
  });

  it('names a port in use', async () => {
    const port = new URL(exporter.url).port;
    await expect(
      start(config.replace('prometheus_port: 0', `prometheus_port: ${port}`)),
    ).rejects.toThrow(`Port ${port} of 127.0.0.1 cannot be opened`);
  });
});
