import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalogue } from '@modelmeter/core/catalogue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import type { Exporter } from '../src/exporter.js';
import { routes } from '../src/http/routes/index.js';
import { request, startText } from './support.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const blocks = (language: string): readonly string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]+?)^\`\`\`$`, 'gm'))].map(
    ([, text]) => text!,
  );

describe('the README', () => {
  let exporter: Exporter;

  beforeAll(async () => {
    const [config] = blocks('yaml');
    exporter = await startText(
      config!.replace(/^# .+\n/, '').replace('prometheus_port: 8001', 'prometheus_port: 0'),
    );
  });

  afterAll(() => exporter.close());

  it('has requests that its configuration answers', async () => {
    const requests = [...readme.matchAll(/^curl http:\/\/127\.0\.0\.1:8001(\S+) .*-d '(.+)'$/gm)];
    expect(requests).toHaveLength(2);
    for (const [, path, body] of requests) {
      expect(await request(exporter.url + path!, 'POST', body)).toMatchObject({ status: 200 });
    }
    const metrics = await (await fetch(`${exporter.url}/metrics`)).text();
    const labels = 'model_name="prices",model_version="1"';
    expect(metrics).toContain(`model_targets_total{${labels},status="matched"} 1\n`);
  });

  it('names only metrics of the catalogue', () => {
    const names = [...readme.matchAll(/`(model_\w+)`/g)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) expect(Object.keys(catalogue)).toContain(name);
  });

  it('names only routes that the exporter has', () => {
    const paths = routes.map(({ method, path }) => `${method} ${path}`);
    const named = [...readme.matchAll(/^\| `((?:GET|POST|PUT)[^|]+)` +\|/gm)].flatMap(
      ([, route]) => {
        const [, path] = route!.split(/ (?=\/)/);
        return [...route!.matchAll(/GET|POST|PUT/g)].map(([method]) => `${method} ${path}`);
      },
    );
    expect(named.length).toBeGreaterThan(10);
    for (const route of named) expect(paths).toContain(route);
  });

  it('gives the largest body that the server accepts', async () => {
    const [, megabytes] = /at most (\d+) MiB/.exec(readme)!;
    const body = JSON.stringify({ text: 'x'.repeat(Number(megabytes) * 1024 * 1024) });
    const answer = await request(`${exporter.url}/v1/predictions`, 'POST', body);
    expect(answer.body.code).toBe('BODY_TOO_LARGE');
  });

  it('links to packages and packed files only', () => {
    for (const [, link] of readme.matchAll(/\]\(([^)\s]+)\)/g)) {
      const isPackage = link!.startsWith('https://www.npmjs.com/package/@modelmeter/');
      const file = fileURLToPath(new URL(`../${link}`, import.meta.url));
      const isPacked = packageJson.files.some((name) => link!.startsWith(name)) && existsSync(file);
      expect(isPackage || isPacked, link).toBe(true);
    }
  });
});
