import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionEvent, ActionsConfig, ActionWebhookConfig } from '@modelmeter/config-file';
import type { MetricStore } from '@modelmeter/core';
import type { Logger } from 'pino';
import { ExporterError, messageOf } from '../errors.js';
import { type DeliveryHost, deliver, type KeptEvent } from './deliver.js';
import { type EventStore, openEventStore } from './event-store.js';

/** What happened to a model. */
export interface ModelEvent {
  readonly type: ActionEvent;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Calls the webhooks of a configuration. */
export interface Webhooks {
  /** Keeps an event for every webhook that wants it, and returns at once. Never throws. */
  send(event: ModelEvent): void;
  /** Stops; events that are not delivered are sent after the next start. */
  close(): Promise<void>;
}

const realHost: DeliveryHost = {
  now: Date.now,
  wait: (lengthMs, signal) => sleep(lengthMs, undefined, { signal, ref: false }).catch(() => {}),
  random: Math.random,
};

/**
 * Starts the webhooks, first with the events that an earlier process has left. Each has a queue of
 * its own, whose events are delivered one after the other.
 *
 * @throws ExporterError SECRET_UNREADABLE when a secret is missing; EVENTS_UNWRITABLE when the folder
 * of the events cannot be used.
 */
export async function startWebhooks(options: {
  readonly config: ActionsConfig;
  /** Where relative paths start. */
  readonly folder: string;
  readonly store: MetricStore;
  readonly log: Logger;
  readonly host?: DeliveryHost;
}): Promise<Webhooks> {
  const { config, folder, host = realHost } = options;
  const queues = await Promise.all(
    config.webhooks.map(async (webhook) => {
      const readSecret = (): Promise<string> => secretOf(webhook, folder);
      await readSecret();
      const path = join(resolve(folder, config.folder), webhook.name);
      const kept = await openEventStore(path).catch((error: unknown) => {
        throw new ExporterError(
          'EVENTS_UNWRITABLE',
          `The folder ${path} for the events of webhook "${webhook.name}" cannot be used (${messageOf(error)}). Correct actions.folder.`,
          { cause: error },
        );
      });
      return startQueue(webhook, kept, await kept.ids(), readSecret, { ...options, host });
    }),
  );
  return {
    send({ type, data }) {
      const createdMs = host.now();
      const timestamp = new Date(createdMs).toISOString();
      const body = JSON.stringify({ type, timestamp, data });
      for (const queue of queues) if (queue.wants(type)) queue.add({ createdMs, body });
    },
    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
    },
  };
}

/** @param left The ids of the events of an earlier process. */
function startQueue(
  webhook: ActionWebhookConfig,
  kept: EventStore,
  left: readonly string[],
  readSecret: () => Promise<string>,
  {
    config,
    store,
    log,
    host,
  }: Parameters<typeof startWebhooks>[0] & { readonly host: DeliveryHost },
) {
  const labels = { webhook: webhook.name };
  const result = (name: 'delivered' | 'expired' | 'refused') =>
    store.counter('model_monitor_webhook_events_total', { ...labels, result: name });
  const [delivered, expired, refused] = [result('delivered'), result('expired'), result('refused')];
  const failures = store.counter('model_monitor_webhook_failures_total', labels);
  const waiting = store.gauge('model_monitor_webhook_pending', labels);
  const series = [delivered, expired, refused, failures, waiting];
  const stopping = new AbortController();
  let pending = 0;
  let last: Promise<void> = Promise.resolve();
  const move = (change: 1 | -1): void => {
    pending += change;
    waiting.set(pending);
  };
  waiting.set(0);

  const delivery = {
    url: webhook.url,
    timeoutMs: webhook.timeout,
    keepForMs: config.keepFor,
    readSecret,
    store: kept,
    host,
    signal: stopping.signal,
    onDelivered: () => delivered.add(1),
    onFailed(problem: string) {
      failures.add(1);
      log.warn({ webhook: webhook.name, problem }, 'webhook failed; it is tried again');
    },
    onExpired(id: string) {
      expired.add(1);
      log.error({ webhook: webhook.name, event: id }, 'event too old; not delivered');
    },
  };

  function enqueue(id: string, write: () => Promise<void>): void {
    move(1);
    const written = write();
    const before = last;
    last = Promise.allSettled([before, written]).then(async ([, writing]) => {
      try {
        if (writing.status === 'rejected') throw writing.reason;
        await deliver(id, delivery);
      } catch (error) {
        refused.add(1);
        log.error({ webhook: webhook.name, error: messageOf(error) }, 'event not kept');
      }
      if (!stopping.signal.aborted) move(-1);
    });
  }

  for (const id of left) enqueue(id, async () => {});
  return {
    wants: (type: ActionEvent) => webhook.events.includes(type),
    add(event: KeptEvent) {
      if (pending >= config.maximumPending) {
        refused.add(1);
        log.error({ webhook: webhook.name, pending }, 'too many events wait; event not kept');
        return;
      }
      // Ids sort by their time, as the files of the queue must after a restart.
      const time = event.createdMs.toString(36).padStart(9, '0');
      const id = `evt_${time}${randomBytes(8).toString('hex')}`;
      enqueue(id, () => kept.put(id, JSON.stringify(event)));
    },
    async close() {
      stopping.abort();
      await last;
      for (const one of series) one.remove();
    },
  };
}

async function secretOf(
  { name, secretFile, secretVariable = '' }: ActionWebhookConfig,
  folder: string,
): Promise<string> {
  const place = secretFile === undefined ? `$${secretVariable}` : resolve(folder, secretFile);
  let secret: string;
  try {
    secret =
      secretFile === undefined
        ? (process.env[secretVariable] ?? '')
        : await readFile(place, 'utf8');
  } catch (error) {
    throw unreadable(`cannot be read (${messageOf(error)})`, error);
  }
  if (secret.trim() === '') throw unreadable('is empty');
  return secret.trim();

  function unreadable(problem: string, cause?: unknown): ExporterError {
    return new ExporterError(
      'SECRET_UNREADABLE',
      `The secret of webhook "${name}", ${place}, ${problem}. Write the secret into it, or correct actions.webhooks.`,
      { cause },
    );
  }
}
