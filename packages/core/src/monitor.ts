import type { Statistic } from '@modelmeter/kernel';
import type { z } from 'zod';
import type { CallDetails, CallMonitor, CallTerms } from './call/call-meter.js';
import { createInputCheck } from './call/input-check.js';
import { createPredictionIds } from './call/prediction-ids.js';
import { activeTrace } from './call/trace-context.js';
import { type Clock, type ScheduledTask, type Scheduler, systemClock } from './clock.js';
import {
  type AlertsConfig,
  alertsSchema,
  type CallsConfig,
  callsSchema,
  type DriftConfig,
  driftSchema,
  type FeatureConfig,
  type featureSchema,
  featuresSchema,
  type OutputsConfig,
  outputNameOf,
  outputsSchema,
  parseSettings,
  type QualityConfig,
  qualitySchema,
} from './config.js';
import type { CountSource, MaybeLater } from './drift/count-source.js';
import { createDriftWatch, type DriftFound, type DriftWatch } from './drift/drift-watch.js';
import { type DriftReport, verdictOf } from './drift/feature-drift.js';
import { createFleetSource, type InstantQuery } from './drift/fleet-source.js';
import { createDriftRules, type Judgement } from './drift/rules.js';
import { CoreError, settingError } from './errors.js';
import { createInstruments, type MonitorStage, type TargetStatus } from './metrics/instruments.js';
import { type MetricRegistry, metricStoreOf } from './metrics/metric-store.js';
import type { PredictionBatch, Target } from './prediction.js';
import { createQuality, type QualitySnapshot } from './quality.js';
import { assertReferenceFits, outputFeature, type Reference } from './reference.js';
import { createReferenceRecorder } from './reference-recorder.js';
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
  const features = settingsOf(featuresSchema, 'features', options.features);
  const outputs = settingsOf(outputsSchema, 'outputs', options.outputs);
  const drift = settingsOf(driftSchema, 'drift_detection', options.drift_detection ?? {});
  const qualitySettings = settingsOf(qualitySchema, 'quality', options.quality ?? {});
  const alerts = settingsOf(alertsSchema, 'alerts', options.alerts ?? {});
  const { validation, feature_sampling_rate, warm_up_calls } = options;
  const calls = parseSettings(callsSchema, { validation, feature_sampling_rate, warm_up_calls });
  requireOutputNotFeature(outputs, features);
  const rules = createDriftRules(drift, features, options.statistics);
  const judgements = [...features, outputFeature(outputs)].map(rules.judgementOf);
  requireSegmentDeclared(drift, features);
  requireNoCycleOfRows(drift, features);
  requireQuery(drift, options.queryPrometheus);
  const requireFitting = (reference: Reference): void => {
    assertReferenceFits(reference, features, 'The reference');
    requireSegments(reference, drift);
  };
  if (options.reference !== undefined) requireFitting(options.reference);

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
    thresholds: new Map<string, Judgement['thresholds']>([
      // The recording rules of a fleet compare the index, whatever decides here.
      ['psi', { investigate: drift.psi_investigate_threshold, drift: drift.psi_threshold }],
      ...judgements.map(({ statistic, thresholds }) => [statistic.name, thresholds] as const),
    ]),
    quality: qualitySettings,
    alerts,
  });
  const requiresValidInput = calls.validation === 'reject';
  /** What holds for most calls; one object for all of them. */
  const plainTerms: CallTerms = { isSampled: true, requiresValidInput, details: undefined };
  let watch: DriftWatch | undefined;
  const quality = createQuality({ outputs, windowMs: qualitySettings.window });
  const join = createTargetJoin({
    timeToLiveMs: qualitySettings.target_time_to_live,
    maximumPending: qualitySettings.maximum_pending_targets,
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
  const random = options.random ?? Math.random;
  const hooks = options.hooks ?? {};
  const reported = new Set<string>();
  let warmUpCallsLeft = calls.warm_up_calls;
  /** Details that `withCall` offers to the calls of its callback, and whether one took them. */
  let offered: CallDetails | undefined;
  let isTaken = false;
  let lastDrift: DriftReport | undefined;
  let driftError: Error | undefined;
  let driftRun:
    | { readonly of: DriftWatch; readonly report: Promise<DriftReport | undefined> }
    | undefined;
  if (options.reference !== undefined) watchAgainst(options.reference);

  function watchAgainst(reference: Reference): void {
    const next = createDriftWatch({
      reference,
      features,
      outputs,
      drift,
      rules,
      ...sourceOf(reference),
      startMs: clock.now(),
      onFailure: (statistic, error) =>
        guarded('drift', () => {
          throw new Error(`The drift statistic "${statistic}" failed: ${messageOf(error)}`, {
            cause: error,
          });
        }),
    });
    watch = next;
    lastDrift = undefined;
    driftError = undefined;
    instruments.reference(reference);
    // A scrape lists the registry's metrics before it asks them: series made then would come late.
    instruments.features(next.windows);
  }

  function sourceOf(reference: Reference): { source?: CountSource } {
    const query = options.queryPrometheus;
    if (drift.source !== 'prometheus' || query === undefined) return {};
    return {
      source: createFleetSource({
        model,
        job: drift.prometheus?.job,
        features: [...features, outputFeature(outputs)].filter(({ name }) =>
          reference.features.has(name),
        ),
        reference,
        windowMs: drift.window,
        query,
      }),
    };
  }

  /** Runs a part of the monitoring; a failure is counted, told once, and goes no further. */
  function guarded<Result>(stage: MonitorStage, run: () => Result): Result | undefined {
    try {
      return run();
    } catch (error) {
      countFailure(stage, error);
      return undefined;
    }
  }

  function countFailure(stage: MonitorStage, error: unknown): void {
    instruments.monitorError(stage);
    if (reported.has(stage)) return;
    reported.add(stage);
    const report = options.onMonitorError ?? warn;
    try {
      report(stage, error);
    } catch {
      console.warn(
        `modelmeter: onMonitorError itself failed while reporting ${stage}: ${messageOf(error)}`,
      );
    }
  }

  function warn(stage: MonitorStage, error: unknown): void {
    console.warn(
      `modelmeter: monitoring of ${model.name} failed at stage "${stage}" (told once, counted in model_monitor_errors_total):`,
      error,
    );
  }

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
      countFailure('observe', error);
    }
    if (batch.error === undefined) {
      if (batch.unread === undefined) countFeatures(batch, nowMs);
      if (batch.predictionIds !== undefined) {
        try {
          rememberPredictions(batch, batch.predictionIds, nowMs);
        } catch (error) {
          countFailure('outputs', error);
        }
      }
    }
    if (hooks.onPrediction === undefined) return;
    try {
      hooks.onPrediction({ ...batch, model, timeMs: nowMs });
    } catch (error) {
      countFailure('hooks', error);
    }
  }

  function countFeatures(batch: PredictionBatch, nowMs: number): void {
    try {
      watch?.count(batch, nowMs);
      recorder?.record(batch, nowMs);
      if (calls.validation === 'count') {
        inputCheck.count(batch.features, batch.rows, instruments.invalidValue);
      }
    } catch (error) {
      countFailure('features', error);
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

  async function runDrift(): Promise<DriftReport | undefined> {
    if (watch === undefined || drift.source === 'none') return undefined;
    if (driftRun?.of === watch) return driftRun.report;
    const report = judge(watch);
    if (!(report instanceof Promise)) return report;
    const started = { of: watch, report };
    driftRun = started;
    try {
      return await report;
    } finally {
      if (driftRun === started) driftRun = undefined;
    }
  }

  /** Publishes what a run finds: at once, where the counts are there at once. */
  function judge(judged: DriftWatch): MaybeLater<DriftReport | undefined> {
    const startSeconds = performance.now() / 1000;
    const nowMs = clock.now();
    // Once the reference is replaced, or the monitor closed, the series of the run are gone.
    const isPast = (): boolean => judged !== watch;
    const publish = (found: DriftFound): DriftReport | undefined => {
      if (isPast()) return undefined;
      const report: DriftReport = {
        modelName: model.name,
        modelVersion: model.version,
        referenceId: judged.reference.id,
        timeMs: nowMs,
        ...found,
        ...verdictOf(found.features),
      };
      instruments.driftRun(performance.now() / 1000 - startSeconds, report);
      lastDrift = report;
      driftError = undefined;
      guarded('hooks', () => hooks.onDrift?.(report));
      return report;
    };
    const fail = (error: unknown): undefined => {
      if (isPast()) return undefined;
      driftError = error instanceof Error ? error : new Error(String(error));
      countFailure('drift', error);
      instruments.driftFailure();
      return undefined;
    };
    try {
      const found = judged.run(nowMs);
      return found instanceof Promise ? found.then(publish).catch(fail) : publish(found);
    } catch (error) {
      return fail(error);
    }
  }

  const task: ScheduledTask | undefined =
    drift.source === 'none'
      ? undefined
      : options.scheduler?.schedule(drift.schedule, drift.timezone, () => void runDrift());
  const stopCollecting = store.onCollect(() => {
    guarded('collect', () => {
      const nowMs = clock.now();
      join.expire(nowMs);
      instruments.quality(quality.snapshot(nowMs), join);
      if (watch === undefined) return;
      instruments.features(watch.windows);
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
    qualitySettings,
    alerts,
    get reference() {
      return watch?.reference;
    },
    setReference(reference) {
      requireFitting(reference);
      watchAgainst(reference);
    },
    recordedReference() {
      return recorder?.reference(clock.now());
    },
    startCall() {
      instruments.callStarted();
      isTaken = true;
      const { feature_sampling_rate: rate } = calls;
      const isSampled = rate === 1 || random() < rate;
      if (offered === undefined && isSampled) return plainTerms;
      return { isSampled, requiresValidInput, details: offered };
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
    withCall(details, run) {
      const outer = offered;
      offered = details;
      isTaken = false;
      try {
        const result = run();
        if (!isTaken) countFailure('observe', new Error(untakenDetails));
        return result;
      } finally {
        offered = outer;
        // A call inside an inner callback is one of the outer callback too.
        isTaken = true;
      }
    },
    newPredictionId,
    observe,
    countError: countFailure,
    knowsPrediction: join.knows,
    recordTargets(targets) {
      const counts: Record<TargetStatus, number> = {
        matched: 0,
        duplicate: 0,
        unmatched: 0,
        invalid: 0,
      };
      const problems: TargetResult['problems'][number][] = [];
      guarded('targets', () => {
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
    runDrift,
    get lastDrift() {
      return lastDrift;
    },
    get driftError() {
      return driftError;
    },
    quality() {
      return quality.snapshot(clock.now());
    },
    setReady(isReady) {
      instruments.ready(isReady);
    },
    close() {
      watched.delete(modelKey);
      watch = undefined;
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

const untakenDetails =
  'withCall: its callback called no metered model before its first await, so the ids, context or signal went nowhere. Call the model in the callback itself: withCall(details, () => session.run(feeds))';

function settingsOf<Schema extends z.ZodType>(
  schema: Schema,
  name: keyof MonitorOptions,
  value: unknown,
): z.output<Schema> {
  return parseSettings(schema, value, undefined, [name]);
}

function requireOutputNotFeature(outputs: OutputsConfig, features: readonly FeatureConfig[]): void {
  const name = outputNameOf(outputs);
  if (!features.some((feature) => feature.name === name)) return;
  throw settingError('outputs', `"${name}" is a feature too; rename one of the two`);
}

function requireSegmentDeclared(
  { segment }: DriftConfig,
  features: readonly FeatureConfig[],
): void {
  if (segment === undefined) return;
  if (features.some(({ name, type }) => name === segment && type === 'categorical')) return;
  const message = `"${segment}" is not a declared categorical feature; name one of ${features
    .filter(({ type }) => type === 'categorical')
    .map(({ name }) => name)
    .join(', ')}`;
  throw settingError('drift_detection.segment', message);
}

function requireNoCycleOfRows(
  { window_rows: rows }: DriftConfig,
  features: readonly FeatureConfig[],
): void {
  const index = features.findIndex(({ cycle }) => cycle !== undefined);
  if (rows === undefined || index === -1) return;
  const path = `features[${index}].cycle`;
  const message = `"${features[index]!.name}" has a cycle of time, and drift_detection.window_rows counts rows; remove one of the two`;
  throw settingError(path, message);
}

function requireQuery({ source }: DriftConfig, query: InstantQuery | undefined): void {
  if (source !== 'prometheus' || query !== undefined) return;
  throw settingError(
    'drift_detection.source',
    '"prometheus" needs something that runs its queries; pass the option queryPrometheus, or run the exporter',
  );
}

function requireSegments({ segments }: Reference, { segment }: DriftConfig): void {
  if (segment === undefined || segments?.feature === segment) return;
  throw new CoreError(
    'REFERENCE_MISMATCH',
    `The reference has ${segments === undefined ? 'no segments' : `segments of "${segments.feature}"`}, drift_detection.segment is "${segment}". Build the reference with that segment, or remove the setting.`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function outputName(outputs: OutputsConfig): string {
  if (outputs.task === 'binary') return `outputs.score "${outputs.score}"`;
  if (outputs.task === 'multiclass') return `outputs.class "${outputs.class}"`;
  return `outputs.value "${outputs.value}"`;
}
