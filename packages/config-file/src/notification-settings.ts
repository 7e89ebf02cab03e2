import { setting } from '@modelmeter/core/settings';
import { z } from 'zod';

/** Where alerts can be sent. */
export type NotificationChannelName = 'slack' | 'email' | 'pagerduty' | 'webhook';

/** What every channel has. */
interface ChannelOptions {
  /**
   * Severities that the channel receives. Default: both; but next to other channels, `pagerduty`
   * receives `critical` only.
   */
  readonly severities?: readonly ('critical' | 'warning')[] | undefined;
}

export interface SlackOptions extends ChannelOptions {
  /** Default: the channel that the webhook was made for. */
  readonly channel?: string | undefined;
  /** File with the address of the incoming webhook. Default: `secrets/slack_url`. */
  readonly apiUrlFile?: string | undefined;
}

export interface EmailOptions extends ChannelOptions {
  /** One address or several. */
  readonly to: string | readonly string[];
  readonly from: string;
  /** Host and port of the mail server: `smtp.example.org:587`. */
  readonly smarthost: string;
  /** User of the mail server; needs `authPasswordFile`. */
  readonly authUsername?: string | undefined;
  /** File with the password of that user. */
  readonly authPasswordFile?: string | undefined;
  /** Whether the connection must be encrypted. Default: true. */
  readonly requireTls?: boolean | undefined;
}

export interface PagerdutyOptions extends ChannelOptions {
  /** File with the integration key of the service (events API v2). Default: `secrets/pagerduty_key`. */
  readonly routingKeyFile?: string | undefined;
  /** Another address of the events API, such as that of the European region. */
  readonly url?: string | undefined;
}

export interface WebhookOptions extends ChannelOptions {
  readonly url: string;
  /** File with a token that is sent as `Authorization: Bearer`. */
  readonly bearerTokenFile?: string | undefined;
}

export interface HeartbeatOptions {
  /** Address that receives a POST request every minute while alerting works. */
  readonly url: string;
  /** File with a token that is sent as `Authorization: Bearer`. */
  readonly bearerTokenFile?: string | undefined;
}

/** Who is notified when an alert fires. Secrets are read from files, relative to the configuration. */
export interface NotificationOptions {
  /** One channel or several, as `modelmeter alertmanager` sets them up. */
  readonly notificationChannel?:
    | NotificationChannelName
    | readonly NotificationChannelName[]
    | undefined;
  readonly slack?: SlackOptions | undefined;
  readonly email?: EmailOptions | undefined;
  readonly pagerduty?: PagerdutyOptions | undefined;
  readonly webhook?: WebhookOptions | undefined;
  /**
   * A dead man's switch outside of this installation, which raises an alert when the heartbeat stops.
   * Default: none.
   */
  readonly heartbeat?: HeartbeatOptions | undefined;
}

/** The effective form of `NotificationOptions`. */
export interface NotificationConfig extends NotificationOptions {
  readonly slack?: (SlackOptions & { readonly apiUrlFile: string }) | undefined;
  readonly email?: (EmailOptions & { readonly requireTls: boolean }) | undefined;
  readonly pagerduty?: (PagerdutyOptions & { readonly routingKeyFile: string }) | undefined;
}

/** Defaults of the files that hold secrets. */
export const notificationDefaults = {
  slackApiUrlFile: 'secrets/slack_url',
  pagerdutyRoutingKeyFile: 'secrets/pagerduty_key',
} as const;

const channelName = z.enum(['slack', 'email', 'pagerduty', 'webhook']);
const secretFile = z.string().min(1);
const emailAddress = z.string().regex(/^[^\s@,{}]+@[^\s@,{}]+$/, 'must be an e-mail address');
const httpAddress = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });
const channelShape = {
  severities: z
    .array(z.enum(['critical', 'warning']))
    .min(1)
    .optional(),
};

/** The fields of `NotificationOptions`, for schemas that have them at their top. */
export const notificationShape = {
  notificationChannel: z
    .union([channelName, z.array(channelName).min(1)], {
      error: `must be one of ${channelName.options.join(', ')}, or a list of them`,
    })
    .optional(),
  slack: z
    .strictObject({
      channel: z.string().min(1).optional(),
      apiUrlFile: secretFile.default(notificationDefaults.slackApiUrlFile),
      ...channelShape,
    })
    .optional(),
  email: z
    .strictObject({
      to: z.union([emailAddress, z.array(emailAddress).min(1)], {
        error: 'must be an e-mail address or a list of them',
      }),
      from: emailAddress,
      smarthost: z
        .string()
        .regex(/^\S+:\d{1,5}$/, 'must be a host and a port: "smtp.example.org:587"'),
      authUsername: z.string().min(1).optional(),
      authPasswordFile: secretFile.optional(),
      requireTls: z.boolean().default(true),
      ...channelShape,
    })
    .refine(
      (email) => (email.authUsername === undefined) === (email.authPasswordFile === undefined),
      {
        error: `needs both ${setting('authUsername')} and ${setting('authPasswordFile')}, or neither`,
      },
    )
    .optional(),
  pagerduty: z
    .strictObject({
      routingKeyFile: secretFile.default(notificationDefaults.pagerdutyRoutingKeyFile),
      url: httpAddress.optional(),
      ...channelShape,
    })
    .optional(),
  webhook: z
    .strictObject({
      url: httpAddress,
      bearerTokenFile: secretFile.optional(),
      ...channelShape,
    })
    .optional(),
  heartbeat: z
    .strictObject({ url: httpAddress, bearerTokenFile: secretFile.optional() })
    .optional(),
};
