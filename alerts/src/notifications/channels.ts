import { type AlertsConfig, configDefaults, settingError } from '@modelmeter/core/config';
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
export function notificationChannels(alerts: AlertsConfig): Channel[] {
  const named = alerts.notification_channel ?? [];
  const names = [...new Set(typeof named === 'string' ? [named] : named)];
  return names.map((name) => ({
    name,
    severities:
      alerts[name]?.severities ??
      (name === 'pagerduty' && names.length > 1 ? ['critical'] : everySeverity),
    ...describeChannel[name](alerts),
  }));
}

type Description = Pick<Channel, 'secrets' | 'receiver'>;

function slack({ slack: settings }: AlertsConfig): Description {
  const file = settings?.api_url_file ?? configDefaults.slackApiUrlFile;
  return {
    secrets: [
      {
        setting: ['alerts', 'slack', 'api_url_file'],
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

function email({ email: settings }: AlertsConfig): Description {
  if (settings === undefined) throw missing('email', 'to, from and smarthost');
  const { to, from, smarthost, auth_username, auth_password_file, require_tls } = settings;
  return {
    secrets:
      auth_password_file === undefined
        ? []
        : [
            {
              setting: ['alerts', 'email', 'auth_password_file'],
              file: auth_password_file,
              holds: `the password of ${auth_username} at ${smarthost}`,
              lineBreakCounts: true,
            },
          ],
    receiver: (secretPath) => ({
      to: typeof to === 'string' ? to : to.join(', '),
      from,
      smarthost,
      ...(auth_password_file === undefined
        ? {}
        : { auth_username, auth_password_file: secretPath(auth_password_file) }),
      require_tls,
      send_resolved: true,
      headers: { Subject: templates.titleWithSummary },
      html: templates.html,
      text: templates.plainText.every,
    }),
  };
}

function pagerduty({ pagerduty: settings }: AlertsConfig): Description {
  const file = settings?.routing_key_file ?? configDefaults.pagerdutyRoutingKeyFile;
  return {
    secrets: [
      {
        setting: ['alerts', 'pagerduty', 'routing_key_file'],
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

function webhook({ webhook: settings }: AlertsConfig): Description {
  if (settings === undefined) throw missing('webhook', 'a url');
  const { url, bearer_token_file } = settings;
  return {
    secrets:
      bearer_token_file === undefined
        ? []
        : [
            {
              setting: ['alerts', 'webhook', 'bearer_token_file'],
              file: bearer_token_file,
              holds: `the token that ${url} accepts`,
            },
          ],
    receiver: (secretPath) => ({
      url,
      ...(bearer_token_file === undefined
        ? {}
        : { http_config: { authorization: { credentials_file: secretPath(bearer_token_file) } } }),
      send_resolved: true,
    }),
  };
}

function missing(channel: string, needed: string): Error {
  return settingError(
    `alerts.${channel}`,
    `is missing; notification_channel names ${channel}, which needs ${needed}`,
  );
}
