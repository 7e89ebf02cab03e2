import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstantQuery } from '@modelmeter/core';
import { prometheusSchema } from '@modelmeter/core/settings';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { createPrometheusQuery } from '../src/prometheus-query.js';

/** A request as the API receives it. */
interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly form: URLSearchParams;
}

type Answer = (request: Received, response: ServerResponse) => void;

let folder: string;
const received: Received[] = [];
const closers: (() => void)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelmeter-'));
});

afterEach(() => {
  received.length = 0;
  for (const close of closers.splice(0)) close();
});

afterAll(() => rm(folder, { recursive: true }));

async function serve(answer: Answer): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method, url: path, headers } = request;
    const seen: Received = { method, path, headers, form: new URLSearchParams(body) };
    received.push(seen);
    answer(seen, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function queryOf(config: z.input<typeof prometheusSchema>): Promise<InstantQuery> {
  return createPrometheusQuery(prometheusSchema.parse(config), folder);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

const vector = {
  status: 'success',
  data: {
    resultType: 'vector',
    result: [{ metric: { feature: 'size', le: '+Inf' }, value: [1700000000.5, '12.25'] }],
  },
};

async function failure(run: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  return error as { code: string; message: string } & Error;
}

describe('a query', () => {
  it('is posted with its time, and its answer is read as numbers', async () => {
    const url = await serve((_, response) => send(response, 200, vector));
    const query = await queryOf({ url: `${url}/`, timeout: '7s' });
    expect(await query('sum(up{a="&"})', 1_700_000_000_500)).toEqual([
      { labels: { feature: 'size', le: '+Inf' }, value: 12.25 },
    ]);
    const [request] = received;
    expect(request).toMatchObject({ method: 'POST', path: '/api/v1/query' });
    expect(Object.fromEntries(request!.form)).toEqual({
      query: 'sum(up{a="&"})',
      time: '1700000000.5',
      timeout: '7000ms',
    });
    expect(request!.headers).not.toHaveProperty('authorization');
    expect(request!.headers).not.toHaveProperty('x-scope-orgid');
  });

  it('sends the tenant to Mimir, which requires one and has its own path', async () => {
    const url = await serve(({ path, headers }, response) => {
      if (path !== '/prometheus/api/v1/query') return send(response, 404, '404 page not found');
      const tenant = headers['x-scope-orgid'];
      if (tenant === undefined) {
        response.writeHead(401).end('no org id\n');
        return;
      }
      send(
        response,
        200,
        tenant === 'team-a' ? vector : { ...vector, data: { resultType: 'vector', result: [] } },
      );
    });
    const address = `${url}/prometheus`;
    expect(await (await queryOf({ url: address, tenant: 'team-a' }))('up', 0)).toHaveLength(1);
    expect(await (await queryOf({ url: address, tenant: 'team-b' }))('up', 0)).toHaveLength(0);
    expect(await failure((await queryOf({ url: address }))('up', 0))).toMatchObject({
      code: 'PROMETHEUS_UNAVAILABLE',
      message: `${address}/api/v1/query answered 401: no org id. Correct bearer_token_file, basic_auth or tenant of drift_detection.prometheus.`,
    });
  });

  it('sends the tenant to Thanos, and refuses a partial answer', async () => {
    const url = await serve(({ headers }, response) =>
      send(response, 200, {
        ...vector,
        ...(headers['thanos-tenant'] === 'team-a'
          ? {}
          : { warnings: ['No StoreAPIs matched for this query'] }),
      }),
    );
    const settings = { url, tenantHeader: 'THANOS-TENANT' };
    expect(await (await queryOf({ ...settings, tenant: 'team-a' }))('up', 0)).toHaveLength(1);
    expect(await failure((await queryOf({ ...settings, tenant: 'b' }))('up', 0))).toMatchObject({
      code: 'PROMETHEUS_UNAVAILABLE',
      message: expect.stringContaining('(No StoreAPIs matched for this query)'),
    });
  });

  it('refuses a partial answer of VictoriaMetrics', async () => {
    const url = await serve((_, response) => send(response, 200, { ...vector, isPartial: true }));
    expect(await failure((await queryOf({ url }))('up', 0))).toMatchObject({
      message: expect.stringContaining('answered with a partial result'),
    });
  });

  it('reads a bearer token from its file at every query', async () => {
    const url = await serve((_, response) => send(response, 200, vector));
    await writeFile(join(folder, 'token'), 'first\n');
    const query = await queryOf({ url, bearerTokenFile: 'token' });
    await query('up', 0);
    await writeFile(join(folder, 'token'), 'second\n');
    await query('up', 0);
    expect(received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
    ]);
  });

  it('reads the password of a user from its file', async () => {
    const url = await serve((_, response) => send(response, 200, vector));
    await writeFile(join(folder, 'password'), 'pass word');
    const basic = { username: 'meter', passwordFile: 'password' };
    await (await queryOf({ url, basicAuth: basic }))('up', 0);
    expect(received[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('meter:pass word').toString('base64')}`,
    );
  });

  it.each([
    ['is missing', undefined, /nothing cannot be read \(ENOENT/],
    ['is empty', '\n', /nothing is empty/],
    ['has two lines', 'a\nb', /nothing holds more than one line/],
  ])('is refused at the start when the file of a secret %s', async (_, content, message) => {
    await rm(join(folder, 'nothing'), { force: true });
    if (content !== undefined) await writeFile(join(folder, 'nothing'), content);
    const error = await failure(queryOf({ url: 'http://a', bearerTokenFile: 'nothing' }));
    expect(error.code).toBe('SECRET_UNREADABLE');
    expect(error.message).toMatch(message);
    expect(error.message).toContain('drift_detection.prometheus.bearer_token_file');
  });
});

describe('a failed query gives the reason', () => {
  it.each<[string, Answer, RegExp]>([
    [
      'a refusal of Prometheus',
      (_, response) =>
        send(response, 422, { status: 'error', errorType: 'execution', error: 'too many samples' }),
      /answered 422: too many samples\.$/,
    ],
    [
      'a page instead of an answer',
      (_, response) => response.end('<html>\n<p>Log in'),
      /did not answer with a vector \(body: .*\): <html> <p>Log in\. Set drift_detection\.prometheus\.url/,
    ],
    [
      'another kind of result',
      (_, response) =>
        send(response, 200, {
          status: 'success',
          data: { resultType: 'scalar', result: [0, '1'] },
        }),
      /did not answer with a vector \(data\.resultType: /,
    ],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: 'https://login.example/' }).end(),
      /answered 302, a redirect to https:\/\/login\.example\/\. Set/,
    ],
    [
      'a broken connection',
      (_, response) => response.destroy(),
      /cannot be reached \(.+\)\. Correct drift_detection\.prometheus\.url/,
    ],
    [
      'no answer in time',
      () => {},
      /did not answer within 1 s\. Reduce its load, or raise drift_detection\.prometheus\.timeout/,
    ],
  ])('for %s', async (what, answer, message) => {
    const url = await serve(answer);
    const error = await failure(
      (await queryOf({ url, timeout: what === 'no answer in time' ? '1s' : '50s' }))('up', 0),
    );
    expect(error.code).toBe('PROMETHEUS_UNAVAILABLE');
    expect(error.message).toMatch(message);
    expect(error.message).toContain(url);
  });

  it('for an endless answer', async () => {
    const url = await serve((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 32);
      const more = (): void => {
        if (!response.destroyed) response.write(chunk, more);
      };
      more();
    });
    const error = await failure((await queryOf({ url, timeout: '50s' }))('up', 0));
    expect(error.message).toMatch(/answered with more than 64 MiB\. Name the scrape job/);
  });

  it('for a port that nothing listens on', async () => {
    const url = await serve(() => {});
    for (const close of closers.splice(0)) close();
    const error = await failure((await queryOf({ url }))('up', 0));
    expect(error.message).toMatch(/cannot be reached \(.*ECONNREFUSED/);
  });
});
