import type { Monitor } from '../monitor.js';
import type { PredictionBatch } from '../prediction.js';

/** The part of a monitor that an adapter calls, keeping what it was told. */
export interface RecordingMonitor
  extends Pick<Monitor, 'observe' | 'countError' | 'features' | 'outputs'> {
  readonly batches: readonly PredictionBatch[];
  readonly errors: readonly { readonly stage: 'features' | 'outputs'; readonly error: unknown }[];
}

/**
 * A monitor for the tests of an adapter.
 *
 * @param options.fails Makes `observe` throw, as no monitor ever should.
 */
export function createRecordingMonitor(
  options: Pick<Monitor, 'features' | 'outputs'> & { readonly fails?: boolean },
): RecordingMonitor {
  const batches: PredictionBatch[] = [];
  const errors: { stage: 'features' | 'outputs'; error: unknown }[] = [];
  return {
    features: options.features,
    outputs: options.outputs,
    batches,
    errors,
    observe(batch) {
      if (options.fails) throw new Error('this observer fails on purpose');
      // Batches are read during the call only, so what is kept is a copy.
      batches.push(structuredClone(batch));
    },
    countError(stage, error) {
      errors.push({ stage, error });
    },
  };
}
