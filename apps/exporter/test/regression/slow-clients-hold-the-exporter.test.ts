import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exporter } from '../../src/exporter.js';
import { startText, twoModels } from '../support.js';

let exporter: Exporter;

beforeAll(async () => {
  const limits = 'connections: 10, request_timeout: 1s, held_bytes: 1048576';
  exporter = await startText(
    `monitoring: { prometheus_port: 0, limits: { ${limits} } }\n${twoModels}`,
  );
});

afterAll(() => exporter.close());

async function open(text: string): Promise<Socket> {
  const { port, hostname } = new URL(exporter.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** Everything that the exporter sends before it closes the connection. */
async function answerOn(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  socket.on('error', () => {});
  await once(socket, 'close');
  return Buffer.concat(parts).toString();
}

async function closed(reason: string): Promise<number> {
  const text = await (await fetch(`${exporter.url}/metrics`)).text();
  const start = `model_monitor_closed_connections_total{reason="${reason}"} `;
  const line = text.split('\n').find((candidate) => candidate.startsWith(start));
  return Number(line?.slice(start.length) ?? 0);
}

const head = 'POST /v1/predictions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';

describe('a connection', () => {
  it.each([
    ['half a header', 'GET /metrics HTT'],
    ['half a body', `${head}Content-Length: 1000\r\n\r\n[`],
  ])('that stops after %s is closed and counted', async (_, text) => {
    const before = await closed('timeout');
    expect(await answerOn(await open(text))).toContain('408');
    expect(await closed('timeout')).toBe(before + 1);
  });

  it('that does not speak HTTP is closed and counted', async () => {
    expect(await answerOn(await open('hello\r\n\r\n'))).toContain('400');
    expect(await closed('malformed')).toBe(1);
  });

  it('beyond the limit is closed and counted, and later ones are served', async () => {
    const sockets = await Promise.all(Array.from({ length: 15 }, () => open('')));
    await Promise.all(sockets.map(answerOn));
    expect(await closed('limit')).toBeGreaterThan(0);
  });
});

describe('a compressed body', () => {
  const send = (body: Buffer, encoding: string) =>
    fetch(`${exporter.url}/v1/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      body: Uint8Array.from(body),
    });

  it('that grows beyond the limit is refused before it is decompressed', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
    const answer = await send(bomb, 'gzip');
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'BODY_TOO_LARGE' }]);
  });

  it('that is not compressed as its header says is refused', async () => {
    const answer = await send(Buffer.from('[]'), 'gzip');
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'BODY_MALFORMED' }]);
  });

  it('of an unknown encoding is refused', async () => {
    const answer = await send(Buffer.from('[]'), 'br');
    expect(answer.status).toBe(415);
  });

  it('gives its memory back when its request is over', async () => {
    const body = gzipSync(Buffer.alloc(200_000, ' '));
    for (let round = 0; round < 10; round += 1) {
      expect((await send(body, 'gzip')).status).toBe(400);
    }
  });
});
