import type { Clock } from '../../clock.js';
import { type Failures, messageOf } from '../../failures.js';
import type { Instruments } from '../../metrics/instruments.js';
import { outputFeature, type Reference } from '../../reference.js';
import { type DriftReport, verdictOf } from '../../report.js';
import type { DriftConfig } from '../../settings/drift.js';
import type { FeatureConfig } from '../../settings/features.js';
import type { OutputsConfig } from '../../settings/outputs.js';
import type { DriftPolicy } from '../policy.js';
import type { CountSource, MaybeLater } from './count-source.js';
import { createDriftDetector, type DriftDetector, type DriftResult } from './detector.js';
import { createFleetSource, type InstantQuery } from './fleet-source.js';

/** The drift of one model: what is counted against its reference, and the runs that judge it. */
export interface DriftRuns {
  /** Undefined without a reference. */
  readonly detector: DriftDetector | undefined;
  readonly last: DriftReport | undefined;
  /** Why the last run failed; undefined when it succeeded. */
  readonly error: Error | undefined;
  /** Compares with another reference from now on; its windows begin empty. */
  compareWith(reference: Reference): void;
  /** As `Monitor.runDrift`. */
  run(): Promise<DriftReport | undefined>;
  /** What a run under way finds is published no more. */
  close(): void;
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
  let underWay:
    | { readonly of: DriftDetector; readonly report: Promise<DriftReport | undefined> }
    | undefined;

  /** Publishes what a run finds: at once, where the counts are there at once. */
  function evaluate(evaluated: DriftDetector): MaybeLater<DriftReport | undefined> {
    const startSeconds = performance.now() / 1000;
    const nowMs = clock.now();
    // Once the reference is replaced, or the monitor closed, the series of the run are gone.
    const isPast = (): boolean => evaluated !== detector;
    const publish = (found: DriftResult): DriftReport | undefined => {
      if (isPast()) return undefined;
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
      if (isPast()) return undefined;
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
      // A scrape lists the registry's metrics before it asks them: series made then would come late.
      instruments.features(next.windows);
    },
    async run() {
      if (detector === undefined || drift.source === 'none') return undefined;
      if (underWay?.of === detector) return underWay.report;
      const report = evaluate(detector);
      if (!(report instanceof Promise)) return report;
      const started = { of: detector, report };
      underWay = started;
      try {
        return await report;
      } finally {
        if (underWay === started) underWay = undefined;
      }
    },
    close() {
      detector = undefined;
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
