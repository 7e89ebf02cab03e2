import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { request, startText } from '../support.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelmeter-state-'));
});

afterEach(() => rm(folder, { recursive: true }));

const startAt = (path: string) =>
  startText(`state: { path: ${path} }
models:
  - name: prices
    type: external
    features: [{ name: rooms, type: numeric }]
    outputs: { task: regression, value: price }
`);

const priceOf = (id: string) => ({
  ...{ model: 'prices', id, features: { rooms: 3 }, outputs: { price: 100 } },
  duration_seconds: 0.01,
});

const send = (url: string, ...ids: string[]) =>
  request(`${url}/v1/predictions`, 'POST', ids.map(priceOf));

async function isHealthy(url: string): Promise<boolean> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return /^model_monitor_state_healthy 1$/m.test(text);
}

const stateOf = async (url: string): Promise<unknown> =>
  (await request(`${url}/readyz?verbose`, 'GET')).body.state;

async function untilHealthy(url: string): Promise<void> {
  while (!(await isHealthy(url))) await sleep(100);
}

describe('a folder that cannot be used', () => {
  it('leaves the exporter in memory, and is used as soon as it can be', async () => {
    const path = join(folder, 'state');
    // A file in the place of the folder stops root too, unlike the mode of a folder.
    await writeFile(path, '');
    const exporter = await startAt(path);
    try {
      expect(await isHealthy(exporter.url)).toBe(false);
      expect(await stateOf(exporter.url)).toBe('not_kept');
      expect(await send(exporter.url, 'p0')).toMatchObject({
        status: 202,
        body: { accepted: 1 },
      });
      const text = await (await fetch(`${exporter.url}/metrics`)).text();
      expect(text).toMatch(/^model_monitor_state_unkept_inputs_total 1$/m);
      await rm(path);
      await untilHealthy(exporter.url);
      expect(await stateOf(exporter.url)).toBe('kept');
      expect((await send(exporter.url, 'p1')).status).toBe(200);
    } finally {
      await exporter.close();
    }
    const next = await startAt(path);
    try {
      expect((await send(next.url, 'p0', 'p1')).body).toMatchObject({ duplicate: 2 });
    } finally {
      await next.close();
    }
  });
});

describe('a damaged store', () => {
  it.each([
    ['the list of its files', /^MANIFEST/],
    ['its current version', /^CURRENT$/],
  ])('whose damage is in %s is moved aside', async (_name, file) => {
    const first = await startAt(folder);
    await send(first.url, 'p0');
    await first.close();
    await damage(join(folder, 'store'), file);
    const exporter = await startAt(folder);
    try {
      await untilHealthy(exporter.url);
      expect((await send(exporter.url, 'p0')).status).toBe(200);
      const names = await readdir(folder);
      expect(names).toContain('store');
      expect(names.filter((name) => name.startsWith('store.damaged-'))).toHaveLength(1);
    } finally {
      await exporter.close();
    }
  });
});

/** Overwrites the files of a name with other bytes. */
async function damage(path: string, pattern: RegExp): Promise<void> {
  const names = (await readdir(path)).filter((name) => pattern.test(name));
  expect(names).not.toEqual([]);
  for (const name of names) await writeFile(join(path, name), 'damaged '.repeat(64));
}
