import { CoreError } from '../errors.js';
import type { Failures } from '../failures.js';
import type { PredictionBatch } from '../prediction.js';
import type { MonitorSettings } from '../settings/monitor.js';
import { outputNameOf } from '../settings/outputs.js';

/**
 * Compares the names in the first batches with the declared features and output, and reports each
 * kind of mismatch once: a feature that never arrives would otherwise only look missing.
 *
 * @returns A function to call with every successful batch; it does nothing once both are checked.
 */
export function createNameCheck(
  settings: Pick<MonitorSettings, 'features' | 'outputs'>,
  failures: Pick<Failures, 'count'>,
): (batch: PredictionBatch) => void {
  const output = outputNameOf(settings.outputs);
  let checksFeatures = true;
  let checksOutput = true;

  return (batch) => {
    if (checksFeatures && batch.features.length > 0) {
      checksFeatures = false;
      const found = new Set(batch.features.flatMap(({ names }) => names));
      const absent = settings.features.map(({ name }) => name).filter((name) => !found.has(name));
      if (absent.length > 0) {
        failures.count('features', mismatch('features', absent, [...found]));
      }
    }
    if (checksOutput && batch.outputs.length > 0) {
      checksOutput = false;
      const found = batch.outputs.map(({ name }) => name);
      if (!found.includes(output)) failures.count('outputs', mismatch('outputs', [output], found));
    }
  };
}

const namesShown = 20;

function mismatch(
  kind: 'features' | 'outputs',
  absent: readonly string[],
  found: readonly string[],
): CoreError {
  const list = (names: readonly string[]): string =>
    names.length <= namesShown
      ? names.map((name) => `"${name}"`).join(', ')
      : `${list(names.slice(0, namesShown))} and ${names.length - namesShown} more`;
  return new CoreError(
    'BATCH_INVALID',
    `The first call has no ${kind} ${list(absent)}; it has ${list(found)}. Correct the names in the option "${kind}", or those that the adapter reads.`,
  );
}
