import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { limitsSchema } from '@modelmeter/config-file';
import { metricStoreOf } from '@modelmeter/core';
import { parseSettings } from '@modelmeter/core/settings';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpApiPage } from '../../scripts/http-api-page.js';
import type { Exporter } from '../../src/exporter.js';
import { describeRoutes, type OpenApi } from '../../src/http/openapi.js';
import { routes } from '../../src/http/routes/index.js';
import { createServer } from '../../src/http/server.js';
import { flightRequest, flights, startText, twoModels } from '../support.js';

const description = describeRoutes(routes, '1.2.3');
const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    key: `${method.toUpperCase()} ${path}`,
    operation,
  })),
);

describe('the OpenAPI description', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate(JSON.parse(JSON.stringify(description)));
    expect(result.errors ?? []).toEqual([]);
    expect(validator.version).toBe('3.1');
  });

  it('has every route of the server, and no other', async () => {
    const registry = new Registry();
    const server = createServer({
      models: [],
      registry,
      store: metricStoreOf(registry),
      lifecycle: { phase: 'ready' },
      state: undefined,
      tokens: [],
      limits: parseSettings(limitsSchema, {}),
      log: pino({ level: 'silent' }),
      version: '1.2.3',
    });
    await server.ready();
    const registered = registeredRoutes(server.printRoutes({ commonPrefix: false }));
    await server.close();
    expect(registered.toSorted()).toEqual(operations.map(({ key }) => key).toSorted());
  });

  it('gives every operation an id of its own', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('docs/http-api.md', () => {
  it('is what `npm run generate` writes', () => {
    const committed = readFileSync(
      new URL('../../../../docs/http-api.md', import.meta.url),
      'utf8',
    );
    expect(committed).toBe(`${httpApiPage()}\n`);
  });

  it('links only to headings that it has', () => {
    const page = httpApiPage();
    const headings = [...page.matchAll(/^###? (.+)$/gm)].map(([, title]) =>
      title!.toLowerCase().replaceAll(' ', '-'),
    );
    for (const [, anchor] of page.matchAll(/\]\(#([^)]+)\)/g)) expect(headings).toContain(anchor);
  });
});

describe('a running exporter', () => {
  let exporter: Exporter;
  let served: OpenApi;

  beforeAll(async () => {
    exporter = await startText(`drift_detection: { record_reference: true }\n${twoModels}`);
    served = (await (await fetch(`${exporter.url}/openapi.json`)).json()) as OpenApi;
  });

  afterAll(() => exporter.close());

  it('serves the description', () => {
    expect(Object.keys(served.paths)).toEqual(Object.keys(description.paths));
    expect(served.components).toEqual(JSON.parse(JSON.stringify(description.components)));
  });

  /** A request that each operation answers; `status` is 200 unless it is given. */
  const requests: Record<string, { readonly body?: () => unknown; readonly status?: number }> = {
    'GET /v2': {},
    'GET /v2/health/live': {},
    'GET /v2/health/ready': {},
    'GET /v2/models/{name}': {},
    'GET /v2/models/{name}/ready': {},
    'POST /v2/models/{name}/infer': { body: () => ({ id: 'a', ...flightRequest }) },
    'GET /v2/models/{name}/versions/{version}': {},
    'GET /v2/models/{name}/versions/{version}/ready': {},
    'POST /v2/models/{name}/versions/{version}/infer': { body: () => flightRequest },
    'POST /v1/predictions': {
      body: () => ({
        model: 'prices',
        id: 'p1',
        features: { rooms: 3, district: null },
        outputs: { price: 410 },
        duration_seconds: 0.01,
      }),
    },
    'POST /v1/payloads': {
      body: () => ({
        id: 'call',
        type: 'org.kubeflow.serving.inference.request',
        inferenceservicename: 'prices',
        data: { instances: [[3, null]] },
      }),
    },
    'POST /v1/targets': {
      body: () => [{ model: 'prices', prediction_id: 'p1', target: 395 }],
    },
    'GET /v1/models/{name}/drift': {},
    'POST /v1/models/{name}/drift': {},
    'GET /v1/models/{name}/reference': {},
    'PUT /v1/models/{name}/reference': {
      body: async () => JSON.parse(await readFile(`${flights}reference.json`, 'utf8')),
    },
    // There is a recorded reference after a whole day only.
    'GET /v1/models/{name}/reference/recorded': { status: 404 },
    'GET /metrics': {},
    'GET /livez': {},
    'GET /healthz': {},
    'GET /readyz': {},
    'GET /startupz': {},
    'POST /v1/alerts': {
      body: () => ({
        alerts: [{ status: 'firing', labels: { alertname: 'A' }, annotations: {} }],
      }),
    },
    'GET /openapi.json': {},
    'GET /': {},
    'GET /runbooks/{page}': {},
  };

  it('is asked for every operation in this test', () => {
    expect(Object.keys(requests).toSorted()).toEqual(operations.map(({ key }) => key).toSorted());
  });

  it.each(Object.entries(requests))(
    'answers %s as described',
    async (key, { body, status = 200 }) => {
      const [method, path] = key.split(' ') as [string, string];
      const url = path
        .replace('{name}', 'late-flights')
        .replace('{version}', '1')
        .replace('{page}', 'data_drift_detected');
      const sent = await body?.();
      const operation = served.paths[path]![method.toLowerCase()]!;
      if (sent !== undefined) {
        const schema = operation.requestBody!.content['application/json']!.schema;
        expect(problemsOf(served, schema, sent)).toEqual([]);
      }
      const response = await fetch(exporter.url + url, {
        method,
        ...(sent === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(sent) }),
      });
      expect(response.status).toBe(status);
      const [[mediaType, { schema }]] = Object.entries(operation.responses[status]!.content) as [
        [string, { schema: object }],
      ];
      expect(response.headers.get('content-type')).toContain(mediaType);
      const answer = mediaType.includes('json') ? await response.json() : await response.text();
      expect(problemsOf(served, schema, answer)).toEqual([]);
    },
  );

  it('refuses what the description refuses', async () => {
    const prediction = { model: 'prices', features: { rooms: [] }, duration_seconds: -1 };
    const { schema } =
      served.paths['/v1/predictions']!.post!.requestBody!.content['application/json']!;
    expect(problemsOf(served, schema, prediction)).not.toEqual([]);
    const response = await fetch(`${exporter.url}/v1/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(prediction),
    });
    expect(response.status).toBe(422);
  });
});

/** Problems of a value with a schema of the description. */
function problemsOf(served: OpenApi, schema: object, value: unknown): readonly string[] {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const validate: ValidateFunction = ajv.compile({ ...schema, components: served.components });
  return validate(value)
    ? []
    : validate.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The routes in the tree that Fastify prints, such as `GET /v2/models/{name}`. */
function registeredRoutes(tree: string): readonly string[] {
  const parents: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const match = /^(.*?)[└├]── (\S+)(?: \((.+)\))?$/.exec(line);
    if (match === null) return [];
    const [, indent, part, methods = ''] = match;
    const depth = indent!.length / 4;
    parents.length = depth;
    parents[depth] = part!;
    const path = parents
      .join('')
      .replaceAll(/\/+/g, '/')
      .replaceAll(/:(\w+)/g, '{$1}');
    return methods
      .split(', ')
      .filter((method) => method !== '' && method !== 'HEAD')
      .map((method) => `${method} ${path}`);
  });
}
