import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExporterErrorCode, exporterErrors } from '../src/errors.js';
import type { Exporter } from '../src/exporter.js';
import {
  flightRequest,
  flights,
  loadText,
  request,
  startText,
  twoModels,
  withExporter,
} from './support.js';

let exporter: Exporter;

beforeAll(async () => {
  exporter = await startText(twoModels);
});

afterAll(() => exporter.close());

const send = (method: string, path: string, body?: unknown, type?: string) =>
  request(exporter.url + path, method, body, type);

const prediction = { model: 'prices', features: {}, outputs: { price: 1 }, duration_seconds: 0 };

/** A scrape by a client that presents a token, of an exporter whose one token may only infer. */
async function withToken(token: string): Promise<Answered> {
  const folder = await mkdtemp(join(tmpdir(), 'modelmeter-'));
  const file = join(folder, 'token');
  await writeFile(file, 'secret\n');
  const tokens = `[{ file: ${file}, permissions: [infer] }]`;
  try {
    return await withExporter(
      `monitoring: { prometheus_port: 0, tokens: ${tokens} }\n${twoModels}`,
      async ({ url }) => {
        const headers = { authorization: `Bearer ${token}` };
        const response = await fetch(`${url}/metrics`, { headers });
        const type = response.headers.get('content-type');
        return { status: response.status, type, body: (await response.json()) as never };
      },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A drift run on the counters of a Prometheus that gives this answer to every query. */
async function runFleetDrift(settings: string, answer?: object) {
  const prometheus = createServer((_request, response) => response.end(JSON.stringify(answer)));
  prometheus.listen(0, '127.0.0.1');
  await once(prometheus, 'listening');
  const { port } = prometheus.address() as AddressInfo;
  if (answer === undefined) prometheus.close();
  const text = `drift_detection: { source: prometheus, prometheus: { url: "http://127.0.0.1:${port}"${settings} } }\n${twoModels}`;
  try {
    return await withExporter(text, ({ url }) =>
      request(`${url}/v1/models/late-flights/drift`, 'POST'),
    );
  } finally {
    prometheus.close();
  }
}

const negativeCounts = {
  status: 'success',
  data: {
    resultType: 'vector',
    result: [{ metric: { feature: 'hour' }, value: [0, '-1'] }],
  },
};

type Answered = Awaited<ReturnType<typeof request>>;

/** How a request gets each code, and a part of the detail that says what to do. */
const requests = {
  BODY_MALFORMED: [() => send('POST', '/v1/predictions', '{"model": '), 'correct it'],
  BODY_TOO_LARGE: [
    () => send('POST', '/v1/predictions', `"${'x'.repeat(16 * 1024 * 1024)}"`),
    'larger than 16777216 bytes. Send it in parts',
  ],
  MEDIA_TYPE_UNSUPPORTED: [
    () => send('POST', '/v1/predictions', 'a,b', 'text/csv'),
    'Send application/json or application/x-ndjson.',
  ],
  UNAUTHENTICATED: [() => withToken('wrong'), 'Authorization: Bearer'],
  FORBIDDEN: [() => withToken('secret'), 'lacks the permission scrape'],
  OVERLOADED: [
    () =>
      withExporter(
        `monitoring: { prometheus_port: 0, limits: { held_bytes: 1048576 } }\n${twoModels}`,
        ({ url }) => request(`${url}/v1/predictions`, 'POST', ' '.repeat(1_048_577)),
      ),
    'Send the request again later.',
  ],
  INPUT_INVALID: [
    () => send('POST', '/v1/predictions', { ...prediction, features: { roms: 1 } }),
    'unknown feature "roms" of model "prices". Available: rooms, district.',
  ],
  ROUTE_UNKNOWN: [() => send('GET', '/v3'), 'Unknown route GET /v3.'],
  MODEL_UNKNOWN: [
    () => send('GET', '/v2/models/price'),
    'Unknown model "price". Available: late-flights version 1, prices version 1.',
  ],
  MODEL_NOT_SERVED: [
    () => send('POST', '/v2/models/prices/infer', flightRequest),
    'Send its predictions to POST /v1/predictions.',
  ],
  REFERENCE_MISSING: [
    () => send('GET', '/v1/models/prices/reference'),
    'Set models[].reference, or PUT one here.',
  ],
  REFERENCE_INVALID: [
    () => send('PUT', '/v1/models/prices/reference', { format: 'other' }),
    'The body is not a Modelmeter reference',
  ],
  TARGET_UNMATCHED: [
    () => send('POST', '/v1/targets', { model: 'prices', prediction_id: 'p', target: 1 }),
    'no prediction "p" of model "prices" is waiting for a target',
  ],
  DRIFT_EVALUATED_ELSEWHERE: [
    () =>
      withExporter(`drift_detection: { source: none }\n${twoModels}`, ({ url }) =>
        request(`${url}/v1/models/late-flights/drift`, 'POST'),
      ),
    'Send the request to the process with source: prometheus',
  ],
  PROMETHEUS_UNAVAILABLE: [() => runFleetDrift(''), 'cannot be reached'],
  DRIFT_RUN_FAILED: [() => runFleetDrift('', negativeCounts), '"hour"'],
  INFERENCE_FAILED: [
    () =>
      withExporter(twoModels, async ({ url, monitors }) => {
        const withCall = (): Promise<never> => Promise.reject(new Error('out of memory'));
        Object.assign(monitors[0]!, { withCall });
        return request(`${url}/v2/models/late-flights/infer`, 'POST', flightRequest);
      }),
    'Model "late-flights" failed; the log of the exporter has the error.',
  ],
  INTERNAL_ERROR: [
    () =>
      withExporter(twoModels, async ({ url, monitors }) => {
        Object.assign(monitors[0]!, {
          recordTargets() {
            throw new TypeError('a bug');
          },
        });
        const target = { model: 'late-flights', prediction_id: 'p', target: 1 };
        return request(`${url}/v1/targets`, 'POST', target);
      }),
    'POST /v1/targets failed. This is a bug in the exporter; its log has the error.',
  ],
} satisfies Partial<Record<ExporterErrorCode, readonly [() => Promise<Answered>, string]>>;

const external = (settings: string): string => `
models:
  - name: a
    type: external${settings}
    features: [{ name: hour, type: numeric }]
    outputs: { task: regression, value: y }
`;

/** How the start or a reload is refused with each code, and a part of the message. */
const refusals = {
  MODEL_MISMATCH: [
    () => startText(external('').replace('external', `onnx\n    path: ${flights}model.onnx`)),
    'has no output "y"',
  ],
  SECRET_UNREADABLE: [
    () =>
      startText(
        `drift_detection: { source: prometheus, prometheus: { url: "http://127.0.0.1:9", bearer_token_file: nowhere } }\n${external('')}`,
      ),
    'drift_detection.prometheus.bearer_token_file',
  ],
  SETTING_FIXED: [
    () => exporter.reload(() => loadText(`monitoring: { host: "::1" }\n${twoModels}`)),
    'monitoring.host',
  ],
  EVENTS_UNWRITABLE: [
    () =>
      startText(
        `actions: { folder: /dev/null/events, webhooks: [{ name: a, url: "http://127.0.0.1:9", secret_variable: PATH }] }\n${external('')}`,
      ),
    'actions.folder',
  ],
  STATE_LOCKED: [
    async () => {
      const path = await mkdtemp(join(tmpdir(), 'modelmeter-state-'));
      const text = external('').replace(/^/, `state: { path: ${path} }\n`);
      const user = await startText(text);
      try {
        return await startText(text);
      } finally {
        await user.close();
        await rm(path, { recursive: true });
      }
    },
    'another state.path',
  ],
  PORT_UNAVAILABLE: [
    () => {
      const { port } = new URL(exporter.url);
      return startText(external('').replace(/^/, `monitoring: { prometheus_port: ${port} }\n`));
    },
    'monitoring.prometheus_port',
  ],
  STOPPING: [
    async () => {
      const stopping = await startText(external(''));
      await stopping.close();
      await stopping.reload(() => loadText(external('')));
    },
    'The exporter is stopping.',
  ],
} satisfies Partial<Record<ExporterErrorCode, readonly [() => Promise<unknown>, string]>>;

const statuses = {
  MODEL_MISMATCH: 500,
  RUNTIME_MISSING: 500,
  SECRET_UNREADABLE: 500,
  EVENTS_UNWRITABLE: 500,
  STATE_LOCKED: 500,
  SETTING_FIXED: 500,
  PORT_UNAVAILABLE: 500,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  OVERLOADED: 503,
  STOPPING: 503,
  BODY_MALFORMED: 400,
  BODY_TOO_LARGE: 413,
  MEDIA_TYPE_UNSUPPORTED: 415,
  INPUT_INVALID: 422,
  ROUTE_UNKNOWN: 404,
  MODEL_UNKNOWN: 404,
  MODEL_NOT_SERVED: 409,
  REFERENCE_MISSING: 404,
  REFERENCE_INVALID: 422,
  TARGET_UNMATCHED: 422,
  DRIFT_EVALUATED_ELSEWHERE: 409,
  PROMETHEUS_UNAVAILABLE: 502,
  DRIFT_RUN_FAILED: 500,
  INFERENCE_FAILED: 500,
  INTERNAL_ERROR: 500,
} satisfies Record<ExporterErrorCode, number>;

describe('the error table', () => {
  it('gives every code its status and a title of its own', () => {
    const table = Object.entries(exporterErrors).map(([code, { status }]) => [code, status]);
    expect(Object.fromEntries(table)).toEqual(statuses);
    const titles = Object.values(exporterErrors).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('has no code that no test provokes', () => {
    // RUNTIME_MISSING has a file of its own, runtime-missing.test.ts.
    const provoked = [...Object.keys(requests), ...Object.keys(refusals), 'RUNTIME_MISSING'];
    expect(provoked.toSorted()).toEqual(Object.keys(exporterErrors).toSorted());
  });
});

describe('a request', () => {
  it.each(Object.entries(requests))(
    'is answered with the problem %s, its status and what to do',
    async (code, [provoke, detail]) => {
      const { status, type, body } = await provoke();
      expect(body).toMatchObject({
        type: `urn:modelmeter:problem:${code}`,
        title: exporterErrors[code as ExporterErrorCode].title,
        status: statuses[code as ExporterErrorCode],
        code,
        detail: expect.stringContaining(detail),
      });
      expect(status).toBe(statuses[code as ExporterErrorCode]);
      expect(type).toContain('application/problem+json');
    },
  );
});

describe('the start or a reload', () => {
  it.each(Object.entries(refusals))('is refused with %s', async (code, [provoke, message]) => {
    await expect(provoke()).rejects.toMatchObject({
      name: 'ExporterError',
      code,
      message: expect.stringContaining(message),
    });
  });
});
