import type { Clock } from '../../clock.js';
import { type Failures, messageOf } from '../../failures.js';
import type { Instruments } from '../../metrics/instruments.js';
import { outputFeature, type Reference } from '../../reference.js';
import { type DriftReport, verdictOf } from '../../report.js';
import type { Restoring } from '../../restoring.js';
import type { DriftConfig } from '../../settings/drift.js';
import type { FeatureConfig } from '../../settings/features.js';
import type { OutputsConfig } from '../../settings/outputs.js';
import type { DriftPolicy } from '../policy.js';
import type { CountSource, MaybeLater } from './count-source.js';
import { createDriftDetector, type DriftDetector, type SavedDetector } from './detector.js';
import { createFleetSource, type InstantQuery } from './fleet-source.js';
import type { DriftResult } from './run-evaluator.js';

/** The drift detection of one model: its windows and the runs that evaluate them. */
export interface DriftRuns {
  /** Undefined without a reference. */
  readonly detector: DriftDetector | undefined;
  readonly last: DriftReport | undefined;
  /** Why the last run failed; undefined when it succeeded. */
  readonly error: Error | undefined;
  /** Compares with another reference from now on; its windows start empty. */
  compareWith(reference: Reference): void;
  /** Implements `Monitor.runDrift`. */
  run(): Promise<DriftReport | undefined>;
  /** Discards the result of a run in progress. */
  close(): void;
  save(): SavedDrift;
  /** Continues the runs of the same reference; publishes the report of the last one. */
  restore(saved: SavedDrift, restoring: Restoring): void;
}

/** The drift detection of one model as it was saved. */
export interface SavedDrift {
  readonly detector: SavedDetector | undefined;
  readonly last: DriftReport | undefined;
}

interface DriftRunsOptions {
  readonly model: { readonly name: string; readonly version: string };
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsConfig;
  readonly drift: DriftConfig;
  readonly policy: DriftPolicy;
  readonly query: InstantQuery | undefined;
  readonly clock: Clock;
  readonly instruments: Instruments;
  readonly failures: Failures;
  /** Called after each run that succeeds. */
  readonly onReport: (report: DriftReport) => void;
}

/**
 * The drift runs of a model, without a reference at first. Each run publishes its results through
 * the instruments; when one fails, the results of the last successful run stay published.
 */
export function createDriftRuns(options: DriftRunsOptions): DriftRuns {
  const { model, features, outputs, drift, clock, instruments, failures } = options;
  let detector: DriftDetector | undefined;
  let last: DriftReport | undefined;
  let lastError: Error | undefined;
  let inProgress:
    | { readonly of: DriftDetector; readonly report: Promise<DriftReport | undefined> }
    | undefined;

  /** Runs and publishes; synchronously if the counts are available synchronously. */
  function evaluate(evaluated: DriftDetector): MaybeLater<DriftReport | undefined> {
    const startSeconds = performance.now() / 1000;
    const nowMs = clock.now();
    // When the reference has been replaced or the monitor closed, the series of the run are gone.
    const isObsolete = (): boolean => evaluated !== detector;
    const publish = (found: DriftResult): DriftReport | undefined => {
      if (isObsolete()) return undefined;
      const report: DriftReport = {
        modelName: model.name,
        modelVersion: model.version,
        referenceId: evaluated.reference.id,
        timeMs: nowMs,
        ...found,
        ...verdictOf(found.features),
      };
      instruments.driftRun(performance.now() / 1000 - startSeconds, report);
      last = report;
      lastError = undefined;
      options.onReport(report);
      return report;
    };
    const fail = (error: unknown): undefined => {
      if (isObsolete()) return undefined;
      lastError = error instanceof Error ? error : new Error(String(error));
      failures.count('drift', error);
      instruments.driftFailure();
      return undefined;
    };
    try {
      const found = evaluated.run(nowMs);
      return found instanceof Promise ? found.then(publish).catch(fail) : publish(found);
    } catch (error) {
      return fail(error);
    }
  }

  return {
    get detector() {
      return detector;
    },
    get last() {
      return last;
    },
    get error() {
      return lastError;
    },
    compareWith(reference) {
      const next = createDriftDetector({
        reference,
        features,
        outputs,
        drift,
        policy: options.policy,
        source: fleetSourceOf(options, reference),
        startMs: clock.now(),
        onFailure: (statistic, error) =>
          failures.count(
            'drift',
            new Error(`The drift statistic "${statistic}" failed: ${messageOf(error)}`, {
              cause: error,
            }),
          ),
      });
      detector = next;
      last = undefined;
      lastError = undefined;
      instruments.reference(reference);
      // A scrape lists the metrics before it reads them, so series created later would be absent.
      instruments.features(next.windows, next.embeddings);
    },
    async run() {
      if (detector === undefined || drift.source === 'none') return undefined;
      if (inProgress?.of === detector) return inProgress.report;
      const report = evaluate(detector);
      if (!(report instanceof Promise)) return report;
      const started = { of: detector, report };
      inProgress = started;
      try {
        return await report;
      } finally {
        if (inProgress === started) inProgress = undefined;
      }
    },
    close() {
      detector = undefined;
    },
    save: () => ({ detector: detector?.save(), last }),
    restore(saved, restoring) {
      if (saved.detector !== undefined) detector?.restore(saved.detector, restoring);
      // Its gauges would be those of another reference.
      if (saved.last === undefined || saved.last.referenceId !== detector?.reference.id) return;
      last = saved.last;
      instruments.driftReport(last);
    },
  };
}

/** Where the counts of a fleet come from; undefined where the windows of this process are used. */
function fleetSourceOf(
  { model, features, outputs, drift, query }: DriftRunsOptions,
  reference: Reference,
): CountSource | undefined {
  if (drift.source !== 'prometheus' || query === undefined) return undefined;
  return createFleetSource({
    model,
    job: drift.prometheus?.job,
    features: [...features, outputFeature(outputs)].filter(({ name }) =>
      reference.features.has(name),
    ),
    reference,
    windowMs: drift.window,
    query,
  });
}
