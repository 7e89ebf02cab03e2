import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { permissions } from '@modelmeter/config-file';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exporter } from '../../src/exporter.js';
import { permissionOf } from '../../src/http/access.js';
import { routes } from '../../src/http/routes/index.js';
import { loadText, startText, twoModels } from '../support.js';

let folder: string;
let exporter: Exporter;
let config: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelmeter-'));
  for (const permission of permissions)
    await writeFile(join(folder, permission), `t-${permission}`);
  const tokens = permissions.map(
    (permission) => `{ file: ${join(folder, permission)}, permissions: [${permission}] }`,
  );
  config = `monitoring: { prometheus_port: 0, tokens: [${tokens.join(', ')}] }\n${twoModels}`;
  exporter = await startText(config);
});

afterAll(async () => {
  await exporter.close();
  await rm(folder, { recursive: true });
});

async function statusOf(method: string, path: string, authorization?: string): Promise<number> {
  const url = exporter.url + path.replace('{name}', 'prices').replaceAll(/\{\w+\}/g, '1');
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(url, { method, headers });
  await response.arrayBuffer();
  return response.status;
}

describe('with tokens', () => {
  it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s is open to the bearer of its permission only',
    async (_, route) => {
      const needed = permissionOf(route);
      const { method, path } = route;
      for (const permission of permissions) {
        const status = await statusOf(method, path, `Bearer t-${permission}`);
        if (needed === undefined || needed === permission) expect([401, 403]).not.toContain(status);
        else expect(status).toBe(403);
      }
      const status = await statusOf(method, path);
      if (needed === undefined) expect(status).not.toBe(401);
      else expect(status).toBe(401);
    },
  );

  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearer t-scrap',
    'Bearer t-scrapee',
    'Bearer T-SCRAPE',
    'Basic t-scrape',
    't-scrape',
  ])('a scrape with the header %j is refused', async (authorization) => {
    expect(await statusOf('GET', '/metrics', authorization)).toBe(401);
  });

  it('a reload reads the tokens again', async () => {
    await writeFile(join(folder, 'scrape'), 'another');
    expect(await statusOf('GET', '/metrics', 'Bearer t-scrape')).toBe(200);
    await exporter.reload(() => loadText(config));
    expect(await statusOf('GET', '/metrics', 'Bearer t-scrape')).toBe(401);
    expect(await statusOf('GET', '/metrics', 'Bearer another')).toBe(200);
    await writeFile(join(folder, 'scrape'), 't-scrape');
    await exporter.reload(() => loadText(config));
  });
});

describe('every answer', () => {
  it('forbids scripts, frames and readers of other origins', async () => {
    for (const path of ['/', '/metrics', '/nowhere']) {
      const { headers } = await fetch(exporter.url + path, {
        headers: { authorization: 'Bearer t-scrape', origin: 'https://example.org' },
      });
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});
