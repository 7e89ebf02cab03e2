import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const guide = readFileSync(new URL('../../../docs/service.md', import.meta.url), 'utf8');
const program = [...guide.matchAll(/^```js\n([\s\S]+?)^```$/gm)].map(([, code]) => code).join('\n');

let folder: string;
let service: ChildProcess;
let url: string;

beforeAll(async () => {
  // In the folder of the example, so that Node finds the packages.
  folder = await mkdtemp(fileURLToPath(new URL('../service-guide-', import.meta.url)));
  await writeFile(join(folder, 'service.mjs'), program);
  service = spawn(process.execPath, [join(folder, 'service.mjs')], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await Promise.race([
    once(service.stdout!, 'data'),
    once(service, 'exit').then(([code]) => {
      throw new Error(`the service exited with code ${code}`);
    }),
  ]);
  url = String(line).trim();
});

afterAll(async () => {
  service?.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

async function post(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

describe('the program of docs/service.md', () => {
  const labels = 'model_name="late-flights",model_version="1"';

  it('predicts, joins the target and shows both in its metrics', async () => {
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const { predictionId, probability } = await post('/predictions', {
      distance: 1846,
      origin: 'SEA',
    });
    expect(probability).toBe(0.7);
    expect(await post('/targets', { predictionId, late: true })).toMatchObject({ matched: 1 });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain(`model_predictions_total{${labels},status="success"} 1\n`);
    expect(metrics).toContain(`model_targets_total{${labels},status="matched"} 1\n`);
  });

  it('closes on SIGTERM', async () => {
    const exit = once(service, 'exit');
    service.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });
});
