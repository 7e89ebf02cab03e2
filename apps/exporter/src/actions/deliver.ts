import { messageOf } from '../errors.js';
import type { EventStore } from './event-store.js';
import { signedHeaders } from './signature.js';

const firstDelayMs = 1000;
const longestDelayMs = 3_600_000;

/** Time, waiting and chance of the deliveries; the real ones but in tests. */
export interface DeliveryHost {
  readonly now: () => number;
  /** Resolves after that time, or as soon as the signal aborts. */
  readonly wait: (lengthMs: number, signal: AbortSignal) => Promise<void>;
  /** Random numbers in [0, 1). */
  readonly random: () => number;
}

/** A webhook and what its events go through. */
export interface DeliveryOptions {
  readonly url: string;
  readonly timeoutMs: number;
  readonly keepForMs: number;
  /** Read before every request, so that a file can be rotated. */
  readonly readSecret: () => Promise<string>;
  readonly store: EventStore;
  readonly host: DeliveryHost;
  /** Ends the deliveries; what is not delivered stays in the store. */
  readonly signal: AbortSignal;
  readonly onDelivered: () => void;
  readonly onFailed: (problem: string) => void;
  readonly onExpired: (id: string) => void;
}

/** An event as it is kept. */
export interface KeptEvent {
  readonly createdMs: number;
  readonly body: string;
}

/**
 * Delivers an event at least once: until the webhook answers 2xx or the event is too old. After a
 * failure it waits a second, then twice as long each time up to an hour, shortened by up to half at
 * random so that replicas do not come together.
 */
export async function deliver(id: string, options: DeliveryOptions): Promise<void> {
  const { store, host, signal, keepForMs } = options;
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const text = await store.read(id);
    if (text === undefined) return;
    const event = JSON.parse(text) as KeptEvent;
    if (host.now() - event.createdMs > keepForMs) {
      options.onExpired(id);
      return store.remove(id);
    }
    const problem = await post(id, event.body, options);
    if (problem === undefined) {
      await store.remove(id);
      options.onDelivered();
      return;
    }
    if (signal.aborted) return;
    options.onFailed(problem);
    const longest = Math.min(longestDelayMs, firstDelayMs * 2 ** attempt);
    await host.wait(longest * (1 - host.random() / 2), signal);
  }
}

/** Why a request failed; undefined when it succeeded. */
async function post(
  id: string,
  body: string,
  { url, timeoutMs, readSecret, host, signal }: DeliveryOptions,
): Promise<string | undefined> {
  try {
    const seconds = Math.floor(host.now() / 1000);
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...signedHeaders(await readSecret(), id, seconds, body),
      },
      body,
      // A redirect could lead to a server that the configuration does not name.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `answered ${response.status}`;
  } catch (error) {
    return messageOf(error instanceof Error ? (error.cause ?? error) : error);
  }
}
