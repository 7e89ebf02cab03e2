import { readFile } from 'node:fs/promises';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { beforeAll, describe, expect, it } from 'vitest';
import { copyTo, csv, normals, useCommand, useFolder } from './support.js';

const folder = useFolder();
const { run } = useCommand(folder);
let steady: string;
let shifted: string;

beforeAll(async () => {
  steady = await folder.write('steady.csv', csv({ x: normals(2000, 1), y: normals(2000, 2) }));
  shifted = await folder.write('shifted.csv', csv({ x: normals(2000, 3, 1), y: normals(2000, 4) }));
});

const drift = (...rest: string[]): string[] => ['drift', '--reference', steady, ...rest];

describe('modelmeter drift', () => {
  it('prints a table, what matters first, and no progress into a pipe', async () => {
    const { code, stdout, stderr } = await run(drift('--current', shifted));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.indexOf('x  ')).toBeLessThan(stdout.indexOf('y  '));
    expect(stdout).toMatch(
      /x +drift +0\.\d+ \(0\.\d+ to \d.\d+\) .*Drift: PSI .* \(threshold 0\.25\)\./,
    );
    expect(stdout).toContain('state drift: x');
  });

  it.each([
    ['drift', 'shifted', 2],
    ['drift', 'steady', 0],
    ['investigate', 'shifted', 2],
  ])('with --fail-on %s and %s data exits with %i', async (state, name, code) => {
    const current = name === 'shifted' ? shifted : steady;
    expect((await run(drift('--current', current, '--fail-on', state))).code).toBe(code);
  });

  it('prints the documented JSON', async () => {
    const { stdout } = await run(
      drift('--current', shifted, '--format', 'json', '--chunk-size', '1000'),
    );
    const result: Record<string, unknown> = JSON.parse(stdout);
    expect(Object.keys(result)).toEqual([
      'reference',
      'current',
      'features',
      'chunks',
      'changes',
      'driftedFeatures',
      'state',
      'undecidedFeatures',
      'undecided',
    ]);
    expect(result).toMatchObject({
      reference: { source: steady, rows: 2000 },
      driftedFeatures: ['x'],
      state: 'drift',
    });
    const [x] = result.features as Record<string, object>[];
    expect(Object.keys(x!).sort()).toEqual([
      'adjustedPValue',
      'bins',
      'compared',
      'consecutiveRuns',
      'currentRows',
      'effects',
      'explanation',
      'findings',
      'ksResolution',
      'largestShifts',
      'missingRatio',
      'name',
      'noiseFloor',
      'pValue',
      'referenceRows',
      'scores',
      'significant',
      'state',
      'statistic',
      'test',
      'thresholds',
      'type',
    ]);
    expect(Object.keys(x!.scores!)).toEqual([
      'psi',
      'ks_statistic',
      'chi2_statistic',
      'js_distance',
      'hellinger_distance',
      'wasserstein_distance',
      'share_moved',
    ]);
  });

  it('reads standard input of every format', async () => {
    const ndjson = await copyTo(
      'SELECT (hash(i) % 1000) / 100.0 AS x FROM range(900) AS t(i)',
      folder.path('in.ndjson'),
    );
    const parquet = await copyTo(`SELECT * FROM '${ndjson}'`, folder.path('in.parquet'));
    const zipped = await copyTo(`SELECT * FROM '${ndjson}'`, folder.path('in.csv.gz'));
    for (const path of [ndjson, parquet, zipped]) {
      const args = ['drift', '--reference', ndjson, '--current', '-', '--format', 'json'];
      const result = JSON.parse((await run(args, { input: path })).stdout);
      expect(result).toMatchObject({ current: { source: '-', rows: 900 }, state: 'ok' });
      expect(result.features[0].scores.psi).toBe(0);
    }
    const empty = await folder.write('nothing', '');
    expect(
      await run(['drift', '--reference', ndjson, '--current', '-'], { input: empty }),
    ).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Standard input is empty.'),
    });
  });

  it('reads Arrow files and streams', async () => {
    const x = normals(3000, 5);
    const table = tableFromArrays({
      x,
      whole: Int32Array.from(x, (value) => Math.round(value * 3)),
      big: BigInt64Array.from(x, (value) => BigInt(Math.round(value * 3))),
      text: Array.from(x, (value) => (value > 1 ? null : value > 0 ? 'up' : 'down')),
      flag: Array.from(x, (value) => value > 0),
    });
    const { writeFile } = await import('node:fs/promises');
    await writeFile(folder.path('t.arrow'), tableToIPC(table, 'file'));
    await writeFile(folder.path('t.arrows'), tableToIPC(table, 'stream'));
    for (const name of ['t.arrow', 't.arrows']) {
      const args = ['drift', '--reference', folder.path('t.arrow'), '--current', folder.path(name)];
      const { stdout, stderr } = await run([...args, '--format', 'json']);
      expect(stderr).toBe('');
      const result = JSON.parse(stdout);
      expect(result.features.map((f: { name: string; type: string }) => [f.name, f.type])).toEqual([
        ['x', 'numeric'],
        ['whole', 'numeric'],
        ['big', 'numeric'],
        ['text', 'categorical'],
        ['flag', 'categorical'],
      ]);
      for (const feature of result.features) {
        expect(feature).toMatchObject({ currentRows: 3000, pValue: 1 });
      }
    }
  });

  it('writes a report', async () => {
    const report = folder.path('report.html');
    const { code } = await run(drift('--current', shifted, '--report', report));
    expect(code).toBe(0);
    const html = await readFile(report, 'utf8');
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).toContain('<svg');
  });

  it('takes its settings from a configuration, a statistic of one’s own among them', async () => {
    await folder.write(
      'mine.mjs',
      `export default {
        name: 'largest_share', appliesTo: ['numeric', 'categorical'], input: 'bins',
        compute(reference, current) {
          const share = (counts) => Math.max(...counts) / Math.max(1, counts.reduce((a, b) => a + b, 0));
          return { score: Math.abs(share(current) - share(reference)) };
        },
        levels: { investigate: 0.05, drift: 0.1 },
      };`,
    );
    const config = await folder.write(
      'config.yaml',
      `drift_detection:
  statistics: [ks_statistic, ./mine.mjs]
  statistic: largest_share
features:
  - { name: x, type: numeric, drift: { statistic: ks_statistic, drift_threshold: 0.3, test: mann_whitney } }
  - { name: y, type: numeric }
`,
    );
    const { stdout, stderr } = await run(
      drift('--current', shifted, '--config', config, '--format', 'json'),
    );
    expect(stderr).toBe('');
    const { features } = JSON.parse(stdout);
    expect(features[0]).toMatchObject({
      statistic: 'ks_statistic',
      thresholds: { investigate: 0.1, drift: 0.3 },
      test: 'mann_whitney',
      state: 'drift',
    });
    expect(features[1]).toMatchObject({
      statistic: 'largest_share',
      thresholds: { investigate: 0.05, drift: 0.1 },
      state: 'ok',
    });
    expect(Object.keys(features[1].scores)).toEqual(['ks_statistic', 'largest_share']);
    expect(features[1].effects.largest_share.high).toBeGreaterThan(0);
  });
});

describe('modelmeter drift refuses', () => {
  it.each([
    [['--current', 'none.csv'], /none\.csv cannot be read: .*No files found/],
    [['--current', 'table.xlsx'], /table\.xlsx has an unknown ending/],
    [['--columns', 'x,z'], /has no column "z"; it has x, y/],
    [['--columns', 'x,,'], /Write names separated by commas/],
    [['--chunk-by', 'year:x'], /--chunk-by year:x is not a unit and a column/],
    [['--chunk-by', 'day:z'], /has no column "z"/],
    [['--chunk-size', '0'], /Write a whole number above 0/],
    [['--chunk-size', '5', '--chunk-by', 'day:x'], /choose one/],
    [['--segment', 'z'], /has no column "z"/],
    [['--key', 'z'], /has no column "z"/],
    [['--config', 'none.yaml'], /none\.yaml cannot be read/],
    [['--report', '/none/at/all.html'], /all\.html cannot be written/],
    [['--format', 'xml'], /Allowed choices are table, json/],
  ])('%j in one line with exit code 1', async (args, message) => {
    const current = args.includes('--current') ? [] : ['--current', shifted];
    const { code, stderr } = await run(drift(...current, ...args));
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('a wrong setting, with its line', async () => {
    const config = await folder.write('wrong.yaml', 'drift_detection:\n  statistic: psy\n');
    const { code, stderr } = await run(drift('--current', shifted, '--config', config));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /drift_detection\.statistic \(line 2\): Unknown statistic "psy"\. Available: psi,/,
    );
  });
});

describe('modelmeter check-config', () => {
  it('prints the configuration with its defaults', async () => {
    const config = await folder.write(
      'exporter.yaml',
      `models:
  - name: late-flights
    type: external
    features: [{ name: x, type: numeric }]
    outputs: { task: binary, score: p }
`,
    );
    const { code, stdout } = await run(['check-config', config]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/window: 1d/);
    expect(stdout).toMatch(/psi_threshold: 0\.25/);
  });

  it('says what is wrong', async () => {
    const config = await folder.write('bad.yaml', 'models: []\n');
    const { code, stderr } = await run(['check-config', config]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/models/);
  });
});
