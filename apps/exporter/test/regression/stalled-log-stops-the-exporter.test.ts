import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { twoModels } from '../support.js';

const bin = fileURLToPath(new URL('../../bin/modelmeter-exporter.js', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelmeter-log-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

it('a log that nobody reads delays neither requests nor the stop, and lines are counted', async () => {
  const port = await freePort();
  const path = join(folder, 'config.yaml');
  await writeFile(path, `monitoring: { prometheus_port: ${port} }\n${twoModels}`);
  // The pipe of standard error is never read.
  const child = spawn(process.execPath, [bin, '--config', path], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = `http://127.0.0.1:${port}`;
  let isReady = false;
  while (!isReady) {
    isReady = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
  const alert = { status: 'firing', labels: { alertname: 'x'.repeat(500) } };
  const body = JSON.stringify({ alerts: Array(1000).fill(alert) });
  const headers = { 'content-type': 'application/json' };
  for (let request = 0; request < 5; request += 1) {
    const answer = await fetch(`${url}/v1/alerts`, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
  }
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/model_monitor_dropped_log_lines_total [1-9]/);
  child.kill('SIGTERM');
  const [status] = await once(child, 'exit');
  expect(status).toBe(0);
});
