import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { type: 'minor' }) => void;

/** Bytes of the engine's memory that may wait to be freed. */
const waitingBytes = 4 * 1024 * 1024;

let collect: Collect | undefined;

/**
 * Frees the memory of the rows that the engine handed over, once they are no longer in use.
 *
 * The rows of a stream lie in memory of the engine, which is freed together with the small
 * JavaScript objects around it. The garbage collector sees only these objects and finds no reason
 * to run, so a large file would pile up in memory. It is therefore started every few megabytes, and
 * a turn of the event loop lets the finalizers run.
 *
 * The first call enables the V8 flag `--expose-gc` for the process.
 */
export function createEngineMemory(): { handedOver(bytes: number): Promise<void> } {
  const collectGarbage = (collect ??= exposeCollector());
  let waiting = 0;
  return {
    async handedOver(bytes) {
      waiting += bytes;
      if (waiting < waitingBytes) return;
      waiting = 0;
      collectGarbage({ type: 'minor' });
      await setImmediate();
    },
  };
}

function exposeCollector(): Collect {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}
