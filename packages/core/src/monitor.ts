import type { Statistic } from '@modelmeter/kernel/statistics';
import type { z } from 'zod';
import type { CallDetails, CallMonitor } from './call/call-meter.js';
import { createCallTerms } from './call/call-terms.js';
import { createInputCheck } from './call/input-check.js';
import { createPredictionIds } from './call/prediction-ids.js';
import { activeTrace } from './call/trace-context.js';
import { type Clock, type ScheduledTask, type Scheduler, systemClock } from './clock.js';
import type {
  AlertsConfig,
  alertsSchema,
  CallsConfig,
  callsSchema,
  DriftConfig,
  driftSchema,
  featureSchema,
  OutputsConfig,
  outputsSchema,
  QualityConfig,
  qualitySchema,
} from './config.js';
import { createDriftPolicy } from './drift/policy.js';
import type { InstantQuery } from './drift/runs/fleet-source.js';
import { createDriftRuns } from './drift/runs/runs.js';
import { CoreError } from './errors.js';
import { createFailures } from './failures.js';
import { createInstruments, type MonitorStage, type TargetStatus } from './metrics/instruments.js';
import { type MetricRegistry, metricStoreOf } from './metrics/metric-store.js';
import { parseMonitorSettings, requireFittingReference } from './monitor-settings.js';
import type { PredictionBatch, Target } from './prediction.js';
import { createQuality, type QualitySnapshot } from './quality.js';
import { outputFeature, type Reference } from './reference.js';
import { createReferenceRecorder } from './reference-recorder.js';
import type { DriftReport } from './report.js';
import { createTargetJoin } from './target-join.js';

/** Settings of a monitor; those of the configuration file keep their names. */
export interface MonitorOptions extends z.input<typeof callsSchema> {
  readonly model: { readonly name: string; readonly version?: string; readonly runtime?: string };
  readonly features: readonly z.input<typeof featureSchema>[];
  readonly outputs: z.input<typeof outputsSchema>;
  /** A prom-client registry. Several monitors may share one. */
  readonly registry: MetricRegistry;
  /** Without it nothing is said about drift until `setReference`; everything else works. */
  readonly reference?: Reference;
  /** Drift statistics of your own, reported and to be chosen beside the built-in ones. */
  readonly statistics?: readonly Statistic[];
  readonly drift_detection?: z.input<typeof driftSchema>;
  readonly quality?: z.input<typeof qualitySchema>;
  readonly alerts?: z.input<typeof alertsSchema>;
  /** Time of windows, schedules and times-to-live; default: the machine's. */
  readonly clock?: Clock;
  /** Runs drift by `drift_detection.schedule`; without it call `runDrift` yourself. */
  readonly scheduler?: Scheduler;
  /** Reads the counters of a fleet, with `drift_detection.source: prometheus`. */
  readonly queryPrometheus?: InstantQuery;
  readonly hooks?: MonitorHooks;
  /** Random numbers in [0, 1) for the sampling of features; default: Math.random. */
  readonly random?: () => number;
  /** Called once per stage and kind of failure of the monitoring itself; default: console.warn. */
  readonly onMonitorError?: (stage: MonitorStage, error: unknown) => void;
}

/**
 * Called in the way of a prediction, so keep them short; what they throw is counted in
 * `model_monitor_errors_total` at stage `hooks`.
 */
export interface MonitorHooks {
  /**
   * After each call of the model, failed ones too. `features` and `outputs` are views of the
   * model's own data and are to be read during the call of the hook only.
   */
  onPrediction?(prediction: ObservedPrediction): void;
  /** After each drift run that succeeded. */
  onDrift?(report: DriftReport): void;
}

/** A call as a hook sees it. */
export interface ObservedPrediction extends PredictionBatch {
  readonly model: Monitor['model'];
  /** Time of the monitor's clock. */
  readonly timeMs: number;
}

/** What became of a list of targets, with the ids that had no prediction (the first hundred). */
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

/** Watches one model. Nothing here throws into the caller once the monitor is made. */
export interface Monitor extends CallMonitor {
  readonly model: { readonly name: string; readonly version: string };
  readonly calls: CallsConfig;
  readonly drift: DriftConfig;
  readonly qualitySettings: QualityConfig;
  readonly alerts: AlertsConfig;
  readonly reference: Reference | undefined;
  /**
   * Compares with another reference from now on. Its windows begin empty and its series carry its
   * id; nothing counted on the grid of the one before is compared with it.
   *
   * @throws CoreError REFERENCE_MISMATCH when it lacks a declared feature; the one before stays.
   */
  setReference(reference: Reference): void;
  /**
   * The last `reference_window_days` whole days of production as a reference, such as for
   * `setReference`; undefined without `record_reference`, or before a whole day has passed.
   */
  recordedReference(): Reference | undefined;
  /**
   * Records one call of the model; reads the batch and keeps nothing of it. Adapters do it; call it
   * yourself for predictions that were made elsewhere.
   */
  observe(batch: PredictionBatch): void;
  /**
   * Runs a callback that calls the model, and gives ids, context or an abort signal to the calls
   * that it makes before its first `await`.
   *
   * @example
   * const results = await monitor.withCall({ predictionIds: ['f1'], signal }, () => session.run(feeds));
   */
  withCall<Result>(details: CallDetails, run: () => Result): Result;
  /** An id that no other process makes; ids sort by the time of their making. */
  newPredictionId(): string;
  /** Whether a prediction of that id is remembered, so that its target belongs here. */
  knowsPrediction(predictionId: string): boolean;
  /** Joins targets with the predictions that they belong to. */
  recordTargets(targets: readonly Target[]): TargetResult;
  /**
   * Compares the current windows with the reference. Whoever asks while a run is under way gets the
   * report of that run. Undefined without a reference, when it is replaced meanwhile, where another
   * process judges (`drift_detection.source: none`), and on failure; never rejects.
   */
  runDrift(): Promise<DriftReport | undefined>;
  /** The report of the last run that succeeded. */
  readonly lastDrift: DriftReport | undefined;
  /** Why the last run failed; undefined when it succeeded. */
  readonly driftError: Error | undefined;
  quality(): QualitySnapshot;
  setReady(isReady: boolean): void;
  /** Stops the schedule and takes the series of the model out of the registry. */
  close(): void;
}

const problemsReported = 100;

/** Models that are watched in a registry: two monitors of one model would share its series. */
const watchedModels = new WeakMap<MetricRegistry, Set<string>>();

/**
 * Makes the monitor of a model.
 *
 * @throws CoreError CONFIG_INVALID, REFERENCE_MISMATCH or METRIC_CONFLICT; only here.
 */
export function createMonitor(options: MonitorOptions): Monitor {
  const model = { name: options.model.name, version: options.model.version ?? '1' };
  const settings = parseMonitorSettings(options);
  const { features, outputs, drift, alerts, calls } = settings;
  const policy = createDriftPolicy(drift, features, options.statistics);
  // Refused here rather than in the first drift run.
  policy.criteriaOf(outputFeature(outputs));
  if (options.reference !== undefined) requireFittingReference(options.reference, settings);

  const watched = watchedModels.get(options.registry) ?? new Set<string>();
  watchedModels.set(options.registry, watched);
  const modelKey = `${model.name} version ${model.version}`;
  if (watched.has(modelKey)) {
    throw new CoreError(
      'METRIC_CONFLICT',
      `${modelKey} has a monitor in this registry already. Close that one first, or give this one another name, version or registry.`,
    );
  }
  const clock = options.clock ?? systemClock;
  const store = metricStoreOf(options.registry);
  const instruments = createInstruments({
    store,
    modelName: model.name,
    modelVersion: model.version,
    runtime: options.model.runtime ?? 'unknown',
    features,
    outputs,
    thresholdsOf: policy.thresholdsOf,
    quality: settings.quality,
    alerts,
  });
  const quality = createQuality({ outputs, windowMs: settings.quality.window });
  const join = createTargetJoin({
    timeToLiveMs: settings.quality.target_time_to_live,
    maximumPending: settings.quality.maximum_pending_targets,
  });
  const recorder = drift.record_reference
    ? createReferenceRecorder({
        model,
        features,
        outputs,
        days: drift.reference_window_days,
        startMs: clock.now(),
      })
    : undefined;
  const inputCheck = createInputCheck(features);
  const newPredictionId = createPredictionIds(() => clock.now());
  const hooks = options.hooks ?? {};
  let warmUpCallsLeft = calls.warm_up_calls;
  const failures = createFailures({
    modelName: model.name,
    instruments,
    report: options.onMonitorError,
  });
  const terms = createCallTerms({
    calls,
    random: options.random ?? Math.random,
    onUntaken: (error) => failures.count('observe', error),
  });
  const driftRuns = createDriftRuns({
    model,
    features,
    outputs,
    drift,
    policy,
    query: options.queryPrometheus,
    clock,
    instruments,
    failures,
    onReport: (report) => failures.guard('hooks', () => hooks.onDrift?.(report)),
  });
  if (options.reference !== undefined) driftRuns.compareWith(options.reference);

  // Every prediction passes here: no closures, and no work for what is not asked for.
  function observe(batch: PredictionBatch): void {
    const nowMs = clock.now();
    if (warmUpCallsLeft > 0) {
      warmUpCallsLeft -= 1;
      instruments.warmUpCall();
      return;
    }
    try {
      instruments.prediction(batch, nowMs, activeTrace());
    } catch (error) {
      failures.count('observe', error);
    }
    if (batch.error === undefined) {
      if (batch.unread === undefined) countFeatures(batch, nowMs);
      if (batch.predictionIds !== undefined) {
        try {
          rememberPredictions(batch, batch.predictionIds, nowMs);
        } catch (error) {
          failures.count('outputs', error);
        }
      }
    }
    if (hooks.onPrediction === undefined) return;
    try {
      hooks.onPrediction({ ...batch, model, timeMs: nowMs });
    } catch (error) {
      failures.count('hooks', error);
    }
  }

  function countFeatures(batch: PredictionBatch, nowMs: number): void {
    try {
      driftRuns.detector?.count(batch, nowMs);
      recorder?.record(batch, nowMs);
      if (calls.validation === 'count') {
        inputCheck.count(batch.features, batch.rows, instruments.invalidValue);
      }
    } catch (error) {
      failures.count('features', error);
    }
  }

  function rememberPredictions(
    batch: PredictionBatch,
    ids: readonly string[],
    nowMs: number,
  ): void {
    if (ids.length !== batch.rows) {
      throw new RangeError(
        `the batch has ${batch.rows} rows and ${ids.length} prediction ids; give one id a row`,
      );
    }
    const values = quality.readOutputs(batch.outputs, batch.rows);
    if (values === undefined) {
      throw new RangeError(
        `the batch has the outputs ${batch.outputs.map(({ name }) => name).join(', ') || '(none)'}; the monitor reads ${outputName(outputs)} with one value a row`,
      );
    }
    quality.predicted(batch.rows, nowMs);
    let unusable = 0;
    for (let row = 0; row < batch.rows; row += 1) {
      // One NaN in a sum of errors would stay in it for ever.
      if (Number.isFinite(values[row])) {
        join.remember(ids[row]!, { timeMs: nowMs, output: values[row]! });
      } else unusable += 1;
    }
    if (unusable > 0) {
      throw new RangeError(
        `${unusable} of ${batch.rows} rows of ${outputName(outputs)} hold no finite number; their targets cannot be judged`,
      );
    }
  }

  const task: ScheduledTask | undefined =
    drift.source === 'none'
      ? undefined
      : options.scheduler?.schedule(drift.schedule, drift.timezone, () => void driftRuns.run());
  const stopCollecting = store.onCollect(() => {
    failures.guard('collect', () => {
      const nowMs = clock.now();
      join.expire(nowMs);
      instruments.quality(quality.snapshot(nowMs), join);
      const { detector } = driftRuns;
      if (detector === undefined) return;
      instruments.features(detector.windows);
      if (task !== undefined) instruments.nextDriftRun(task.nextRun());
    });
  });

  watched.add(modelKey);
  return {
    model,
    features,
    outputs,
    calls,
    drift,
    qualitySettings: settings.quality,
    alerts,
    get reference() {
      return driftRuns.detector?.reference;
    },
    setReference(reference) {
      requireFittingReference(reference, settings);
      driftRuns.compareWith(reference);
    },
    recordedReference() {
      return recorder?.reference(clock.now());
    },
    startCall() {
      instruments.callStarted();
      return terms.take();
    },
    endCall: instruments.callEnded,
    requireValidInput(blocks, rows) {
      try {
        inputCheck.requireValid(blocks, rows);
      } catch (error) {
        inputCheck.count(blocks, rows, instruments.invalidValue);
        throw error;
      }
    },
    withCall: terms.offer,
    newPredictionId,
    observe,
    countError: failures.count,
    knowsPrediction: join.knows,
    recordTargets(targets) {
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
        for (const [index, { predictionId, value }] of targets.entries()) {
          const status = recordTarget(predictionId, value, nowMs);
          counts[status] += 1;
          instruments.target(status);
          if (
            (status === 'unmatched' || status === 'invalid') &&
            problems.length < problemsReported
          ) {
            problems.push({ index, predictionId, status });
          }
        }
      });
      return { ...counts, problems };
    },
    runDrift: driftRuns.run,
    get lastDrift() {
      return driftRuns.last;
    },
    get driftError() {
      return driftRuns.error;
    },
    quality() {
      return quality.snapshot(clock.now());
    },
    setReady(isReady) {
      instruments.ready(isReady);
    },
    close() {
      watched.delete(modelKey);
      driftRuns.close();
      task?.stop();
      stopCollecting();
      instruments.remove();
    },
  };

  function recordTarget(predictionId: string, value: Target['value'], nowMs: number): TargetStatus {
    const target = quality.readTarget(value);
    if (target === undefined) return 'invalid';
    const joined = join.take(predictionId);
    if (joined.status !== 'matched') return joined.status;
    const { timeMs, output } = joined.prediction;
    instruments.outcome(quality.record(output, target, timeMs, nowMs));
    instruments.targetDelay((nowMs - timeMs) / 1000);
    return 'matched';
  }
}

function outputName(outputs: OutputsConfig): string {
  if (outputs.task === 'binary') return `outputs.score "${outputs.score}"`;
  if (outputs.task === 'multiclass') return `outputs.class "${outputs.class}"`;
  return `outputs.value "${outputs.value}"`;
}
