import { chmod } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alertmanagerCommand } from '../src/commands/alertmanager.js';
import { gridCommand, mergeCommand, referenceCommand } from '../src/commands/profiles.js';
import { type CliErrorCode, cliErrorCodes } from '../src/errors.js';
import { writeText } from '../src/files.js';
import { importDashboards } from '../src/grafana/import-dashboards.js';
import { connectGrafana } from '../src/grafana/request.js';
import { readSecret } from '../src/secret-files.js';
import { readBudgets } from '../src/slo/budgets.js';
import { importOpenSlo } from '../src/slo/openslo-import.js';
import { connectPrometheus } from '../src/slo/prometheus.js';
import { type FakeGrafana, startFakeGrafana } from './grafana/fake-grafana.js';
import { configOfModel, copyTo, runCompare, useFolder } from './support.js';

const folder = useFolder();
vi.spyOn(process.stdout, 'write').mockReturnValue(true);
let grafana: FakeGrafana;
let data: string;
let nested: string;

beforeAll(async () => {
  grafana = await startFakeGrafana({ dashboards: ['taken'] });
  data = await copyTo('SELECT i AS x FROM range(100) AS t(i)', folder.path('data.parquet'));
  nested = await copyTo('SELECT [i] AS x FROM range(9) AS t(i)', folder.path('nested.parquet'));
});

afterAll(() => grafana.close());

const compareWith = (options: object = {}): Promise<unknown> =>
  runCompare({ reference: data, current: data, ...options });

async function importInto(url: string): Promise<void> {
  const request = connectGrafana({ url, token: 'glsa_token', wait: async () => {} });
  const options = { folder: '', namespace: 'default', overwrite: false, message: '' };
  const dashboards = [{ uid: 'taken', title: 'Taken' }];
  for await (const _ of importDashboards(request, dashboards, options));
}

async function readOpenSecret(): Promise<void> {
  const path = await folder.write('secret', 'token');
  await chmod(path, 0o644);
  await readSecret(path, 'a token');
}

async function mergeOther(): Promise<void> {
  const other = await copyTo('SELECT i AS y FROM range(9) AS t(i)', folder.path('y.parquet'));
  const [a, b] = [folder.path('a.json'), folder.path('b.json')];
  await referenceCommand({ data, out: a, name: 'm', modelVersion: '1' });
  await referenceCommand({ data: other, out: b, name: 'm', modelVersion: '1' });
  await mergeCommand([a, b], folder.path('never.json'));
}

const failures: Readonly<Record<CliErrorCode, readonly (() => Promise<unknown>)[]>> = {
  DATA_UNREADABLE: [
    () => compareWith({ current: folder.path('none.csv') }),
    () => compareWith({ current: folder.path('table.xlsx') }),
    () => gridCommand([folder.path('none.json')], folder.path('never.json')),
  ],
  DATA_EMPTY: [
    async () => compareWith({ reference: await folder.write('empty.csv', '') }),
    async () =>
      referenceCommand({
        data: await folder.write('header.csv', 'x,y\n'),
        out: folder.path('never.json'),
        name: 'm',
        modelVersion: '1',
      }),
  ],
  DATA_REJECTED: [
    async () => compareWith({ current: await folder.write('odd.csv', 'x,y\n1,2\n3\n') }),
    async () => compareWith({ current: await folder.write('odd.ndjson', '{"x":1}\n{"x":\n') }),
  ],
  TIME_UNREADABLE: [
    async () => {
      const times = await folder.write('times.csv', 'x,t\n1,2024\n2,soon\n');
      return compareWith({ current: times, chunkBy: 'day:t' });
    },
    async () => {
      const times = await folder.write('either.csv', 'x,t\n1,03/04/2024\n2,04/05/2024\n');
      return compareWith({ current: times, chunkBy: 'day:t' });
    },
  ],
  COLUMN_UNKNOWN: [
    () => compareWith({ columns: ['y'] }),
    () => compareWith({ segment: 'y' }),
    () => compareWith({ key: 'y' }),
    () => compareWith({ chunkBy: 'day:y' }),
  ],
  COLUMN_UNSUITABLE: [() => compareWith({ reference: nested })],
  OPTION_INVALID: [
    () => compareWith({ chunkBy: 'year:x' }),
    () => compareWith({ chunkBy: 'day:x', chunkSize: 5 }),
    () => importInto('not an address'),
  ],
  PROFILES_DIFFER: [mergeOther],
  FILE_UNWRITABLE: [() => writeText(folder.path('none/at/all'), '')],
  SECRET_UNUSABLE: [readOpenSecret, () => readSecret(folder.path('none'), 'a token')],
  GRAFANA_UNREACHABLE: [() => importInto('http://127.0.0.1:9')],
  GRAFANA_REFUSED: [() => importInto(grafana.url)],
  PROMETHEUS_UNAVAILABLE: [
    () =>
      connectPrometheus({ url: 'http://127.0.0.1:9', token: undefined, tenant: undefined })(
        'up',
        0,
      ),
  ],
  OPENSLO_UNREADABLE: [
    async () =>
      importOpenSlo(folder.path('none.yaml'), await folder.write('config.yaml', configOfModel)),
    async () =>
      importOpenSlo(
        await folder.write('pod.yaml', 'apiVersion: v1\nkind: Pod\nmetadata: { name: x }\n'),
        await folder.write('config.yaml', configOfModel),
      ),
  ],
  OBJECTIVES_MISSING: [() => readBudgets(async () => [], { window: '30d', timeMs: 0 })],
};

describe('the error table', () => {
  it('has one sentence for every code', () => {
    for (const sentence of Object.values(cliErrorCodes)) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  const all = Object.entries(failures).flatMap(([code, list]) =>
    list.map((fail, index) => ({ code, fail, index })),
  );
  it.each(all)('gives $code to failure $index of its kind', async ({ code, fail }) => {
    await expect(fail()).rejects.toMatchObject({ name: 'CliError', code });
  });

  it('gives OPTION_INVALID to two secret files of one name', async () => {
    const config = await folder.write(
      'same.yaml',
      `alerts:
  notification_channel: [slack, pagerduty]
  slack: { api_url_file: slack/key }
  pagerduty: { routing_key_file: pagerduty/key }
${configOfModel}`,
    );
    const options = { config, out: folder.path('same.yml'), secretsFolder: '/etc/s' };
    await expect(alertmanagerCommand(options)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});
