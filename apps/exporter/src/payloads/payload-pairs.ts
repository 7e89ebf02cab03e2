import type { MetricStore } from '@modelmeter/core';
import type { LoggedCall, Payload } from './payload.js';

/** Memory that a waiting payload takes in addition to its content. */
const overheadBytes = 1024;

/** Brings the requests and answers of inference loggers together, in whatever order they come. */
export interface PayloadPairs {
  /** The call whose second half this is; undefined while the other half is missing. O(1). */
  add(payload: Payload): LoggedCall | undefined;
}

/**
 * A half whose other half does not come in time, or which has to make room, counts as unmatched.
 *
 * @param options.wait How long a half waits, in milliseconds.
 * @param options.maximumBytes Bytes that the waiting halves may take.
 * @param options.now Monotonic time in milliseconds.
 */
export function createPayloadPairs(options: {
  readonly wait: number;
  readonly maximumBytes: number;
  readonly store: MetricStore;
  readonly now: () => number;
}): PayloadPairs {
  const { wait, maximumBytes, store, now } = options;
  const count = {
    joined: store.counter('model_monitor_payloads_total', { result: 'joined' }),
    duplicate: store.counter('model_monitor_payloads_total', { result: 'duplicate' }),
    unmatched: store.counter('model_monitor_payloads_total', { result: 'unmatched' }),
  };
  /** The halves by id, the oldest first. */
  const waiting = new Map<string, { readonly payload: Payload; readonly sinceMs: number }>();
  let heldBytes = 0;

  function remove(key: string, { bytes }: Payload): void {
    waiting.delete(key);
    heldBytes -= bytes + overheadBytes;
  }

  return {
    add(payload) {
      const nowMs = now();
      const key = `${payload.model}\n${payload.id}`;
      const other = waiting.get(key)?.payload;
      if (other?.part === payload.part) {
        count.duplicate.add(1);
        return undefined;
      }
      if (other !== undefined) {
        remove(key, other);
        count.joined.add(2);
        return payload.part === 'answer'
          ? { request: other, answer: payload }
          : { request: payload, answer: other };
      }
      waiting.set(key, { payload, sinceMs: nowMs });
      heldBytes += payload.bytes + overheadBytes;
      for (const [oldest, { payload: old, sinceMs }] of waiting) {
        if (heldBytes <= maximumBytes && nowMs - sinceMs < wait) break;
        remove(oldest, old);
        count.unmatched.add(1);
      }
      return undefined;
    },
  };
}
