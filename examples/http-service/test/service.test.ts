import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

/** A flight of February or March with what scikit-learn says of it. */
interface Expected {
  readonly date: string;
  readonly delay: number;
  readonly distance: number;
  readonly origin: string;
  readonly probability_1: number;
  readonly probability_2: number;
}

interface Answer {
  readonly predictionId: string;
  readonly modelVersion: string;
  readonly probability: number;
  readonly late: boolean;
}

interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly reqId?: string;
  readonly modelVersion?: string;
  readonly durationSeconds?: number;
  readonly error?: { readonly reason: string };
}

const folder = fileURLToPath(new URL('..', import.meta.url));
const expected: Expected[] = JSON.parse(
  readFileSync(new URL('fixtures/expected.json', import.meta.url), 'utf8'),
);
const isLate = ({ delay }: Expected): boolean => delay > 15;
const flightOf = ({ date, distance, origin }: Expected) => ({
  hour: Number(date.slice(11, 13)),
  distance,
  origin,
});

const log: LogLine[] = [];
let service: ChildProcess;
let ended: Promise<unknown[]>;
let address: URL;

beforeAll(async () => {
  service = spawn(process.execPath, ['service.mjs'], {
    cwd: folder,
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  ended = once(service, 'close');
  createInterface({ input: service.stdout! }).on('line', (line) => log.push(JSON.parse(line)));
  const listening = /^Server listening at (.+)$/;
  address = await vi.waitUntil(
    () => {
      if (service.exitCode !== null) throw new Error(`the service ended with ${service.exitCode}`);
      const url = log.map(({ msg }) => listening.exec(msg)?.[1]).find(Boolean);
      return url === undefined ? undefined : new URL(url);
    },
    { timeout: 300_000 },
  );
});

afterAll(() => service.kill('SIGKILL'));

function post(path: string, body: unknown): Promise<Response> {
  return fetch(new URL(path, address), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** The value of a series; its labels in the order in which they are written. */
async function metric(series: string): Promise<number | undefined> {
  const exposition = await (await fetch(new URL('/metrics', address))).text();
  const line = exposition.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

function ofVersion(version: string): string {
  return `model_name="late-flights",model_version="${version}"`;
}

function outcomes(version: '1' | '2'): Record<string, number> {
  const counts = { tp: 0, fp: 0, tn: 0, fn: 0 };
  for (const flight of expected) {
    const isPositive = flight[`probability_${version}`] >= 0.2;
    counts[isPositive ? (isLate(flight) ? 'tp' : 'fp') : isLate(flight) ? 'fn' : 'tn'] += 1;
  }
  return counts;
}

/** Whether the service takes no more connections. */
async function isRefused(): Promise<boolean> {
  const socket = connect(Number(address.port), address.hostname);
  try {
    await once(socket, 'connect');
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  } finally {
    socket.destroy();
  }
}

/** Sends a request and leaves. */
async function leave(): Promise<void> {
  const body = JSON.stringify(flightOf(expected[0]!));
  const socket = connect(Number(address.port), address.hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.end(
    `POST /predict HTTP/1.1\r\nhost: service\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

describe('the service', () => {
  const ids: string[] = [];

  it('answers as the model does in Python', async () => {
    for (const flight of expected) {
      const response = await post('/predict', flightOf(flight));
      expect(response.status).toBe(200);
      const answer = (await response.json()) as Answer;
      expect(answer.modelVersion).toBe('1');
      expect(Math.abs(answer.probability - flight.probability_1)).toBeLessThan(1e-5);
      expect(answer.late).toBe(flight.probability_1 >= 0.2);
      ids.push(answer.predictionId);
    }
    expect(new Set(ids).size).toBe(expected.length);
    expect([...ids].sort()).toEqual(ids);
  });

  it('refuses an invalid flight before the model runs', async () => {
    const response = await post('/predict', { hour: 25, distance: 500, origin: 'ORD' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message: 'body/hour must be <= 23' });
    expect(await metric(`model_predictions_total{${ofVersion('1')},status="success"}`)).toBe(
      expected.length,
    );
  });

  it('logs each prediction of each version under the id of its request', async () => {
    const lines = await vi.waitUntil(() => {
      const found = log.filter(({ msg }) => msg === 'prediction');
      return found.length < 2 * expected.length ? undefined : found;
    });
    for (const version of ['1', '2']) {
      const ofThis = lines.filter(({ modelVersion }) => modelVersion === version);
      expect(ofThis.map(({ reqId }) => reqId)).toEqual(ids);
      for (const { durationSeconds, error } of ofThis) {
        expect(durationSeconds).toBeGreaterThan(0);
        expect(error).toBeUndefined();
      }
    }
  });

  it('joins targets with both versions', async () => {
    const targets = expected.map((flight, index) => ({
      predictionId: ids[index],
      value: isLate(flight),
    }));
    const response = await post('/targets', [
      ...targets,
      { predictionId: 'never-seen', value: true },
    ]);
    expect(await response.json()).toEqual({
      matched: expected.length,
      duplicate: 0,
      corrected: 0,
      held: 0,
      unmatched: 1,
      invalid: 0,
      problems: [{ index: expected.length, predictionId: 'never-seen', status: 'unmatched' }],
    });
    for (const version of ['1', '2'] as const) {
      for (const [outcome, count] of Object.entries(outcomes(version))) {
        const series = `model_outcomes_total{${ofVersion(version)},outcome="${outcome}"}`;
        expect(await metric(series), series).toBe(count);
      }
    }
    const { tp = 0, fp = 0, fn = 0 } = outcomes('2');
    expect(await metric(`model_f1_score{${ofVersion('2')}}`)).toBeCloseTo(
      (2 * tp) / (2 * tp + fp + fn),
      12,
    );
    expect(outcomes('1')).not.toEqual(outcomes('2'));
  });

  it('has its own metrics in the same registry', async () => {
    const requests = (route: string, status: number) =>
      metric(`http_request_duration_seconds_count{route="${route}",status="${status}"}`);
    expect(await requests('/predict', 200)).toBe(expected.length);
    expect(await requests('/predict', 400)).toBe(1);
    expect(await requests('/targets', 200)).toBe(1);
    expect(await metric('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(await metric(`model_ready{${ofVersion('2')}}`)).toBe(1);
  });

  it('answers the request of the README as the README says', async () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const [, flight] = /\/predict .+ -d '(.+)'/.exec(readme)!;
    const [, sample] = /```json\n(.+)\n```/.exec(readme)!;
    const { predictionId, probability, ...rest } = JSON.parse(sample!) as Answer;
    const answer = await (await post('/predict', JSON.parse(flight!))).json();
    expect(answer).toEqual({
      ...rest,
      predictionId: expect.stringMatching(/^[\w-]{20,}$/),
      probability: expect.closeTo(probability, 5),
    });
    expect(predictionId).toBe('0mww…');
  });

  it('gives a call up whose client has left', async () => {
    const cancelled = `model_prediction_errors_total{${ofVersion('1')},reason="cancelled"}`;
    await vi.waitUntil(
      async () => {
        await Promise.all(Array.from({ length: 50 }, leave));
        return ((await metric(cancelled)) ?? 0) > 0;
      },
      { timeout: 300_000 },
    );
    expect((await post('/predict', flightOf(expected[0]!))).status).toBe(200);
    await vi.waitUntil(() => log.some(({ error }) => error?.reason === 'cancelled'));
    expect(log.filter(({ level }) => level >= 50)).toEqual([]);
  });

  it('turns requests away when too many are waiting, and recovers', async () => {
    const flight = flightOf(expected[0]!);
    await vi.waitUntil(
      async () => {
        const burst = Array.from({ length: 300 }, () => post('/predict', flight));
        const statuses = (await Promise.all(burst)).map(({ status }) => status);
        expect(new Set([200, 503, ...statuses])).toEqual(new Set([200, 503]));
        return statuses.includes(503);
      },
      { timeout: 300_000 },
    );
    expect((await post('/predict', flight)).status).toBe(200);
  });

  it('answers on SIGTERM what it has taken, takes nothing more and ends', async () => {
    const body = JSON.stringify(flightOf(expected[0]!));
    const open = request(new URL('/predict', address), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': body.length,
        expect: '100-continue',
      },
    });
    open.flushHeaders();
    await once(open, 'continue');
    service.kill('SIGTERM');
    await vi.waitUntil(() => log.some(({ msg }) => msg.startsWith('stopping')));
    await vi.waitUntil(() => isRefused());
    open.end(body);
    const [response] = (await once(open, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    expect(response.headers.connection).toBe('close');
    expect(JSON.parse(await text(response)).late).toBe(expected[0]!.probability_1 >= 0.2);
    expect(await ended).toEqual([0, null]);
    expect(log.at(-1)?.msg).toBe('stopped');
  });
});
