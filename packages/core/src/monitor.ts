import { createCallContext } from './call/call-context.js';
import type { CallDetails, CallMonitor } from './call/call-contract.js';
import { createInputCheck } from './call/input-check.js';
import { createNameCheck } from './call/name-check.js';
import { createPredictionIds } from './call/prediction-ids.js';
import { type Clock, canCallBack, systemClock } from './clock.js';
import { createDriftRuns } from './drift/runs/runs.js';
import { createFailures } from './failures.js';
import { createInstruments } from './metrics/instruments.js';
import { type MetricStore, metricStoreOf } from './metrics/metric-store.js';
import { type MonitorHost, type MonitorOptions, parseMonitorOptions } from './monitor-options.js';
import { createObserver } from './observe.js';
import type { PredictionBatch, Target } from './prediction.js';
import {
  type PreparedMonitor,
  prepareMonitor,
  requireFittingReference,
} from './prepare-monitor.js';
import { watchBudgets } from './quality/budget-watch.js';
import type { QualitySnapshot } from './quality/quality.js';
import { watchQuality } from './quality/quality-watch.js';
import type { TargetResult } from './quality/record-targets.js';
import { createTargets } from './quality/targets.js';
import { findVersion, publishVersion } from './quality/versions.js';
import type { Reference } from './reference.js';
import { createReferenceRecorder } from './reference-recorder.js';
import type { DriftReport } from './report.js';
import { manualSchedule, type ScheduledTask, scheduleRuns } from './schedule.js';
import { columnFeatures } from './settings/features.js';
import type { MonitorSettings } from './settings/monitor.js';

/** Monitors one model. Apart from `setReference`, its methods do not throw. */
export interface Monitor extends CallMonitor {
  readonly model: { readonly name: string; readonly version: string };
  /** The effective settings. */
  readonly settings: MonitorSettings;
  readonly reference: Reference | undefined;
  /**
   * Compares with another reference from now on. Windows start empty, and series have the id of the
   * new reference.
   *
   * @throws CoreError REFERENCE_MISMATCH when the reference lacks a declared feature; the previous one
   * stays in use.
   */
  setReference(reference: Reference): void;
  /**
   * A reference of the last `referenceWindowDays` whole days of production, for example for
   * `setReference`. Undefined without `recordReference`, and before a whole day with rows has passed.
   */
  recordedReference(): Reference | undefined;
  /**
   * Records one call of the model. The batch is read during this call and not kept. Adapters call
   * it; call it directly for predictions that were made elsewhere.
   */
  observe(batch: PredictionBatch): void;
  /**
   * Runs a callback that calls the model. The calls that it makes before its first `await` get the
   * given ids, context and abort signal.
   *
   * @example
   * const results = await monitor.withCall({ predictionIds: ['f1'], signal }, () => session.run(feeds));
   */
  withCall<Result>(details: CallDetails, run: () => Result): Result;
  /** A new id that is unique across processes. Ids sort by their time of creation. */
  newPredictionId(): string;
  /** Whether this monitor remembers a prediction with that id, and so accepts its target. */
  knowsPrediction(predictionId: string): boolean;
  /**
   * Whether predictions made at that time, in milliseconds since the Unix epoch, are scored: at most
   * `quality.targetTimeToLive` ago and 5 minutes ahead.
   */
  acceptsTime(timeMs: number): boolean;
  /** Counts predictions that were sent again and not passed to `observe`, since they are known. */
  countDuplicatePredictions(rows: number): void;
  /** Joins targets with their predictions and counts the results. */
  recordTargets(targets: readonly Target[]): TargetResult;
  /**
   * Compares the current windows with the reference. A call during a run returns the report of that
   * run. Never rejects. The result is undefined without a reference, when the reference is replaced
   * during the run, with `driftDetection.source: 'none'`, and when the run fails (see `driftError`).
   */
  runDrift(): Promise<DriftReport | undefined>;
  /** The report of the last run that succeeded. */
  readonly lastDrift: DriftReport | undefined;
  /** Why the last run failed; undefined when it succeeded. */
  readonly driftError: Error | undefined;
  /** The quality over the current window. */
  quality(): QualitySnapshot;
  /**
   * Sets `model_ready`. Without a call it is 1 once the model is wrapped by an adapter or has
   * predicted successfully, and absent before that.
   */
  setReady(isReady: boolean): void;
  /** Stops the schedule and removes the series of the model from the registry. */
  close(): void;
}

/**
 * Creates the monitor of a model.
 *
 * Drift runs on `driftDetection.schedule`, with timers that do not keep the process alive.
 *
 * @throws CoreError CONFIG_INVALID with every invalid setting; REFERENCE_MISMATCH when the reference
 * does not fit the features; METRIC_CONFLICT when the registry already has a monitor of the model.
 */
export function createMonitor(options: MonitorOptions): Monitor {
  const { settings, host, reference, statistics } = parseMonitorOptions(options);
  return startMonitor(prepareMonitor(settings, { reference, statistics }), host);
}

/**
 * Starts a prepared monitor: creates its series and schedules its drift runs.
 *
 * @throws CoreError METRIC_CONFLICT when the registry already has a monitor of the model, or a
 * metric with one of our names; then nothing is left behind.
 */
export function startMonitor(prepared: PreparedMonitor, host: MonitorHost): Monitor {
  const { name, version } = prepared.settings.model;
  const store = metricStoreOf(host.registry);
  const undo: (() => void)[] = [store.claimModel(name, version)];
  const close = (): void => {
    for (const step of undo.splice(0).reverse()) step();
  };
  try {
    return assemble(prepared, host, store, undo, close);
  } catch (error) {
    close();
    throw error;
  }
}

/** @param undo Receives what `close` must undo, in the order in which it was done. */
function assemble(
  prepared: PreparedMonitor,
  host: MonitorHost,
  store: MetricStore,
  undo: (() => void)[],
  close: () => void,
): Monitor {
  const { settings } = prepared;
  const clock = host.clock ?? systemClock;
  const parts = createParts(prepared, host, clock, store, undo);
  const { model, hooks, instruments, failures, targets, recorder, inputCheck } = parts;
  const { callContext, driftRuns } = parts;
  undo.push(publishVersion(host.registry, model, targets.predictions));
  let isDecided = false;
  const budgetChanges = watchBudgets();
  const qualityChange = watchQuality({
    threshold: settings.alerts.accuracyThreshold,
    minimumSamples: settings.quality.minimumSamples,
  });
  const compareWith = (reference: Reference): void => {
    driftRuns.compareWith(reference);
    instruments.referenceAccuracy(reference.quality?.scores.accuracy);
  };
  if (prepared.reference !== undefined) compareWith(prepared.reference);
  let readiness: 'unknown' | 'assumed' | 'set' = 'unknown';

  function assumeReady(): void {
    if (readiness !== 'unknown') return;
    readiness = 'assumed';
    failures.guard('observe', () => instruments.ready(true));
  }

  function followChanges(snapshot: QualitySnapshot): void {
    const { onQuality, onBudget } = hooks;
    const { champion } = snapshot;
    if (champion !== undefined && !isDecided && champion.decision !== 'undecided') {
      isDecided = true;
      failures.guard('hooks', () => hooks.onComparison?.(champion));
    }
    if (onQuality !== undefined) {
      const change = qualityChange(snapshot);
      if (change !== undefined) failures.guard('hooks', () => hooks.onQuality?.(change));
    }
    if (onBudget === undefined) return;
    for (const change of budgetChanges(instruments.objectiveTotals(), clock.now())) {
      failures.guard('hooks', () => hooks.onBudget?.(change));
    }
  }

  const observe = createObserver({ ...parts, settings, clock, onSuccess: assumeReady });
  const task = scheduleDrift(settings, clock, driftRuns.run);
  if (task !== undefined) undo.push(task.stop);
  undo.push(
    store.onCollect(() => {
      failures.guard('collect', () => {
        followChanges(targets.collect(clock.now()));
        const { detector } = driftRuns;
        if (detector === undefined) return;
        instruments.features(detector.windows, detector.embeddings);
        if (task !== undefined) instruments.nextDriftRun(task.nextRun());
      });
    }),
  );

  return {
    specificationVersion: 1,
    model,
    settings,
    features: settings.features,
    outputs: settings.outputs,
    get reference() {
      return driftRuns.detector?.reference;
    },
    setReference(reference) {
      requireFittingReference(reference, settings);
      compareWith(reference);
    },
    recordedReference: () => recorder?.reference(clock.now()),
    wrapped: assumeReady,
    startCall() {
      failures.guard('observe', instruments.callStarted);
      return callContext.next();
    },
    endCall: () => failures.guard('observe', instruments.callEnded),
    requireValidInput(blocks, rows) {
      try {
        inputCheck.requireValid(blocks, rows);
      } catch (error) {
        failures.guard('features', () => inputCheck.count(blocks, rows, instruments.invalidValue));
        throw error;
      }
    },
    withCall: callContext.run,
    newPredictionId: createPredictionIds(() => clock.now()),
    observe,
    countError: failures.count,
    knowsPrediction: targets.knows,
    acceptsTime: (timeMs) => targets.accepts(timeMs, clock.now()),
    countDuplicatePredictions: (rows) =>
      failures.guard('observe', () => instruments.duplicatePredictions(rows)),
    recordTargets: targets.record,
    runDrift: driftRuns.run,
    get lastDrift() {
      return driftRuns.last;
    },
    get driftError() {
      return driftRuns.error;
    },
    quality: targets.quality,
    setReady(isReady) {
      readiness = 'set';
      failures.guard('observe', () => instruments.ready(isReady));
    },
    close,
  };
}

/** The parts that a monitor connects. */
function createParts(
  { settings, policy }: PreparedMonitor,
  host: MonitorHost,
  clock: Clock,
  store: MetricStore,
  undo: (() => void)[],
) {
  const { features, outputs, driftDetection } = settings;
  const { name, version, runtime } = settings.model;
  const model = { name, version };
  const { hooks = {} } = host;
  const instruments = createInstruments({
    store,
    modelName: name,
    modelVersion: version,
    runtime,
    features,
    outputs,
    thresholdsOf: policy.thresholdsOf,
    quality: settings.quality,
    alerts: settings.alerts,
    champion: settings.champion,
  });
  undo.push(instruments.remove);
  const failures = createFailures({
    modelName: name,
    countError: instruments.monitorError,
    report: host.onMonitorError,
  });
  const driftRuns = createDriftRuns({
    model,
    features,
    outputs,
    drift: driftDetection,
    policy,
    query: host.queryPrometheus,
    clock,
    instruments,
    failures,
    onReport: (report) => failures.guard('hooks', () => hooks.onDrift?.(report)),
  });
  undo.push(driftRuns.close);
  return {
    model,
    hooks,
    instruments,
    failures,
    driftRuns,
    targets: createTargets({
      settings,
      clock,
      instruments,
      failures,
      referenceQuality: () => driftRuns.detector?.reference.quality,
      // Windows of rows have no time.
      featureWindows: () =>
        driftDetection.windowRows === undefined ? (driftRuns.detector?.windows ?? []) : [],
      findVersion: (other) => findVersion(host.registry, { name, version: other }),
    }),
    recorder: driftDetection.recordReference
      ? createReferenceRecorder({
          model,
          features,
          outputs,
          days: driftDetection.referenceWindowDays,
          startMs: clock.now(),
        })
      : undefined,
    inputCheck: createInputCheck(columnFeatures(features)),
    nameCheck: createNameCheck(settings, failures),
    callContext: createCallContext({
      calls: settings,
      random: host.random ?? Math.random,
      onFailure: (error) => failures.count('observe', error),
    }),
  };
}

/** The scheduled drift runs of a monitor; undefined if drift runs on demand only. */
function scheduleDrift(
  { driftDetection: { source, schedule, timezone } }: MonitorSettings,
  clock: Clock,
  run: () => Promise<unknown>,
): ScheduledTask | undefined {
  if (source === 'none' || schedule === manualSchedule || !canCallBack(clock)) return undefined;
  return scheduleRuns(clock, schedule, timezone, () => void run());
}
