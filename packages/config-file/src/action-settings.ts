import { type Duration, duration, type Effective, setting } from '@modelmeter/core/settings';
import { z } from 'zod';

/** What a webhook can be called for. */
export const actionEvents = ['drift', 'quality', 'budget', 'comparison'] as const;
export type ActionEvent = (typeof actionEvents)[number];

/** A program that is called with signed requests when a model changes. */
export interface ActionWebhookOptions {
  /** Label of its metrics: 1 to 63 of the characters `A-Z a-z 0-9 . _ -`. */
  readonly name: string;
  /** Address that events are posted to; redirects are not followed. */
  readonly url: string;
  /** What it is called for. Default: all of them. */
  readonly events?: readonly ActionEvent[] | undefined;
  /** File with the secret of the signatures, relative to the configuration file. */
  readonly secretFile?: string | undefined;
  /** Variable of the environment with the secret, in place of a file. */
  readonly secretVariable?: string | undefined;
  /** Time limit of one request. Default: `10s`. */
  readonly timeout?: Duration | undefined;
}

/** The effective form of `ActionWebhookOptions`. */
export type ActionWebhookConfig = Effective<
  ActionWebhookOptions,
  'secretFile' | 'secretVariable',
  'timeout'
>;

/** What follows from a change of a model, such as a retraining or a rollback. */
export interface ActionsOptions {
  /** At most 20. */
  readonly webhooks?: readonly ActionWebhookOptions[] | undefined;
  /** Folder of the events that are not delivered yet. Default: `events`. */
  readonly folder?: string | undefined;
  /** Events that may wait for a webhook; further ones are dropped and counted. Default: 1000. */
  readonly maximumPending?: number | undefined;
  /** How long an event is tried. Default: `3d`. */
  readonly keepFor?: Duration | undefined;
}

/** The effective form of `ActionsOptions`. */
export interface ActionsConfig
  extends Effective<Omit<ActionsOptions, 'webhooks'>, never, 'keepFor'> {
  readonly webhooks: readonly ActionWebhookConfig[];
}

const webhookSchema: z.ZodType<ActionWebhookConfig, ActionWebhookOptions> = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
        'must be 1 to 63 of the characters A-Z a-z 0-9 . _ -',
      ),
    url: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .refine((url) => !/^https?:\/\/[^/]*@/.test(url), 'must not contain a user and password'),
    events: z
      .array(z.enum(actionEvents))
      .min(1)
      .default([...actionEvents]),
    secretFile: z.string().min(1).optional(),
    secretVariable: z.string().min(1).optional(),
    timeout: duration.prefault('10s'),
  })
  .refine(
    ({ secretFile, secretVariable }) =>
      (secretFile === undefined) !== (secretVariable === undefined),
    { error: `needs either ${setting('secretFile')} or ${setting('secretVariable')}` },
  );

export const actionsSchema: z.ZodType<ActionsConfig, ActionsOptions> = z
  .strictObject({
    webhooks: z.array(webhookSchema).max(20).default([]),
    folder: z.string().min(1).default('events'),
    maximumPending: z.int().min(1).max(100_000).default(1000),
    keepFor: duration.prefault('3d'),
  })
  .refine(({ webhooks }) => new Set(webhooks.map(({ name }) => name)).size === webhooks.length, {
    path: ['webhooks'],
    error: 'has two webhooks of the same name; rename one',
  });
