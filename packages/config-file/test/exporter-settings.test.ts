import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoreError } from '@modelmeter/core';
import { snakeCaseKeys } from '@modelmeter/core/settings';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  type ExporterConfig,
  exporterDefaults,
  loadConfig,
  notificationDefaults,
  writtenConfig,
} from '../src/index.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelmeter-settings-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const model = {
  name: 'late-flights',
  type: 'external',
  features: [{ name: 'distance', type: 'numeric' }],
  outputs: { task: 'binary', score: 'probability' },
} as const;

/** Reads settings that are given in camelCase from a file that has them in snake_case. */
async function parseConfig(settings: unknown): Promise<ExporterConfig> {
  return readText(stringify(snakeCaseKeys(settings)));
}

async function readText(text: string): Promise<ExporterConfig> {
  const path = join(folder, 'config.yaml');
  await writeFile(path, text);
  return (await loadConfig(path)).config;
}

/** The problems of settings, lines left out. */
async function problemsOf(input: unknown) {
  const error: unknown = await parseConfig(input).then(
    () => new Error('the configuration was accepted'),
    (refusal: unknown) => refusal,
  );
  if (!CoreError.isInstance(error)) throw error;
  expect(error.code).toBe('CONFIG_INVALID');
  for (const { path, message } of error.problems) {
    expect(error.message).toContain(`${path}: ${message}`);
  }
  return error.problems.map(({ path, message }) => ({
    path: path.replace(/ \(line \d+\)$/, ''),
    message,
  }));
}

describe('a configuration', () => {
  it('needs only its models, and the rest has defaults', async () => {
    const config = await parseConfig({ models: [model] });
    expect(config.monitoring.prometheusPort).toBe(exporterDefaults.prometheusPort);
    expect(config.driftDetection.psiThreshold).toBe(0.25);
    expect(config.driftDetection.window).toBe(86_400_000);
    expect(config.quality.window).toBe(3_600_000);
    expect(config.alerts.latencyP99Ms).toBe(200);
    expect(config.alerts.successObjective).toBe(0.99);
    expect(config.alerts.latencyObjective).toBe(0.99);
    expect(config.models[0]).toMatchObject({
      version: '1',
      outputs: { task: 'binary', decisionThreshold: 0.5 },
    });
  });

  it.each([
    ['15s', 15_000],
    ['90m', 5_400_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
  ])('reads the duration %s in milliseconds', async (window, expected) => {
    const config = await parseConfig({ models: [model], driftDetection: { window } });
    expect(config.driftDetection.window).toBe(expected);
  });

  it.each(['', '0s', '24', '1.5h', 'a day', '24 h'])(
    'refuses the duration "%s"',
    async (window) => {
      const [problem] = await problemsOf({ models: [model], driftDetection: { window } });
      expect(problem?.path).toBe('drift_detection.window');
      expect(problem?.message).toContain(`(found ${JSON.stringify(window)})`);
      expect(problem?.message).toContain('"24h"');
    },
  );

  it('reads where the counters of a fleet are, with a tenant and a timeout', async () => {
    const { driftDetection: drift } = await parseConfig({
      models: [model],
      driftDetection: {
        source: 'prometheus',
        prometheus: { url: 'https://mimir.example/prometheus/', timeout: '5s', tenant: 'a' },
      },
    });
    expect(drift.prometheus).toEqual({
      url: 'https://mimir.example/prometheus/',
      timeout: 5000,
      tenant: 'a',
      tenantHeader: 'X-Scope-OrgID',
    });
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['no address', {}, 'url', 'is missing; source: prometheus needs the address of its API'],
    ['no such address', { url: 'prometheus:9090' }, 'url', '"http://prometheus:9090"'],
    ['a password', { url: 'http://a:b@c' }, 'url', 'use basic_auth'],
    ['a query', { url: 'http://a/?b=c' }, 'url', 'remove what follows ?'],
    ['a header', { url: 'http://a', tenantHeader: 'a: b' }, 'tenant_header', 'HTTP header'],
    [
      'two ways of access',
      {
        url: 'http://a',
        bearerTokenFile: 'token',
        basicAuth: { username: 'a', passwordFile: 'b' },
      },
      'basic_auth',
      'keep one of them',
    ],
  ])('refuses an API of a fleet with %s', async (_, prometheus, setting, message) => {
    const [problem] = await problemsOf({
      models: [model],
      driftDetection: { source: 'prometheus', prometheus },
    });
    expect(problem?.path).toBe(`drift_detection.prometheus.${setting}`);
    expect(problem?.message).toContain(message);
  });

  it('names an unknown setting and says to remove or correct it', async () => {
    expect(await problemsOf({ models: [model], driftDetection: { psiTreshold: 0.2 } })).toEqual([
      {
        path: 'drift_detection.psi_treshold',
        message: 'is not a setting; remove it or correct its name',
      },
    ]);
  });

  it('names a setting of the wrong type with what it found', async () => {
    const [problem] = await problemsOf({ models: [model], monitoring: { prometheusPort: '8001' } });
    expect(problem?.path).toBe('monitoring.prometheus_port');
    expect(problem?.message).toContain('"8001"');
  });

  it('names an impossible value with what it found', async () => {
    const [problem] = await problemsOf({ models: [model], alerts: { errorRateThreshold: 1.5 } });
    expect(problem?.path).toBe('alerts.error_rate_threshold');
    expect(problem?.message).toContain('(found 1.5)');
  });

  it('refuses an investigate threshold that is not below the drift threshold', async () => {
    const [problem] = await problemsOf({
      models: [model],
      driftDetection: { psiThreshold: 0.1, psiInvestigateThreshold: 0.1 },
    });
    expect(problem).toMatchObject({
      path: 'drift_detection.psi_investigate_threshold',
      message: expect.stringContaining('below psi_threshold'),
    });
  });

  it('refuses the same model and version twice and names the first', async () => {
    const [problem] = await problemsOf({ models: [model, model] });
    expect(problem?.path).toBe('models[1].name');
    expect(problem?.message).toContain('models[0]');
  });

  it('refuses a feature that is declared twice', async () => {
    const features = [...model.features, { name: 'distance', type: 'categorical' }];
    const [problem] = await problemsOf({ models: [{ ...model, features }] });
    expect(problem?.path).toBe('models[0].features[1].name');
    expect(problem?.message).toContain('keep one');
  });

  it('asks for the path of an onnx model and refuses one for an external model', async () => {
    expect((await problemsOf({ models: [{ ...model, type: 'onnx' }] }))[0]?.path).toBe(
      'models[0].path',
    );
    expect((await problemsOf({ models: [{ ...model, path: 'a.onnx' }] }))[0]?.path).toBe(
      'models[0].path',
    );
  });

  it('lists every wrong setting at once', async () => {
    const problems = await problemsOf({
      models: [{ ...model, name: 'two words' }],
      alerts: { accuracyThreshold: 2, notificationChannel: 'pigeon' },
    });
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'alerts.accuracy_threshold',
      'alerts.notification_channel',
      'models[0].name',
    ]);
  });

  it('takes one notification channel or several, with secrets in files', async () => {
    const { alerts } = await parseConfig({
      models: [model],
      alerts: { notificationChannel: ['slack', 'pagerduty'], slack: {}, pagerduty: {} },
    });
    expect(alerts.notificationChannel).toEqual(['slack', 'pagerduty']);
    expect(alerts.slack?.apiUrlFile).toBe(notificationDefaults.slackApiUrlFile);
    expect(alerts.pagerduty?.routingKeyFile).toBe(notificationDefaults.pagerdutyRoutingKeyFile);
    const one = { models: [model], alerts: { notificationChannel: 'email' } };
    expect((await parseConfig(one)).alerts.notificationChannel).toBe('email');
  });

  const email = { to: 'a@example.org', from: 'b@example.org', smarthost: 'smtp.example.org:587' };

  it.each([
    ['notification_channel', 'pigeon', /one of slack, email, pagerduty, webhook, or a list/],
    ['notification_channel', [], /expected array to have >=1 items/],
    ['notification_channel', ['slack', 'pigeon'], /one of slack, email, pagerduty, webhook/],
    ['slack', { apiUrl: 'https://hooks.slack.com/services/T/B/X' }, /is not a setting/],
    ['slack', { severities: [] }, /expected array to have >=1 items/],
    ['email', { ...email, to: ['a@example.org', 'b'] }, /must be an e-mail address \(found "b"\)/],
    ['email', { ...email, from: 'B <b@example.org>' }, /must be an e-mail address/],
    ['email', { ...email, smarthost: 'smtp.example.org' }, /"smtp\.example\.org:587"/],
    ['email', { ...email, authUsername: 'b' }, /auth_username and auth_password_file, or neither/],
    ['pagerduty', { url: 'events.pagerduty.com' }, /an http or https address/],
    ['webhook', { url: 'file:///etc/passwd' }, /an http or https address/],
    ['webhook', {}, /an http or https address/],
  ])('refuses alerts.%s: %j', async (name, setting, message) => {
    const [problem, ...others] = await problemsOf({ models: [model], alerts: { [name]: setting } });
    expect(others).toEqual([]);
    expect(problem?.path).toMatch(new RegExp(`^alerts\\.${name}`));
    expect(problem?.message).toMatch(message);
  });

  it('names the line of an invalid setting', async () => {
    await expect(
      readText('alerts:\n  latency_p99_ms: -1\nmodels: [{ name: a, type: external }]\n'),
    ).rejects.toThrow('alerts.latency_p99_ms (line 2)');
  });

  it('refuses names in camelCase and says how to write them', async () => {
    await expect(readText('driftDetection: { psi_threshold: 0.2 }\n')).rejects.toThrow(
      'driftDetection: is not a setting; write drift_detection',
    );
  });

  it.each([null, 'models', []])('refuses %j as a whole', async (input) => {
    expect(await problemsOf(input)).not.toHaveLength(0);
  });
});

describe('the written form of a configuration', () => {
  it('parses to the same, defaults filled in and durations as text', async () => {
    const config = await parseConfig({
      driftDetection: { window: '90m', statistic: 'js_distance' },
      models: [
        {
          name: 'late-flights',
          type: 'external',
          features: [{ name: 'x', type: 'numeric', drift: { test: 'mann_whitney' } }],
          outputs: { task: 'regression', value: 'y' },
        },
      ],
    });
    const written = writtenConfig(config);
    expect(written).toMatchObject({
      monitoring: { scrape_interval: '15s' },
      drift_detection: { window: '90m' },
      quality: { target_time_to_live: '7d' },
    });
    expect(await readText(stringify(written))).toEqual(config);
  });
});
