import type { Clock } from '../clock.js';
import type { Failures } from '../failures.js';
import type { Instruments } from '../metrics/instruments.js';
import type { Observer } from '../observe.js';
import type { PredictionBatch, Target } from '../prediction.js';
import { noTargets, type TargetResult } from '../quality/record-targets.js';
import type { Targets } from '../quality/targets.js';
import type { KeptState } from './keep-state.js';
import type { MonitorInput } from './monitor-state.js';

/** What a monitor is given: each input is counted and then kept. */
export interface Inputs {
  observe(batch: PredictionBatch): void;
  countDuplicatePredictions(rows: number): void;
  recordTargets(targets: readonly Target[]): TargetResult;
  /** Counts an input that an earlier process has kept. */
  replay(input: MonitorInput): void;
}

/** The inputs of one monitor, at the time of its clock. */
export function createInputs(parts: {
  readonly observer: Observer;
  readonly targets: Targets;
  readonly instruments: Pick<Instruments, 'duplicatePredictions' | 'warmUpCall'>;
  readonly kept: KeptState;
  readonly clock: Clock;
  readonly failures: Failures;
}): Inputs {
  const { observer, targets, instruments, kept, clock, failures } = parts;
  function observe(batch: PredictionBatch): void {
    const timeMs = clock.now();
    const isCounted = observer.observe(batch, timeMs);
    if (!kept.isKept) return;
    kept.append(
      isCounted
        ? { kind: 'prediction', timeMs, batch: countedBatch(batch) }
        : { kind: 'warm_up', timeMs },
    );
  }

  return {
    observe(batch) {
      try {
        observe(batch);
      } catch (error) {
        failures.count('observe', error);
      }
    },
    countDuplicatePredictions(rows) {
      failures.guard('observe', () => {
        instruments.duplicatePredictions(rows);
        kept.append({ kind: 'duplicates', timeMs: clock.now(), rows });
      });
    },
    recordTargets(received) {
      const result = failures.guard('targets', () => {
        const timeMs = clock.now();
        const counted = targets.record(received, timeMs);
        kept.append({ kind: 'targets', timeMs, targets: received });
        return counted;
      });
      return result ?? noTargets;
    },
    replay(input) {
      const { kind, timeMs } = input;
      if (kind === 'prediction') observer.replay(input.batch, timeMs);
      else if (kind === 'targets') targets.record(input.targets, timeMs);
      else if (kind === 'duplicates') instruments.duplicatePredictions(input.rows);
      else instruments.warmUpCall();
    },
  };
}

/** The parts of a batch that are counted; those for the hooks may hold anything. */
function countedBatch({ context: _context, error, ...batch }: PredictionBatch): PredictionBatch {
  return error === undefined ? batch : { ...batch, error: { reason: error.reason } };
}
