import type { AlertsConfig } from '@modelmeter/config-file';
import { stringify } from 'yaml';
import { inhibitions } from './inhibitions.js';
import { type Channel, notificationChannels } from './notification-channels.js';
import type { Severity } from './rule.js';

/** How alerts of a severity go out: soon, and how often again. */
const routes: readonly Readonly<Record<string, string> & { severity: Severity }>[] = [
  { severity: 'critical', group_wait: '10s', repeat_interval: '1h' },
  { severity: 'warning', group_wait: '30s', repeat_interval: '12h' },
];
const nobody = 'null';

export interface AlertmanagerOptions {
  /** The configuration file, as the first line of the text names it. */
  readonly source: string;
  /** The path under which Alertmanager finds a secret file; as written when left out. */
  readonly secretPath?: (file: string) => string;
}

/**
 * The configuration of Alertmanager, as YAML, for the channels that `alerts.notification_channel`
 * names. Without one, alerts are seen in Alertmanager only.
 *
 * @throws CoreError CONFIG_INVALID when a channel lacks settings that have no default.
 */
export function renderAlertmanager(alerts: AlertsConfig, options: AlertmanagerOptions): string {
  const channels = notificationChannels(alerts);
  const secretPath = options.secretPath ?? ((file: string) => file);
  const configuration = {
    route: {
      // Alerts of other rules, which may have other severities, wake nobody.
      receiver: channelsFor('warning', channels)[0] ?? nobody,
      // Fifty drifted features of one model are one message.
      group_by: ['alertname', 'job', 'model_name'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: '4h',
      routes: [
        // Alerts about alerting are for services outside that miss them, and for inhibitions.
        { matchers: ['alertname=~"Watchdog|InfoInhibitor"'], receiver: nobody },
        { matchers: ['severity="none"'], receiver: nobody },
        ...routes.map(({ severity, ...times }) => ({
          matchers: [`severity="${severity}"`],
          ...deliveredTo(channelsFor(severity, channels)),
          ...times,
        })),
      ],
    },
    inhibit_rules: inhibitions,
    receivers: [
      ...channels.map(({ name, receiver }) => ({
        name,
        [`${name}_configs`]: [receiver(secretPath)],
      })),
      { name: nobody },
    ],
  };
  const head = `# Written by "modelmeter alertmanager" from the alerts of ${options.source}: change them there.\n`;
  return head + stringify(configuration, { lineWidth: 0, aliasDuplicateObjects: false });
}

function channelsFor(severity: Severity, channels: readonly Channel[]): string[] {
  return channels.filter(({ severities }) => severities.includes(severity)).map(({ name }) => name);
}

/** A route delivers to one receiver, so that several channels are routes below it. */
function deliveredTo(names: readonly string[]): Record<string, unknown> {
  if (names.length < 2) return { receiver: names[0] ?? nobody };
  return {
    routes: names.map((receiver, index) =>
      index === names.length - 1 ? { receiver } : { receiver, continue: true },
    ),
  };
}
