import { chmod } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildReference, createMonitor, type Monitor, metricStoreOf } from '@modelmeter/core';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../src/doctor/check.js';
import { readExposition } from '../src/doctor/exposition.js';
import {
  isPrometheusMissing,
  listening,
  type RunningPrometheus,
  startPrometheus,
} from './prometheus.js';
import { configOfModel, useCommand, useFolder } from './support.js';

const folder = useFolder();
const { run, succeed } = useCommand(folder);

/** The checks that the command prints as JSON. */
async function checksOf(...args: string[]): Promise<Check[]> {
  const { stdout, stderr } = await run(['doctor', ...args, '--format', 'json']);
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as { checks: Check[] }).checks;
}

const notOk = (checks: readonly Check[]): string[] =>
  checks
    .filter(({ status }) => status !== 'ok')
    .map(({ status, message }) => `${status} ${message}`);

describe('a configuration', () => {
  it('has models without a reference to look at', async () => {
    const path = await folder.write('external.yaml', configOfModel);
    const { stdout } = await succeed(['doctor', '--config', path]);
    expect(stdout).toBe(
      `${path}\n` +
        '  ok    Models that can be loaded: late-flights 1.\n' +
        '  warn  Model "late-flights" has no reference, so its drift is not evaluated. Build one with modelmeter reference and name it in models[].reference, or set record_reference.\n' +
        '\n1 ok, 1 to look at, 0 failed\n',
    );
  });

  it('fails with the message of check-config, and the exit code 2', async () => {
    const path = await folder.write('wrong.yaml', configOfModel.replace('external', 'onnx'));
    const { code, stdout } = await run(['doctor', '--config', path]);
    const { stderr } = await run(['check-config', path]);
    expect(code).toBe(2);
    expect(stdout).toContain(`  fail  ${stderr.replace('modelmeter: ', '').trim()}`);
  });

  it('that cannot be read is a failed check too', async () => {
    expect(notOk(await checksOf('--config', folder.path('none.yaml')))).toEqual([
      expect.stringContaining('fail '),
    ]);
  });
});

describe('a service', () => {
  const features = [{ name: 'origin', type: 'categorical' as const }];
  let registry: Registry;
  let monitor: Monitor;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    registry = new Registry();
    server = createServer((request, response) => {
      if (request.headers.authorization === 'Bearer wrong') {
        response.writeHead(401).end();
      } else if (request.url === '/metrics') {
        registry.metrics().then((text) => response.end(text));
      } else response.writeHead(request.url === '/readyz' ? 200 : 404).end();
    });
    url = await listening(server);
  });

  afterAll(() => server.close());

  function predict(of: Monitor): void {
    of.observe({
      features: [{ names: ['origin'], data: ['SEA'] }],
      outputs: [{ name: 'probability', data: [0.2] }],
      rows: 1,
      durationSeconds: 0.001,
    });
    of.setReady(true);
  }

  function monitorOf(settings: { reference?: boolean; maximumSeries?: number }): Monitor {
    registry = new Registry();
    if (settings.maximumSeries !== undefined) metricStoreOf(registry, settings.maximumSeries);
    const model = { name: 'late-flights', version: '1' };
    return createMonitor({
      model,
      features,
      registry,
      outputs: { task: 'binary', score: 'probability' },
      ...(settings.reference === true
        ? {
            reference: buildReference({
              modelName: model.name,
              modelVersion: model.version,
              created: '2026-01-01T00:00:00Z',
              source: 'test',
              features,
              columns: { origin: ['SEA', 'JFK', 'SEA'] },
            }),
          }
        : {}),
    });
  }

  it('without a model has a failed check', async () => {
    registry = new Registry();
    expect(notOk(await checksOf('--exporter', url))).toEqual([
      'fail Its metrics have no model. Expose the registry that createMonitor was given, or add models to the configuration.',
    ]);
  });

  it('that has not predicted, and has no reference, is to be looked at', async () => {
    monitor = monitorOf({});
    monitor.setReady(false);
    expect(notOk(await checksOf('--exporter', url))).toEqual([
      'fail late-flights 1 is not ready. The log of the service says why.',
      'warn late-flights 1 has made no prediction since the start. Call the wrapped model, or send predictions to /v1/predictions.',
      'warn late-flights 1 has no reference, so its drift is not evaluated.',
    ]);
    await monitor.close();
  });

  it('that predicts and has a reference is fine', async () => {
    monitor = monitorOf({ reference: true });
    predict(monitor);
    expect(notOk(await checksOf('--exporter', `${url}/`))).toEqual([]);
    await monitor.close();
  });

  it('that refuses series fails', async () => {
    monitor = monitorOf({ reference: true, maximumSeries: 40 });
    predict(monitor);
    expect(notOk(await checksOf('--exporter', url))).toContainEqual(
      expect.stringMatching(
        /^fail \d+ series were refused, because it may hold 40\. Raise monitoring\.maximum_series/,
      ),
    );
    await monitor.close();
  });

  it('that wants a token is asked with one', async () => {
    const tokenFile = await folder.write('token', 'wrong');
    await chmod(tokenFile, 0o600);
    const checks = await checksOf('--exporter', url, '--exporter-token-file', tokenFile);
    expect(notOk(checks)).toEqual([
      'fail It is not ready: /readyz answers 401.',
      'fail /metrics answers 401. Name a file with its token, or with user:password, with --exporter-token-file.',
    ]);
  });

  it('that does not run cannot be reached', async () => {
    expect(notOk(await checksOf('--exporter', 'http://127.0.0.1:1'))).toEqual([
      expect.stringMatching(
        /^fail It cannot be reached \(.*\)\. Start it, or correct --exporter\./,
      ),
    ]);
  });
});

const title = 'modelmeter doctor on a real Prometheus';

describe.skipIf(isPrometheusMissing(title))(title, () => {
  let prometheus: RunningPrometheus | undefined;
  let target: Server;
  let targetUrl: string;

  beforeAll(async () => {
    target = createServer((_, response) => response.end('up_since 1\n'));
    targetUrl = await listening(target);
  });

  afterAll(() => target.close());

  async function withPrometheus(
    config: Readonly<Record<string, unknown>>,
    use: (url: string) => Promise<void>,
  ): Promise<void> {
    // JSON is YAML.
    const file = await folder.write('prometheus.yml', JSON.stringify(config));
    prometheus = await startPrometheus(file, folder.path('data'));
    try {
      await use(prometheus.url);
    } finally {
      await prometheus.stop();
    }
  }

  it('says what an empty one lacks', async () => {
    await withPrometheus({}, async (url) => {
      expect(notOk(await checksOf('--prometheus', url))).toEqual([
        'fail It scrapes no job "modelmeter". Add the exporters to scrape_configs, or name their job with --job.',
        'fail It evaluates none of the rules. Write them with modelmeter rules and name the files in rule_files.',
        'fail It knows no Alertmanager, so alerts reach nobody. Name one in alerting.alertmanagers; modelmeter alertmanager writes its configuration.',
      ]);
    });
  });

  it('finds nothing wrong with a whole one, and names an exporter that is down', async () => {
    await succeed(['rules', '--out', folder.path('rules')]);
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [folder.path('rules/*.yaml')],
      alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:9'] }] }] },
      scrape_configs: [
        {
          job_name: 'modelmeter',
          static_configs: [{ targets: [new URL(targetUrl).host, '127.0.0.1:1'] }],
        },
      ],
    };
    await withPrometheus(config, async (url) => {
      let problems = ['not asked yet'];
      for (
        let attempt = 0;
        attempt < 120 && !/:1\/metrics cannot/.test(problems[0] ?? '');
        attempt += 1
      ) {
        await sleep(500);
        problems = notOk(await checksOf('--prometheus', url));
      }
      expect(problems).toEqual([
        expect.stringMatching(
          /^fail http:\/\/127\.0\.0\.1:1\/metrics cannot be scraped: .*refused/,
        ),
      ]);
      const { stdout } = await run(['doctor', '--prometheus', url]);
      expect(stdout).toMatch(/ {2}ok {4}It evaluates all \d+ rules\./);
      expect(stdout).toContain('ok    It sends alerts to http://127.0.0.1:9/');
    });
  });

  it('says when the address is not that of Prometheus', async () => {
    expect(notOk(await checksOf('--prometheus', targetUrl))).toEqual([
      'fail /api/v1/targets?state=active answers 200 and not with what Prometheus says there. Name the address in front of /api/v1 with --prometheus.',
    ]);
  });
});

it('needs something to look at', async () => {
  const { code, stderr } = await run(['doctor']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^modelmeter: modelmeter doctor needs something to look at: --config/);
});

it('reads the escapes of label values', () => {
  expect(
    readExposition('# HELP a b\na{x="\\"q\\"\\n\\\\",y=""} 1\nb +Inf\nnot a series\n'),
  ).toEqual([
    { name: 'a', labels: { x: '"q"\n\\', y: '' }, value: 1 },
    { name: 'b', labels: {}, value: Infinity },
  ]);
});
