import { createCallContext } from './call/call-context.js';
import type { CallDetails, CallMonitor } from './call/call-contract.js';
import { createInputCheck } from './call/input-check.js';
import { createNameCheck } from './call/name-check.js';
import { createPredictionIds } from './call/prediction-ids.js';
import { createChangeHooks } from './change-hooks.js';
import { type Clock, canCallBack, systemClock, watchJumps } from './clock.js';
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
import type { QualitySnapshot } from './quality/quality.js';
import type { TargetResult } from './quality/record-targets.js';
import { createTargets } from './quality/targets.js';
import { findVersion, publishVersion } from './quality/versions.js';
import type { Reference } from './reference.js';
import { createReferenceRecorder } from './reference-recorder.js';
import type { DriftReport } from './report.js';
import { manualSchedule, type ScheduledTask, scheduleRuns } from './schedule.js';
import { columnFeatures } from './settings/features.js';
import type { MonitorSettings } from './settings/monitor.js';
import { createInputs } from './state/inputs.js';
import { createKeptState } from './state/keep-state.js';
import type { MonitorSnapshot, StateProblem } from './state/monitor-state.js';

/** Monitors one model. Apart from `setReference` and `restore`, its methods do not throw. */
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
  /** All that has been counted, with the pending predictions and a reference that was set. O(state). */
  snapshot(): MonitorSnapshot;
  /**
   * Continues from a snapshot of the same model, in place of what has been counted. Parts that no
   * longer fit, since a setting or the reference has changed, start empty.
   *
   * @returns The parts that were left out, and why.
   * @throws CoreError STATE_MISMATCH when the version of the snapshot is not known.
   */
  restore(snapshot: MonitorSnapshot): readonly StateProblem[];
  /** Hands a snapshot to `state` now. The monitor does so after each drift run and in `close`. */
  saveState(): void;
  /**
   * Hands a snapshot to `state`, stops the schedule and removes the series of the model from the
   * registry.
   */
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
  const hostClock = host.clock ?? systemClock;
  const jumpOf = watchJumps(hostClock);
  const clock: Clock = {
    now() {
      const jumpMs = jumpOf();
      if (jumpMs !== 0) kept.followClock(jumpMs);
      return hostClock.now();
    },
  };
  const parts = createParts(prepared, host, clock, store, undo);
  const { model, hooks, instruments, failures, targets, recorder, inputCheck } = parts;
  const { callContext, driftRuns } = parts;
  const changes = createChangeHooks({ settings, hooks, instruments, failures });
  undo.push(publishVersion(host.registry, model, targets.predictions));
  const compareWith = (reference: Reference): void => {
    driftRuns.compareWith(reference);
    const scores = reference.quality?.scores ?? {};
    instruments.referenceScores(scores);
    changes.compareWith(scores);
  };
  if (prepared.reference !== undefined) compareWith(prepared.reference);
  const kept = createKeptState({
    model,
    parts: { ...parts, ...changes, configured: prepared.reference, compareWith },
    clock: hostClock,
    failures,
    state: host.state,
  });
  const readiness = createReadiness((isReady) =>
    failures.guard('observe', () => instruments.ready(isReady)),
  );
  const observer = createObserver({ ...parts, settings, onSuccess: readiness.assume });
  const inputs = createInputs({ observer, targets, instruments, kept, clock, failures });

  async function runDrift(): Promise<DriftReport | undefined> {
    const report = await driftRuns.run();
    if (report !== undefined) kept.save();
    return report;
  }

  kept.start(inputs.replay);
  const task = scheduleDrift(settings, hostClock, runDrift);
  if (task !== undefined) undo.push(task.stop);
  undo.push(
    store.onCollect(() => {
      failures.guard('collect', () => {
        const nowMs = clock.now();
        changes.follow(targets.collect(nowMs), nowMs);
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
      kept.save();
    },
    recordedReference: () => recorder?.reference(clock.now()),
    wrapped: readiness.assume,
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
    observe: inputs.observe,
    countError: failures.count,
    knowsPrediction: targets.knows,
    acceptsTime: (timeMs) => targets.accepts(timeMs, clock.now()),
    countDuplicatePredictions: inputs.countDuplicatePredictions,
    recordTargets: inputs.recordTargets,
    runDrift,
    get lastDrift() {
      return driftRuns.last;
    },
    get driftError() {
      return driftRuns.error;
    },
    quality: () => targets.quality(clock.now()),
    setReady: readiness.set,
    snapshot: kept.snapshot,
    restore: kept.restore,
    saveState: kept.save,
    close() {
      kept.end();
      close();
    },
  };
}

/** Publishes the readiness of a model; what was set is not assumed again. */
function createReadiness(publish: (isReady: boolean) => void) {
  let isKnown = false;
  const set = (isReady: boolean): void => {
    isKnown = true;
    publish(isReady);
  };
  return {
    set,
    assume() {
      if (!isKnown) set(true);
    },
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
      instruments,
      failures,
      reference: () => driftRuns.detector?.reference,
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
