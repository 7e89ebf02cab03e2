import {
  type AlertsConfig,
  type HeartbeatOptions,
  notificationDefaults,
} from '@modelmeter/config-file';
import {
  type SettingsSource,
  setting,
  settingError,
  settingsInCode,
} from '@modelmeter/core/settings';
import type { Severity } from '../rules/rule.js';
import * as templates from './templates.js';

/** A file with a secret, and the setting that names it. */
export interface SecretFile {
  /** Path of the setting in the configuration. */
  readonly setting: readonly string[];
  /** The path in that setting: absolute, or relative to the configuration file. */
  readonly file: string;
  /** What the file must contain, in words. */
  readonly holds: string;
  /** Alertmanager before 0.27 treats a line break at the end as part of this secret. */
  readonly lineBreakCounts?: boolean;
}

/** One notification channel. */
export interface Channel {
  /** Name of the channel, of its receiver, and of the receiver's `…_configs` in Alertmanager. */
  readonly name: ChannelName;
  readonly severities: readonly Severity[];
  readonly secrets: readonly SecretFile[];
  /** The content of the `…_configs`; `secretPath` gives the path of a secret file for Alertmanager. */
  receiver(secretPath: (file: string) => string): Record<string, unknown>;
}

type ChannelName = Extract<keyof typeof describeChannel, string>;

const describeChannel = { slack, email, pagerduty, webhook };
const everySeverity: readonly Severity[] = ['critical', 'warning'];

/**
 * The channels that `alerts.notification_channel` names, in its order.
 *
 * @throws CoreError CONFIG_INVALID when a channel lacks settings that have no default.
 */
export function notificationChannels(
  alerts: AlertsConfig,
  source: SettingsSource = settingsInCode,
): Channel[] {
  const named = alerts.notificationChannel ?? [];
  const names = [...new Set(typeof named === 'string' ? [named] : named)];
  return names.map((name) => ({
    name,
    severities:
      alerts[name]?.severities ??
      (name === 'pagerduty' && names.length > 1 ? ['critical'] : everySeverity),
    ...describeChannel[name](alerts, source),
  }));
}

/** The dead man's switch that receives the heartbeat; undefined where none is set. */
export function heartbeatReceiver({ heartbeat }: AlertsConfig): Description | undefined {
  return heartbeat === undefined ? undefined : requestTo('heartbeat', heartbeat, false);
}

/**
 * The secret files of all channels and of the heartbeat.
 *
 * @throws CoreError CONFIG_INVALID when a channel lacks settings that have no default.
 */
export function notificationSecrets(alerts: AlertsConfig, source?: SettingsSource): SecretFile[] {
  return [
    ...notificationChannels(alerts, source).flatMap(({ secrets }) => secrets),
    ...(heartbeatReceiver(alerts)?.secrets ?? []),
  ];
}

type Description = Pick<Channel, 'secrets' | 'receiver'>;

function slack({ slack: settings }: AlertsConfig): Description {
  const file = settings?.apiUrlFile ?? notificationDefaults.slackApiUrlFile;
  return {
    secrets: [
      {
        setting: ['alerts', 'slack', 'apiUrlFile'],
        file,
        holds: 'the URL of a Slack incoming webhook',
      },
    ],
    receiver: (secretPath) => ({
      api_url_file: secretPath(file),
      ...(settings?.channel === undefined ? {} : { channel: settings.channel }),
      send_resolved: true,
      color: templates.slackColor,
      title: templates.title,
      text: templates.slackText.every,
    }),
  };
}

function email({ email: settings }: AlertsConfig, source: SettingsSource): Description {
  if (settings === undefined) throw missing(source, 'email', 'to, from and smarthost');
  const { to, from, smarthost, authUsername, authPasswordFile, requireTls } = settings;
  return {
    secrets:
      authPasswordFile === undefined
        ? []
        : [
            {
              setting: ['alerts', 'email', 'authPasswordFile'],
              file: authPasswordFile,
              holds: `the password of ${authUsername} at ${smarthost}`,
              lineBreakCounts: true,
            },
          ],
    receiver: (secretPath) => ({
      to: typeof to === 'string' ? to : to.join(', '),
      from,
      smarthost,
      ...(authPasswordFile === undefined
        ? {}
        : { auth_username: authUsername, auth_password_file: secretPath(authPasswordFile) }),
      require_tls: requireTls,
      send_resolved: true,
      headers: { Subject: templates.titleWithSummary },
      html: templates.html,
      text: templates.plainText.every,
    }),
  };
}

function pagerduty({ pagerduty: settings }: AlertsConfig): Description {
  const file = settings?.routingKeyFile ?? notificationDefaults.pagerdutyRoutingKeyFile;
  return {
    secrets: [
      {
        setting: ['alerts', 'pagerduty', 'routingKeyFile'],
        file,
        holds: 'the integration key of a PagerDuty service (events API v2)',
      },
    ],
    receiver: (secretPath) => ({
      routing_key_file: secretPath(file),
      ...(settings?.url === undefined ? {} : { url: settings.url }),
      send_resolved: true,
      severity: '{{ if eq .CommonLabels.severity "critical" }}critical{{ else }}warning{{ end }}',
      description: templates.titleWithSummary,
      class: '{{ .CommonLabels.alertname }}',
      component: '{{ .CommonLabels.model_name }}',
      group: '{{ .CommonLabels.job }}',
      details: {
        model: '{{ .CommonLabels.model_name }} {{ .CommonLabels.model_version }}',
        firing: templates.plainText.firing,
        resolved: templates.plainText.resolved,
      },
      links: [
        { href: '{{ (index .Alerts 0).Annotations.runbook_url }}', text: 'Runbook' },
        { href: '{{ (index .Alerts 0).Annotations.dashboard_url }}', text: 'Dashboard' },
      ],
    }),
  };
}

function webhook({ webhook: settings }: AlertsConfig, source: SettingsSource): Description {
  if (settings === undefined) throw missing(source, 'webhook', 'a url');
  return requestTo('webhook', settings, true);
}

/** Requests of Alertmanager to an address, with a token where one is set. */
function requestTo(
  name: 'webhook' | 'heartbeat',
  { url, bearerTokenFile }: HeartbeatOptions,
  sendResolved: boolean,
): Description {
  return {
    secrets:
      bearerTokenFile === undefined
        ? []
        : [
            {
              setting: ['alerts', name, 'bearerTokenFile'],
              file: bearerTokenFile,
              holds: `the token that ${url} accepts`,
            },
          ],
    receiver: (secretPath) => ({
      url,
      ...(bearerTokenFile === undefined
        ? {}
        : { http_config: { authorization: { credentials_file: secretPath(bearerTokenFile) } } }),
      send_resolved: sendResolved,
    }),
  };
}

function missing(source: SettingsSource, channel: string, needed: string): Error {
  return settingError(
    source,
    ['alerts', channel],
    `is missing; ${setting('notificationChannel')} names ${channel}, which needs ${needed}`,
  );
}
