import type { Clock } from '../clock.js';
import type { Failures } from '../failures.js';
import type { Instruments } from '../metrics/instruments.js';
import type { PredictionBatch, Target } from '../prediction.js';
import type { MonitorSettings } from '../settings/monitor.js';
import { type OutputsConfig, outputNameOf, outputSettings } from '../settings/outputs.js';
import type { TargetStatus } from '../vocabulary.js';
import { createQuality, type QualitySnapshot } from './quality.js';
import { isScorable } from './scoring.js';
import { createTargetJoin } from './target-join.js';

/** The number of targets by result, and the first hundred that were not joined. */
export interface TargetResult {
  readonly matched: number;
  readonly duplicate: number;
  readonly unmatched: number;
  readonly invalid: number;
  readonly problems: readonly {
    readonly index: number;
    readonly predictionId: string;
    readonly status: 'unmatched' | 'invalid';
  }[];
}

/** The predictions of a model that await their targets, and the resulting quality. */
export interface Targets {
  /**
   * Remembers the predictions of a batch under their ids.
   *
   * @throws RangeError when ids or outputs do not fit the rows; the other rows are remembered.
   */
  remember(batch: PredictionBatch, ids: readonly string[], nowMs: number): void;
  /** Joins targets with their predictions; never throws. */
  record(targets: readonly Target[]): TargetResult;
  /** Whether a prediction of that id is remembered. */
  knows(predictionId: string): boolean;
  /** The quality over the current window. */
  quality(): QualitySnapshot;
  /** Forgets predictions whose time-to-live has ended, and publishes the scores. */
  collect(nowMs: number): void;
}

const problemsReported = 100;

/** Creates an empty store of predictions. */
export function createTargets(options: {
  readonly settings: Pick<MonitorSettings, 'outputs' | 'quality'>;
  readonly clock: Clock;
  readonly instruments: Instruments;
  readonly failures: Failures;
}): Targets {
  const { settings, clock, instruments, failures } = options;
  const { outputs } = settings;
  const { window, interval } = settings.quality;
  const quality = createQuality({ outputs, windowMs: window, interval });
  const join = createTargetJoin({
    timeToLiveMs: settings.quality.targetTimeToLive,
    maximumPending: settings.quality.maximumPendingTargets,
  });

  function recordOne({ predictionId, value }: Target, nowMs: number): TargetStatus {
    const target = quality.readTarget(value);
    if (target === undefined) return 'invalid';
    const joined = join.take(predictionId);
    if (joined.status !== 'matched') return joined.status;
    const { timeMs, output } = joined.prediction;
    instruments.outcome(quality.record(output, target, timeMs, nowMs));
    instruments.targetDelay((nowMs - timeMs) / 1000);
    return 'matched';
  }

  return {
    remember(batch, ids, nowMs) {
      if (ids.length !== batch.rows) {
        throw new RangeError(
          `the batch has ${batch.rows} rows but ${ids.length} prediction ids; give one id for each row`,
        );
      }
      const values = quality.readOutputs(batch.outputs, batch.rows);
      if (values === undefined) {
        throw new RangeError(
          `the batch has the outputs ${batch.outputs.map(({ name }) => name).join(', ') || '(none)'}, but the monitor reads ${outputSetting(outputs)} with ${perRow[outputs.task]} for each row`,
        );
      }
      quality.predicted(batch.rows, nowMs);
      let unusable = 0;
      for (let row = 0; row < batch.rows; row += 1) {
        const output = values[row];
        if (isScorable(output)) join.remember(ids[row]!, { timeMs: nowMs, output });
        else unusable += 1;
      }
      if (unusable > 0) {
        throw new RangeError(
          `${unusable} of ${batch.rows} rows of ${outputSetting(outputs)} have no finite number; their targets cannot be scored`,
        );
      }
    },
    record(targets) {
      const counts: Record<TargetStatus, number> = {
        matched: 0,
        duplicate: 0,
        unmatched: 0,
        invalid: 0,
      };
      const problems: TargetResult['problems'][number][] = [];
      failures.guard('targets', () => {
        const nowMs = clock.now();
        join.expire(nowMs);
        for (const [index, target] of targets.entries()) {
          const status = recordOne(target, nowMs);
          counts[status] += 1;
          instruments.target(status);
          const isProblem = status === 'unmatched' || status === 'invalid';
          if (isProblem && problems.length < problemsReported) {
            problems.push({ index, predictionId: target.predictionId, status });
          }
        }
      });
      return { ...counts, problems };
    },
    knows: join.knows,
    quality: () => quality.snapshot(clock.now()),
    collect(nowMs) {
      join.expire(nowMs);
      instruments.quality(quality.snapshot(nowMs), join);
    },
  };
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
