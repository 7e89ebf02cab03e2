import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { ActionsConfig } from '@modelmeter/config-file';
import { metricStoreOf } from '@modelmeter/core';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryHost } from '../../src/actions/deliver.js';
import { modelEvents } from '../../src/actions/model-events.js';
import { signedHeaders } from '../../src/actions/signature.js';
import { type ModelEvent, startWebhooks, type Webhooks } from '../../src/actions/webhooks.js';

interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const startMs = Date.UTC(2026, 10, 27);
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const drift: ModelEvent = { type: 'drift', data: { model: 'a', driftedFeatures: ['x'] } };

let folder: string;
let url: string;
let received: Received[];
/** The status of the answers to come; 204 when there is none left. */
let answers: number[];
let closeServer: () => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelmeter-webhooks-'));
  await writeFile(join(folder, 'secret'), `${secret}\n`);
  received = [];
  answers = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ headers: request.headers as Received['headers'], body });
    response.writeHead(answers.shift() ?? 204, { location: '/elsewhere' });
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  closeServer = () => server.close();
});

afterEach(async () => {
  closeServer();
  await rm(folder, { recursive: true });
});

interface Bench {
  readonly webhooks: Webhooks;
  readonly waits: number[];
  nowMs: number;
  metric(line: string): Promise<number | undefined>;
}

/** @param host.holdsAfter Waits from this one on never end, unless the webhooks close. */
async function bench(
  given: Partial<ActionsConfig> = {},
  { holdsAfter = Number.POSITIVE_INFINITY } = {},
): Promise<Bench> {
  const registry = new Registry();
  const state = { nowMs: startMs, waits: [] as number[] };
  const host: DeliveryHost = {
    now: () => state.nowMs,
    random: () => 0.5,
    async wait(lengthMs, signal) {
      state.waits.push(lengthMs);
      state.nowMs += lengthMs;
      if (state.waits.length > holdsAfter && !signal.aborted) await once(signal, 'abort');
    },
  };
  const webhooks = await startWebhooks({
    config: {
      folder: 'events',
      maximumPending: 1000,
      keepFor: 3 * 86_400_000,
      webhooks: [
        { name: 'retrain', url, events: ['drift', 'budget'], secretFile: 'secret', timeout: 5000 },
      ],
      ...given,
    },
    folder,
    store: metricStoreOf(registry),
    log: pino({ level: 'silent' }),
    host,
  });
  return Object.assign(state, {
    webhooks,
    async metric(line: string) {
      const found = (await registry.metrics())
        .split('\n')
        .find((one) => one.startsWith(`${line} `));
      return found === undefined ? undefined : Number(found.slice(line.length + 1));
    },
  });
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await setImmediate();
}

const kept = (): Promise<string[]> => readdir(join(folder, 'events/retrain'));
const result = (name: string): string =>
  `model_monitor_webhook_events_total{webhook="retrain",result="${name}"}`;

describe('a webhook', () => {
  it('is called again until it succeeds, each time with the same id', async () => {
    answers = [500, 302, 429, 200];
    const { webhooks, waits, metric } = await bench();
    webhooks.send(drift);
    await until(async () => (await metric(result('delivered'))) === 1);
    expect(received).toHaveLength(4);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect(JSON.parse(received[0]!.body)).toEqual({
      type: 'drift',
      timestamp: '2026-11-27T00:00:00.000Z',
      data: { model: 'a', driftedFeatures: ['x'] },
    });
    expect(waits).toEqual([750, 1500, 3000]);
    expect(await metric('model_monitor_webhook_failures_total{webhook="retrain"}')).toBe(3);
    expect(await kept()).toEqual([]);
    await webhooks.close();
  });

  it('is called after a restart with what was not delivered, in order and with the same ids', async () => {
    closeServer();
    const before = await bench({}, { holdsAfter: 0 });
    before.webhooks.send(drift);
    before.nowMs += 1;
    before.webhooks.send({ type: 'budget', data: { slo: 'errors' } });
    await until(async () => before.waits.length === 1 && (await kept()).length === 2);
    await before.webhooks.close();
    const ids = (await kept()).map((name) => name.replace('.json', '')).sort();

    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      received.push({ headers: request.headers as Received['headers'], body });
      response.end();
    });
    server.listen(Number(new URL(url).port), '127.0.0.1');
    await once(server, 'listening');
    closeServer = () => server.close();
    const after = await bench();
    await until(async () => (await after.metric(result('delivered'))) === 2);
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual(ids);
    expect(received.map(({ body }) => JSON.parse(body).type)).toEqual(['drift', 'budget']);
    expect(await kept()).toEqual([]);
    await after.webhooks.close();
  });

  it('does not get the half of an event that a crash has left', async () => {
    await mkdir(join(folder, 'events/retrain'), { recursive: true });
    await writeFile(join(folder, 'events/retrain/evt_1.part'), '{"createdMs":1');
    const { webhooks, metric } = await bench();
    webhooks.send(drift);
    await until(async () => (await metric(result('delivered'))) === 1);
    expect(received).toHaveLength(1);
    expect(await kept()).toEqual([]);
    await webhooks.close();
  });

  it('gets the events that it asks for only', async () => {
    const { webhooks, metric } = await bench();
    webhooks.send({ type: 'quality', data: {} });
    webhooks.send({ type: 'budget', data: {} });
    await until(async () => (await metric(result('delivered'))) === 1);
    expect(JSON.parse(received[0]!.body).type).toBe('budget');
    await webhooks.close();
  });

  it('loses an event that is too old, and says so', async () => {
    answers = Array(200).fill(503);
    const { webhooks, metric } = await bench({ keepFor: 60_000 });
    webhooks.send(drift);
    await until(async () => (await metric(result('expired'))) === 1);
    // 0.75 + 1.5 + 3 + 6 + 12 + 24 + 48 seconds are more than a minute.
    expect(received).toHaveLength(7);
    expect(await kept()).toEqual([]);
    await webhooks.close();
  });

  it('refuses events once too many wait', async () => {
    answers = Array(10).fill(503);
    const { webhooks, metric } = await bench({ maximumPending: 2 }, { holdsAfter: 0 });
    for (let index = 0; index < 5; index += 1) webhooks.send(drift);
    expect(await metric(result('refused'))).toBe(3);
    expect(await metric('model_monitor_webhook_pending{webhook="retrain"}')).toBe(2);
    await until(async () => (await kept()).length === 2);
    await webhooks.close();
  });

  it('does not start without its secret', async () => {
    const webhook = { name: 'b', url, events: ['drift' as const], timeout: 1000 };
    await expect(bench({ webhooks: [{ ...webhook, secretFile: 'none' }] })).rejects.toMatchObject({
      code: 'SECRET_UNREADABLE',
    });
    await expect(
      bench({ webhooks: [{ ...webhook, secretVariable: 'MODELMETER_NO_SUCH_SECRET' }] }),
    ).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  });
});

describe('the signature', () => {
  it('is that of the test vector of Standard Webhooks', () => {
    const headers = signedHeaders(
      secret,
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330,
      '{"test": 2432232314}',
    );
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('is accepted by the example of the guide, and an altered or old request is not', async () => {
    const guide = await readFile(new URL('../../../../docs/webhooks.md', import.meta.url), 'utf8');
    const [, example] = /```js\n([\s\S]*?)```/.exec(guide)!;
    const file = join(folder, 'example.mjs');
    await writeFile(file, example!);
    const { isGenuine } = (await import(pathToFileURL(file).href)) as {
      isGenuine(secret: string, headers: object, body: string, nowSeconds: number): boolean;
    };
    const { webhooks, metric } = await bench();
    webhooks.send(drift);
    await until(async () => (await metric(result('delivered'))) === 1);
    await webhooks.close();
    const { headers, body } = received[0]!;
    const seconds = startMs / 1000;
    expect(isGenuine(secret, headers, body, seconds)).toBe(true);
    expect(isGenuine(secret, headers, `${body} `, seconds)).toBe(false);
    expect(isGenuine('another', headers, body, seconds)).toBe(false);
    expect(isGenuine(secret, headers, body, seconds + 301)).toBe(false);
    const plain = signedHeaders('plain text', 'evt_1', seconds, body);
    expect(isGenuine('plain text', plain, body, seconds)).toBe(true);
  });
});

describe('the events of a model', () => {
  it('say that other features drift than before, and not that the same ones still do', () => {
    const sent: ModelEvent[] = [];
    const hooks = modelEvents({ name: 'a', version: '1' }, (event) => sent.push(event));
    const run = (driftedFeatures: string[]): void =>
      hooks.onDrift?.({ timeMs: startMs, driftedFeatures } as never);
    for (const features of [[], ['x'], ['x'], ['y', 'x'], ['x', 'y'], [], []]) run(features);
    expect(sent.map(({ data }) => data.driftedFeatures)).toEqual([['x'], ['x', 'y'], []]);
    hooks.onBudget?.({ slo: 'errors', objective: 0.99, burnRate: 20, isBurning: true });
    expect(sent.at(-1)).toEqual({
      type: 'budget',
      data: {
        ...{ model: 'a', version: '1' },
        ...{ slo: 'errors', objective: 0.99, burnRate: 20, isBurning: true },
      },
    });
    hooks.onComparison?.({ champion: '0', decision: 'better' } as never);
    expect(sent.at(-1)).toEqual({
      type: 'comparison',
      data: { model: 'a', version: '1', champion: '0', decision: 'better' },
    });
  });
});
