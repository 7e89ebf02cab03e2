import type { LimitsConfig } from '@modelmeter/config-file';
import { ExporterError } from '../errors.js';

/** Limits the calls of one model that run and wait at the same time. */
export interface Gate {
  /** @throws ExporterError OVERLOADED when a further call could not even wait. */
  requireRoom(): void;
  /**
   * Runs a call when a thread is free for it. A call that has waited for the time limit is not run: it
   * rejects with a TimeoutError.
   */
  run<Result>(call: () => Promise<Result>): Promise<Result>;
}

interface Waiting {
  readonly start: () => void;
  readonly timer: NodeJS.Timeout;
}

interface OpenGate {
  running: number;
  /** In the order in which the calls came. */
  readonly waiting: Set<Waiting>;
}

/**
 * Makes the gate of each model. Runs of a model occupy threads of the pool of libuv until they end,
 * however long that takes, and HTTP needs the pool as well: to compress answers and to read files. So
 * one thread is never given to a model, and while there are two others a single model cannot occupy all
 * of them. Free threads go to the models in turn. Each call is O(models).
 *
 * @param threads Threads of the pool.
 */
export function createGates(
  limits: Pick<LimitsConfig, 'inferencesWaiting' | 'inferenceTimeout'>,
  threads: number = threadsOfPool(),
): (model: string) => Gate {
  const { inferencesWaiting: maximumWaiting, inferenceTimeout: timeoutMs } = limits;
  const atOnce = Math.max(1, threads - 1);
  const atOnceOfModel = Math.max(1, atOnce - 1);
  /** Gates with calls that wait; the model that was served last is the last. */
  const queue = new Set<OpenGate>();
  let running = 0;

  function occupy(gate: OpenGate): void {
    running += 1;
    gate.running += 1;
  }

  function startNext(): void {
    if (running === atOnce) return;
    for (const gate of queue) {
      if (gate.running === atOnceOfModel) continue;
      const [next] = gate.waiting;
      queue.delete(gate);
      gate.waiting.delete(next!);
      if (gate.waiting.size > 0) queue.add(gate);
      clearTimeout(next!.timer);
      occupy(gate);
      next!.start();
      return;
    }
  }

  return (model) => {
    const gate: OpenGate = { running: 0, waiting: new Set() };

    function waitForThread(): Promise<void> {
      return new Promise((resolve, reject) => {
        const waiting: Waiting = {
          start: resolve,
          timer: setTimeout(() => {
            gate.waiting.delete(waiting);
            if (gate.waiting.size === 0) queue.delete(gate);
            reject(new DOMException(`The call has waited for ${timeoutMs} ms.`, 'TimeoutError'));
          }, timeoutMs),
        };
        gate.waiting.add(waiting);
        queue.add(gate);
      });
    }

    return {
      requireRoom() {
        if (gate.waiting.size < maximumWaiting) return;
        throw new ExporterError(
          'OVERLOADED',
          `${maximumWaiting} calls of model "${model}" are waiting. Send the request again later.`,
        );
      },
      async run(call) {
        if (running < atOnce && gate.running < atOnceOfModel) occupy(gate);
        else await waitForThread();
        try {
          return await call();
        } finally {
          running -= 1;
          gate.running -= 1;
          startNext();
        }
      },
    };
  };
}

/** The number of threads of libuv's pool, as libuv reads it. */
function threadsOfPool(): number {
  const threads = Number.parseInt(process.env.UV_THREADPOOL_SIZE ?? '4', 10);
  return Number.isNaN(threads) ? 1 : Math.min(Math.max(threads, 1), 1024);
}
