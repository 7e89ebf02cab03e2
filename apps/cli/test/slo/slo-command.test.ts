import { spawnSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Budget } from '../../src/slo/budgets.js';
import {
  isPrometheusMissing,
  listening,
  type RunningPrometheus,
  startPrometheus,
} from '../prometheus.js';
import { useCommand, useFolder } from '../support.js';

const folder = useFolder();
const { run, succeed } = useCommand(folder);

const endSeconds = Date.UTC(2026, 9, 31) / 1000;
const stepSeconds = 600;
const steps = (31 * 86_400) / stepSeconds;
const hoursOf = (step: number): number => ((steps - step) * stepSeconds) / 3600;

/** Events of one step: 100 calls of each of two replicas, of which some fail or are slow. */
function eventsAt(step: number): Readonly<Record<string, number>> {
  const failed = hoursOf(step) < 6 ? 12 : 0.5;
  return {
    'slo="errors",result="good"': 100 - failed,
    'slo="errors",result="bad"': failed,
    'slo="latency",result="good"': 100 - failed - 2,
    'slo="latency",result="bad"': failed + 2,
  };
}

/** The counters of a month in OpenMetrics. */
function history(): string {
  const lines = ['# TYPE model_slo_events counter', '# TYPE model_slo_objective_ratio gauge'];
  const labels = (instance: string): string =>
    `job="modelmeter",instance="${instance}",model_name="late-flights",model_version="3"`;
  for (const instance of ['a', 'b']) {
    for (const kind of Object.keys(eventsAt(0))) {
      let total = 0;
      for (let step = 0; step <= steps; step += 1) {
        const time = endSeconds - (steps - step) * stepSeconds;
        total += eventsAt(step)[kind]!;
        lines.push(`model_slo_events_total{${labels(instance)},${kind}} ${total} ${time}`);
      }
    }
  }
  for (const slo of ['errors', 'latency', 'drift_free']) {
    lines.push(`model_slo_objective_ratio{${labels('a')},slo="${slo}"} 0.99 ${endSeconds}`);
  }
  const samples = lines.slice(2);
  const isGauge = (line: string): boolean => line.startsWith('model_slo_objective');
  return [
    lines[0],
    ...samples.filter((line) => !isGauge(line)),
    lines[1],
    ...samples.filter(isGauge),
    '# EOF\n',
  ].join('\n');
}

const title = 'modelmeter slo on a real Prometheus';

describe.skipIf(isPrometheusMissing(title))(title, () => {
  let prometheus: RunningPrometheus | undefined;
  let url: string;
  const at = new Date(endSeconds * 1000).toISOString();

  beforeAll(async () => {
    const input = await folder.write('history.om', history());
    const blocks = spawnSync('promtool', [
      // One block: the 372 of two hours each take most of a minute on a slow disk.
      ...['tsdb', 'create-blocks-from', '--max-block-duration=2000h'],
      ...['openmetrics', input, folder.path('data')],
    ]);
    expect(blocks.status, blocks.stderr.toString()).toBe(0);
    await folder.write('prometheus.yml', 'scrape_configs: []\n');
    prometheus = await startPrometheus(folder.path('prometheus.yml'), folder.path('data'));
    url = prometheus.url;
  });

  afterAll(() => prometheus?.stop());

  it('computes the budgets from the counters of two replicas', async () => {
    const { stdout } = await succeed(['slo', '--prometheus', url, '--at', at, '--json']);
    const { time, budgets } = JSON.parse(stdout) as { time: string; budgets: Budget[] };
    expect(time).toBe(at);
    expect(budgets.map(({ slo, state }) => [slo, state])).toEqual([
      ['drift_free', 'no_events'],
      ['errors', 'burning'],
      ['latency', 'exhausted'],
    ]);
    const [, errors, latency] = budgets as [Budget, Budget, Budget];
    // 36 of 4320 steps have 12 failed calls of 100, the others 0.5.
    const failed = (36 * 12 + 4284 * 0.5) / 432_000;
    expect(errors.budgetUsed! / (failed / 0.01)).toBeCloseTo(1, 2);
    expect(errors.total / 864_000).toBeCloseTo(1, 2);
    expect(errors.burnRates['6h']).toBeCloseTo(12, 1);
    expect(errors.burnRates['3d']).toBeCloseTo((36 * 12 + 396 * 0.5) / 43_200 / 0.01, 1);
    // 2 slow ones among those that succeed.
    expect(latency.burnRates['6h']).toBeCloseTo(2 / 88 / 0.01, 1);
    expect(latency.secondsToExhaustion).toBe(0);
  });

  it('prints one line per objective, the worst first', async () => {
    const { stdout } = await succeed(['slo', '--prometheus', url, '--at', at, '--window', '28d']);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^model +version +objective +goal +good, 28d +events +budget used/);
    expect(lines[1]).toMatch(/^late-flights +3 +latency +99 % .* used up +exhausted$/);
    expect(lines[2]).toMatch(/ errors .* burning$/);
    expect(lines[3]).toMatch(/ drift_free .* no_events$/);
    expect(lines[5]).toBe('1 exhausted, 1 burning, 1 no_events');
  });

  it('ends with 2 when a budget is used to a share, and with 3 when one has no events', async () => {
    const args = ['slo', '--prometheus', url, '--at', at];
    expect((await run([...args, '--fail-on', '1'])).code).toBe(2);
    expect((await run([...args, '--fail-on', '5'])).code).toBe(3);
    expect((await run(args)).code).toBe(0);
  });

  it('says where no objective is found', async () => {
    const { code, stderr } = await run(['slo', '--prometheus', url, '--at', at, '--job', 'other']);
    expect(code).toBe(1);
    expect(stderr).toContain('no series model_slo_objective_ratio{job="other"}');
  });
});

describe('modelmeter slo and a proxy of Prometheus', () => {
  const requests: { authorization: string | undefined; tenant: unknown; path: string }[] = [];
  let answer: { status: number; body: string; headers?: Record<string, string> };
  const server = createServer((request, response) => {
    const { authorization, 'x-scope-orgid': tenant } = request.headers;
    requests.push({ authorization, tenant, path: request.url ?? '' });
    request.resume();
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  let url: string;
  beforeAll(async () => {
    url = await listening(server);
  });
  afterAll(() => server.close());

  it('sends a token or a user with a password, and the tenant', async () => {
    answer = { status: 401, body: 'no org id' };
    const environment = { PROMETHEUS_TOKEN: 'secret-token' };
    const args = ['slo', '--prometheus', `${url}/prefix/`, '--tenant', 'team'];
    const { code, stderr } = await run(args, { environment });
    expect(code).toBe(1);
    expect(stderr).toMatch(/answered 401: no org id\. Name a file with its token/);
    expect(stderr).not.toContain('secret-token');
    const file = await folder.write('token', 'user:password\n');
    await chmod(file, 0o600);
    await run([...args, '--token-file', file], { environment });
    const basic = `Basic ${Buffer.from('user:password').toString('base64')}`;
    expect(requests).toEqual([
      { authorization: 'Bearer secret-token', tenant: 'team', path: '/prefix/api/v1/query' },
      { authorization: basic, tenant: 'team', path: '/prefix/api/v1/query' },
    ]);
  });

  it.each([
    [{ status: 302, body: '', headers: { location: 'https://login' } }, /redirects to https:/],
    [{ status: 422, body: '{"status":"error","error":"too many"}' }, /answered 422: too many\./],
    [{ status: 200, body: '<html>Log in</html>' }, /did not answer with a vector: <html>/],
    [
      {
        status: 200,
        body: '{"status":"success","isPartial":true,"data":{"resultType":"vector","result":[]}}',
      },
      /a part of the result only \(isPartial\)/,
    ],
  ])('explains the answer %j', async (given, message) => {
    answer = given;
    const { code, stderr } = await run(['slo', '--prometheus', url]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  it.each([
    [['--prometheus', 'localhost:9090'], /not an http or https address/],
    [['--prometheus', 'http://user:pw@localhost'], /Every user of the machine can read a password/],
    [['--prometheus', 'http://127.0.0.1:9'], /cannot be reached/],
    [['--prometheus', 'http://127.0.0.1:9', '--at', 'soon'], /--at soon is not a time/],
    [['--prometheus', 'http://127.0.0.1:9', '--window', '7d'], /Allowed choices are 28d, 30d/],
    [['--prometheus', 'http://127.0.0.1:9', '--fail-on', '0'], /Write a share of the budget/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await run(['slo', ...args]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});
