import type { PredictionBatch } from '../prediction.js';
import { type OutputsConfig, outputNameOf, outputSettings } from '../settings/outputs.js';
import { pickBatch } from '../windows/pick-rows.js';
import { isScorable, type Scoring } from './scoring.js';
import type { PendingPrediction } from './target-join.js';

/** How far the clocks of senders may be ahead. */
export const clockToleranceMs = 300_000;

/** Where the predictions of batches go. */
export interface PredictionStore {
  /** Keeps a prediction; false when one with that id is known. */
  keep(predictionId: string, prediction: PendingPrediction): boolean;
  /** Receives how many rows were made at a time, and how many others were known already. */
  counted(rows: number, timeMs: number, known: number): void;
  /** Receives what does not fit: ids, times or outputs. */
  failed(error: RangeError): void;
}

/**
 * Returns the function that keeps the predictions of a batch under their ids. It returns the rows that
 * were not known before: the batch itself if that is all of them, or if nothing can be kept. Never
 * throws. O(rows).
 */
export function createPredictionReader(options: {
  readonly outputs: OutputsConfig;
  readonly scoring: Pick<Scoring, 'readOutputs'>;
  readonly timeToLiveMs: number;
  readonly segmentsOf: (batch: PredictionBatch) => readonly Int32Array[];
}): (batch: PredictionBatch, nowMs: number, store: PredictionStore) => PredictionBatch {
  const { outputs, scoring, timeToLiveMs, segmentsOf } = options;

  return (batch, nowMs, store) => {
    const { rows, predictionIds: ids, timeMs = nowMs } = batch;
    if (ids === undefined) return batch;
    const found = scoring.readOutputs(batch.outputs, rows);
    const problem =
      problemOf(batch, ids, nowMs) ?? (found === undefined ? noOutput(batch) : undefined);
    if (found === undefined || problem !== undefined) {
      store.failed(new RangeError(problem));
      return batch;
    }
    const segments = segmentsOf(batch);
    const fresh: number[] = [];
    let unusable = 0;
    for (let row = 0; row < rows; row += 1) {
      const output = found[row];
      const isUsable = isScorable(output);
      if (!isUsable) unusable += 1;
      const codes = segments.map((ofRows) => ofRows[row]!);
      if (!isUsable || store.keep(ids[row]!, { timeMs, output, segments: codes })) fresh.push(row);
    }
    store.counted(fresh.length, timeMs, rows - fresh.length);
    if (unusable > 0) {
      const setting = outputSetting(outputs);
      store.failed(
        new RangeError(
          `${unusable} of ${rows} rows of ${setting} have no finite number; their targets cannot be scored`,
        ),
      );
    }
    return fresh.length === rows ? batch : pickBatch(batch, fresh);
  };

  function problemOf(
    { rows, timeMs }: PredictionBatch,
    ids: readonly string[],
    nowMs: number,
  ): string | undefined {
    if (ids.length !== rows) {
      return `the batch has ${rows} rows but ${ids.length} prediction ids; give one id for each row`;
    }
    if (timeMs === undefined || isScoredTime(timeMs, nowMs, timeToLiveMs)) return undefined;
    return `the predictions were made at ${timeMs} ms since the Unix epoch, which is older than quality.targetTimeToLive or more than 5 minutes ahead of ${nowMs}; they are not scored`;
  }

  function noOutput(batch: PredictionBatch): string {
    const names = batch.outputs.map(({ name }) => name).join(', ') || '(none)';
    return `the batch has the outputs ${names}, but the monitor reads ${outputSetting(outputs)} with ${perRow[outputs.task]} for each row`;
  }
}

/** Whether predictions made at a time are scored. */
export function isScoredTime(timeMs: number, nowMs: number, timeToLiveMs: number): boolean {
  return timeMs >= nowMs - timeToLiveMs && timeMs <= nowMs + clockToleranceMs;
}

/** What the monitor reads of a row. */
const perRow = {
  binary: 'one value',
  multiclass: 'one value',
  multilabel: 'one score per label',
  regression: 'one value',
  ranking: 'equally many items',
} as const satisfies Record<OutputsConfig['task'], string>;

function outputSetting(outputs: OutputsConfig): string {
  return `outputs.${outputSettings[outputs.task]} "${outputNameOf(outputs)}"`;
}
