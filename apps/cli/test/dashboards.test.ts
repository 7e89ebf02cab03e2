import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeGrafana, startFakeGrafana } from './grafana/fake-grafana.js';
import { filesOf, repository, useCommand, useFolder } from './support.js';

const folder = useFolder();
const { run, succeed } = useCommand(folder);

describe('the dashboards', () => {
  let grafana: FakeGrafana | undefined;

  afterEach(() => {
    grafana?.close();
    grafana = undefined;
  });

  const importTo = (url: string, ...args: readonly string[]) => [
    ...['dashboards', 'import', '--grafana-url', url, ...args],
  ];

  it('are written as the committed files', async () => {
    await succeed(['dashboards', 'write', '--out', 'grafana']);
    const committed = await filesOf(join(repository, 'dashboards'), '.json');
    delete committed['package.json'];
    delete committed['tsconfig.json'];
    expect(await filesOf(folder.path('grafana'), '.json')).toEqual(committed);
  });

  it('are imported with the token of a file', async () => {
    grafana = await startFakeGrafana();
    await folder.write('token', 'glsa_token\n');
    await chmod(folder.path('token'), 0o600);
    const { stdout } = await succeed(importTo(grafana.url, '--token-file', 'token'));
    const committed = await filesOf(join(repository, 'dashboards'), '.json');
    expect(grafana.violations).toEqual([]);
    expect(grafana.saved.size).toBeGreaterThan(3);
    for (const { spec } of grafana.saved.values()) {
      const { id, ...dashboard } = spec as { readonly id: null; readonly uid: string };
      expect(id).toBeNull();
      const file = dashboard.uid.replace('modelmeter-', '').replaceAll('-', '_');
      expect(dashboard).toEqual(JSON.parse(committed[`${file}.json`]!));
    }
    expect(stdout).toContain(`: ${grafana.url}/d/modelmeter-data-drift/slug\n`);
  });

  it('are imported with the token of the environment, into the folder that is named', async () => {
    grafana = await startFakeGrafana({
      folders: { ml: 'ML "team"' },
      dashboards: ['modelmeter-data-drift'],
      first: [{ status: 503 }],
    });
    const { stderr } = await succeed(
      importTo(grafana.url, '--folder', 'ML "team"', '--overwrite'),
      { environment: { GRAFANA_TOKEN: 'glsa_token' } },
    );
    expect(stderr).toMatch(/answered 503; trying again in 0\.5 s/);
    expect(grafana.saved.get('modelmeter-data-drift')?.folder).toBe('ml');
  });

  it('link to the runbooks that are named', async () => {
    const base = 'https://runbooks.example.org/ml';
    await succeed(['dashboards', 'write', '--out', 'linked', '--runbook-base-url', base]);
    const text = Object.values(await filesOf(folder.path('linked'), '.json')).join('');
    expect(text).toContain(`${base}/`);
    expect(text).not.toContain('localhost:8001/runbooks');
  });

  it('are not imported without a token', async () => {
    const { code, stderr } = await run(importTo('http://localhost:3000'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/--token-file, or set GRAFANA_TOKEN/);
  });

  it('are not imported with a token that every user may read', async () => {
    await folder.write('open-token', 'glsa_token');
    await chmod(folder.path('open-token'), 0o644);
    const args = importTo('http://localhost:3000', '--token-file', 'open-token');
    const { code, stderr } = await run(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/open-token is open to every user/);
  });

  it('take no token as an argument, which every user could read', async () => {
    const { code, stderr } = await run(importTo('http://localhost:3000', '--token', 'glsa_token'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/unknown option '--token'/);
  });

  it('that exist already end the import with exit code 1', async () => {
    grafana = await startFakeGrafana({ dashboards: ['modelmeter-overview'] });
    const outcome = await run(importTo(grafana.url), {
      environment: { GRAFANA_TOKEN: 'glsa_token' },
    });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/exists already\. Replace it with --overwrite\./);
  });
});
