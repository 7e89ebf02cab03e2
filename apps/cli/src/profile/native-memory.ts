import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of the engine's memory that may wait to be freed. */
const waitingBytes = 4 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect: (options: { type: 'minor' }) => void = runInNewContext('gc');

/**
 * Frees what the engine handed over and nobody holds any more.
 *
 * The rows of a stream stand in memory of the engine that is freed with the small JavaScript
 * objects around it. The collector sees only those, finds no reason to run, and a large file
 * would pile up; so it is asked to, and given a turn to run the finalizers.
 */
export function createNativeMemory(): { handedOver(bytes: number): Promise<void> } {
  let waiting = 0;
  return {
    async handedOver(bytes) {
      waiting += bytes;
      if (waiting < waitingBytes) return;
      waiting = 0;
      collect({ type: 'minor' });
      await setImmediate();
    },
  };
}
