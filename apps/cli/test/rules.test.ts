import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configOfModel, filesOf, repository, useCommand, useFolder } from './support.js';

const folder = useFolder();
const { run, succeed } = useCommand(folder);

describe('modelmeter rules', () => {
  it('writes the committed rule files when nothing is asked for', async () => {
    const { stdout } = await succeed(['rules']);
    const written = await filesOf(folder.path('alerts'), '.yaml');
    // The folder also has package.json and sources, which are not rules.
    const committed = await filesOf(join(repository, 'alerts'), '.yaml');
    expect(written).toEqual(committed);
    expect(stdout.trim().split('\n').sort()).toEqual(
      Object.keys(written).map((name) => join('alerts', name)),
    );
  });

  it('writes one resource for Kubernetes, with the groups of all files', async () => {
    await succeed(['rules', '--out', 'cluster', '--kubernetes', '--job', 'scoring']);
    await succeed(['rules', '--out', 'files', '--job', 'scoring']);
    const { 'prometheus-rule.yaml': text, ...others } = await filesOf(
      folder.path('cluster'),
      '.yaml',
    );
    expect(others).toEqual({});
    const { kind, spec } = parse(text!) as { kind: string; spec: { groups: unknown[] } };
    const files = Object.values(await filesOf(folder.path('files'), '.yaml'));
    expect(kind).toBe('PrometheusRule');
    expect(new Set(spec.groups)).toEqual(
      new Set(files.flatMap((file) => (parse(file) as { groups: unknown[] }).groups)),
    );
  });

  it('takes job, windows and addresses', async () => {
    await succeed([
      ...['rules', '--out', 'deep/fleet', '--job', 'scoring', '--drift-window', '12h'],
      ...[
        '--quality-window',
        '2h',
        '--limit',
        'minimumCalls=321',
        '--limit',
        'hostMemoryRatio=0.8',
      ],
      ...['--runbook-base-url', 'https://runbooks.example.org/ml'],
      ...['--dashboard-base-url', 'https://grafana.example.org'],
    ]);
    const text = Object.values(await filesOf(folder.path('deep/fleet'), '.yaml')).join('');
    expect(text).not.toMatch(/job="modelmeter"|localhost/);
    expect(text).toContain('job="scoring"');
    expect(text).toContain('runbook_url: https://runbooks.example.org/ml/');
    expect(text).toContain('dashboard_url: https://grafana.example.org/d/');
    expect(text).toContain('[12h:5m]');
    expect(text).toContain('[2h:5m]');
    expect(text).toMatch(/>= 321\b/);
    expect(text).toContain('(limit 80%)');
  });

  it('records whole days where the drift window is shorter', async () => {
    const config = await folder.write(
      'hours.yaml',
      `drift_detection: { window: 6h }\n${configOfModel}`,
    );
    await succeed(['rules', '--out', 'of-hours', '--config', config]);
    const { 'drift.yaml': drift } = await filesOf(folder.path('of-hours'), '.yaml');
    expect(drift).toContain('Over the last 1d and all replicas');
  });

  it('takes the windows of a configuration, and options before them', async () => {
    const config = await folder.write(
      'windows.yaml',
      `drift_detection: { window: 36h }\nquality: { window: 3h }\n${configOfModel}`,
    );
    await succeed(['rules', '--out', 'of-config', '--config', config, '--quality-window', '5h']);
    const text = Object.values(await filesOf(folder.path('of-config'), '.yaml')).join('');
    expect(text).toContain('[36h:5m]');
    expect(text).toContain('[5h:5m]');
    expect(text).not.toMatch(/\[3h[\]:]/);
  });

  it.each([
    [['--job', 'a"b'], /^modelmeter: --job is "a\\"b"; use the name of a scrape job/],
    [['--drift-window', '1 day'], /^modelmeter: --drift-window is "1 day"; use a whole number/],
    [['--quality-window', '0h'], /--quality-window is "0h"/],
    [['--runbook-base-url', 'wiki'], /--runbook-base-url is "wiki"; use a URL/],
    [['--dashboard-base-url', 'x'], /--dashboard-base-url is "x"/],
    [
      ['--limit', 'minimumCalls=0'],
      /--limit sets minimumCalls to 0; use a whole number of 1 or more/,
    ],
    [
      ['--limit', 'memory=0.8'],
      /--limit has an unknown limit "memory"\. Available: minimumCalls, /,
    ],
    [['--limit', 'minimumCalls'], /Use NAME=NUMBER, such as hostMemoryRatio=0\.8/],
    [['--out', '/dev/null/rules'], /\/dev\/null\/rules cannot be created .*--out/],
    [['--config', 'none.yaml'], /none\.yaml cannot be read/],
  ])('refuses %j in one line', async (args, message) => {
    const { code, stderr } = await run(['rules', ...args]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
