import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alertsSchema, loadConfig } from '@modelmeter/config-file';
import { CoreError } from '@modelmeter/core';
import { parseSettings } from '@modelmeter/core/settings';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderAlertmanager } from '../src/notifications/alertmanager.js';
import { notificationChannels, notificationSecrets } from '../src/notifications/channels.js';
import { inhibitions } from '../src/notifications/inhibitions.js';
import { notificationTiming } from '../src/notifications/timing.js';
import { durationSeconds } from '../src/rules/options.js';
import { renderRules } from '../src/rules/render.js';
import { ruleFiles } from '../src/rules/rule-files.js';

const email = {
  to: ['a@example.org', 'b@example.org'],
  from: 'alertmanager@example.org',
  smarthost: 'smtp.example.org:587',
  authUsername: 'alertmanager',
  authPasswordFile: 'secrets/smtp_password',
};
const heartbeat = {
  url: 'https://example.org/heartbeat',
  bearerTokenFile: 'secrets/heartbeat_token',
};
const webhook = {
  url: 'http://exporter:8001/v1/alerts',
  bearerTokenFile: 'secrets/webhook_token',
};

function render(alerts: unknown, secretPath?: (file: string) => string): string {
  return renderAlertmanager(parseSettings(alertsSchema, alerts), {
    source: 'config.yaml',
    ...(secretPath === undefined ? {} : { secretPath }),
  });
}

interface RuleYaml {
  readonly alert?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly keep_firing_for?: string;
}

interface Receiver {
  readonly name: string;
  readonly [configs: `${string}_configs`]: readonly Readonly<Record<string, unknown>>[];
}

/** The settings of each channel, without the empty receiver. */
function receiversOf(text: string): Record<string, Readonly<Record<string, unknown>> | undefined> {
  const { receivers } = parse(text) as { readonly receivers: readonly Receiver[] };
  return Object.fromEntries(
    receivers
      .filter(({ name }) => name !== 'null')
      .map((receiver) => [receiver.name, receiver[`${receiver.name}_configs`]?.[0]]),
  );
}

describe('the configuration of Alertmanager', () => {
  it('of the compose stack is generated from the example configuration', async () => {
    const root = new URL('../../', import.meta.url);
    const source = 'config.example.yaml';
    const { alerts } = (await loadConfig(fileURLToPath(new URL(source, root)))).config;
    expect(readFileSync(new URL('deploy/alertmanager.yml', root), 'utf8')).toBe(
      renderAlertmanager(alerts, { source }),
    );
  });

  it('has one receiver for each named channel', () => {
    const text = render({ notificationChannel: ['pagerduty', 'slack', 'pagerduty'], webhook });
    expect(Object.keys(receiversOf(text))).toEqual(['pagerduty', 'slack']);
  });

  it('reads secrets from the files that the caller names', () => {
    const alerts = {
      notificationChannel: ['slack', 'email', 'pagerduty', 'webhook'],
      email,
      webhook,
    };
    const {
      slack,
      email: mail,
      pagerduty,
      webhook: hook,
    } = receiversOf(render(alerts, (file) => `/etc/${file}`));
    expect(slack?.api_url_file).toBe('/etc/secrets/slack_url');
    expect(mail?.auth_password_file).toBe('/etc/secrets/smtp_password');
    expect(pagerduty?.routing_key_file).toBe('/etc/secrets/pagerduty_key');
    expect(hook?.http_config).toEqual({
      authorization: { credentials_file: '/etc/secrets/webhook_token' },
    });
    expect(
      notificationChannels(parseSettings(alertsSchema, alerts)).flatMap(({ secrets }) =>
        secrets.map(({ setting, file }) => `${setting.join('.')}: ${file}`),
      ),
    ).toEqual([
      'alerts.slack.apiUrlFile: secrets/slack_url',
      'alerts.email.authPasswordFile: secrets/smtp_password',
      'alerts.pagerduty.routingKeyFile: secrets/pagerduty_key',
      'alerts.webhook.bearerTokenFile: secrets/webhook_token',
    ]);
  });

  it('passes on the settings of a channel', () => {
    const {
      slack,
      email: mail,
      pagerduty,
    } = receiversOf(
      render({
        notificationChannel: ['slack', 'email', 'pagerduty'],
        slack: { channel: '#models' },
        email: { ...email, requireTls: false },
        pagerduty: { url: 'https://events.eu.pagerduty.com/v2/enqueue' },
      }),
    );
    expect(slack?.channel).toBe('#models');
    expect(mail).toMatchObject({
      to: 'a@example.org, b@example.org',
      from: 'alertmanager@example.org',
      smarthost: 'smtp.example.org:587',
      auth_username: 'alertmanager',
      require_tls: false,
    });
    expect(pagerduty?.url).toBe('https://events.eu.pagerduty.com/v2/enqueue');
  });

  it('sends the heartbeat to its own receiver, never its end', () => {
    const alerts = { notificationChannel: 'slack', heartbeat };
    const text = render(alerts, (file) => `/etc/${file}`);
    const { receivers } = parse(text) as { readonly receivers: readonly Receiver[] };
    expect(receivers.find(({ name }) => name === 'heartbeat')).toEqual({
      name: 'heartbeat',
      webhook_configs: [
        {
          url: heartbeat.url,
          http_config: { authorization: { credentials_file: '/etc/secrets/heartbeat_token' } },
          send_resolved: false,
        },
      ],
    });
    expect(
      notificationSecrets(parseSettings(alertsSchema, alerts)).map(({ file }) => file),
    ).toEqual(['secrets/slack_url', 'secrets/heartbeat_token']);
  });

  it('keeps every alert firing for longer than a group waits with news', () => {
    const { groupInterval, keepsFiring } = notificationTiming;
    expect(durationSeconds(keepsFiring)).toBeGreaterThan(durationSeconds(groupInterval));
    const { route } = parse(render({ notificationChannel: 'slack' })) as {
      readonly route: { readonly group_interval: string };
    };
    expect(route.group_interval).toBe(groupInterval);
    const rules = renderRules().flatMap(
      ({ text }) =>
        (parse(text) as { readonly groups: readonly { readonly rules: readonly RuleYaml[] }[] })
          .groups,
    );
    const alerts = rules.flatMap((group) => group.rules).filter(({ alert }) => alert);
    for (const { labels, keep_firing_for } of alerts) {
      if (labels?.severity === 'none') expect(keep_firing_for).toBeUndefined();
      else
        expect(durationSeconds(keep_firing_for!)).toBeGreaterThan(durationSeconds(groupInterval));
    }
  });

  it.each(['slack', 'email', 'pagerduty', 'webhook'])(
    'notifies %s when an alert is resolved',
    (name) => {
      const receivers = receiversOf(render({ notificationChannel: name, email, webhook }));
      expect(receivers[name]?.send_resolved).toBe(true);
    },
  );

  it.each([
    ['email', 'alerts.email', /to, from and smarthost/],
    ['webhook', 'alerts.webhook', /a url/],
  ])('is refused for %s without its settings', (name, path, message) => {
    try {
      render({ notificationChannel: name });
    } catch (error) {
      if (!CoreError.isInstance(error)) throw error;
      expect(error.code).toBe('CONFIG_INVALID');
      expect(error.problems[0]?.path).toBe(path);
      expect(error.message).toMatch(message);
      return;
    }
    expect.fail('it was accepted');
  });
});

describe('an inhibition', () => {
  const names = ruleFiles()
    .flatMap(({ groups }) => groups.flatMap(({ rules }) => rules))
    .flatMap((rule) => ('alert' in rule ? [rule.alert] : []));
  const matchers = inhibitions
    .flatMap((rule) => [...(rule.source_matchers ?? []), ...(rule.target_matchers ?? [])])
    .filter((matcher) => matcher.startsWith('alertname'));

  it.each(matchers)('with %s names existing alerts', (matcher) => {
    const [, operator, pattern] = /^alertname(=~|!?=)"(.*)"$/.exec(matcher) ?? [];
    const fitting = names.filter((name) =>
      operator === '=~' ? new RegExp(`^(?:${pattern})$`).test(name) : name === pattern,
    );
    expect(fitting).not.toEqual([]);
  });
});

const isInstalled = spawnSync('amtool', ['--version']).error === undefined;
if (!isInstalled) {
  const text =
    'NOT RUN: the checks of the Alertmanager configuration need amtool, not installed here (Debian: apt-get install prometheus-alertmanager)';
  if (process.env.CI) throw new Error(text);
  console.warn(text);
}

describe.skipIf(!isInstalled)('amtool', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'modelmeter-alertmanager-'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function amtool(alerts: unknown, args: (file: string) => readonly string[]): string {
    const file = join(folder, 'alertmanager.yml');
    writeFileSync(file, render(alerts));
    const { status, stdout, stderr } = spawnSync('amtool', args(file), { encoding: 'utf8' });
    expect(status, stdout + stderr).toBe(0);
    return stdout.trim();
  }

  it.each([
    [undefined],
    ['slack'],
    ['email'],
    ['pagerduty'],
    ['webhook'],
    [['slack', 'email', 'pagerduty', 'webhook']],
  ])('accepts the configuration of %j', (channels) => {
    const alerts = { notificationChannel: channels, email, webhook, heartbeat };
    expect(amtool(alerts, (file) => ['check-config', file])).toContain('SUCCESS');
  });

  it.each([
    ['slack', 'severity=critical', 'slack'],
    ['slack', 'severity=warning', 'slack'],
    ['slack', 'severity=info', 'slack'],
    ['slack', 'severity=none', 'null'],
    ['slack', 'alertname=Watchdog severity=none', 'heartbeat'],
    ['slack', 'alertname=InfoInhibitor severity=none', 'null'],
    ['pagerduty', 'severity=critical', 'pagerduty'],
    ['pagerduty', 'severity=warning', 'pagerduty'],
    [['slack', 'pagerduty'], 'severity=critical', 'slack,pagerduty'],
    [['slack', 'pagerduty'], 'severity=warning', 'slack'],
    [['pagerduty', 'email'], 'severity=info', 'email'],
    [undefined, 'severity=critical', 'null'],
    [undefined, 'severity=warning', 'null'],
  ])('with %j sends %s to %s', (channels, labels, receivers) => {
    const alerts = { notificationChannel: channels, email, heartbeat };
    const route = (file: string) => [
      ...['config', 'routes', 'test', `--config.file=${file}`],
      ...labels.split(' '),
    ];
    expect(amtool(alerts, route)).toBe(receivers);
  });

  it('sends each channel its severities', () => {
    const alerts = {
      notificationChannel: ['slack', 'pagerduty', 'email'],
      slack: { severities: ['warning'] },
      pagerduty: { severities: ['critical', 'warning'] },
      email: { ...email, severities: ['critical'] },
    };
    const receivers = (severity: string) =>
      amtool(alerts, (file) => [
        ...['config', 'routes', 'test', `--config.file=${file}`, `severity=${severity}`],
      ]);
    expect(receivers('critical')).toBe('pagerduty,email');
    expect(receivers('warning')).toBe('slack,pagerduty');
  });
});
