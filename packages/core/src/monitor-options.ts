import type { Statistic } from '@modelmeter/kernel/statistics';
import type { Clock } from './clock.js';
import type { InstantQuery } from './drift/runs/fleet-source.js';
import type { MetricRegistry } from './metrics/registry-metric.js';
import type { PredictionBatch } from './prediction.js';
import type { BudgetChange } from './quality/budget-watch.js';
import type { ChampionComparison } from './quality/champion-comparison.js';
import type { QualityChange } from './quality/quality-watch.js';
import type { Reference } from './reference.js';
import type { DriftReport } from './report.js';
import { manualSchedule } from './schedule.js';
import {
  type MonitorSettings,
  type MonitorSettingsOptions,
  monitorSettingsSchema,
} from './settings/monitor.js';
import { parseSettings, setting, settingError, settingsInCode } from './settings/problems.js';
import type { MonitorState } from './state/monitor-state.js';
import type { MonitorStage } from './vocabulary.js';

/** The environment of a monitor: its registry, its clock and its callbacks. */
export interface MonitorHost {
  /** A prom-client registry. Several monitors may share one. */
  readonly registry: MetricRegistry;
  /**
   * Clock of windows, schedules and times-to-live. Drift runs on a schedule need a clock with `at`.
   * Default: `systemClock`.
   */
  readonly clock?: Clock | undefined;
  /** Where the state of the monitor is kept, so that it continues after a restart. Default: nowhere. */
  readonly state?: MonitorState | undefined;
  /** Runs the queries that read a fleet's counters, for `driftDetection.source: 'prometheus'`. */
  readonly queryPrometheus?: InstantQuery | undefined;
  /** Called after predictions and drift runs, and when quality, a budget or a comparison changes. */
  readonly hooks?: MonitorHooks | undefined;
  /** Random numbers in [0, 1) for the sampling of features. Default: Math.random. */
  readonly random?: (() => number) | undefined;
  /** Called for the first failure of each stage of the monitoring. Default: `console.warn`. */
  readonly onMonitorError?: ((stage: MonitorStage, error: unknown) => void) | undefined;
}

/** The options of `createMonitor`. */
export interface MonitorOptions extends MonitorSettingsOptions, MonitorHost {
  /** The reference that windows are compared with. Without it, drift is not evaluated. */
  readonly reference?: Reference | undefined;
  /** Drift statistics in addition to the built-in ones; all of them are reported. */
  readonly statistics?: readonly Statistic[] | undefined;
}

/**
 * Callbacks of a monitor. They are called synchronously on the prediction path, so keep them fast.
 * An error that they throw is counted in `model_monitor_errors_total` with stage `hooks`.
 */
export interface MonitorHooks {
  /**
   * Called after each call of the model, failed calls included. `features` and `outputs` are views
   * of the model's data and valid during the callback only.
   */
  onPrediction?(prediction: ObservedPrediction): void;
  /** Called after each drift run that succeeds. */
  onDrift?(report: DriftReport): void;
  /** Called at a scrape when a score has become worse than its threshold, or come back. */
  onQuality?(change: QualityChange): void;
  /**
   * Called at a scrape when this process has begun to use up an error budget too fast, or no longer
   * does. Budgets of a fleet are those of the alerts and of `modelmeter slo`.
   */
  onBudget?(change: BudgetChange): void;
  /** Called at the first scrape at which the comparison with the champion is decided. */
  onComparison?(comparison: ChampionComparison): void;
}

/** A call of a model, as passed to `onPrediction`. */
export interface ObservedPrediction extends PredictionBatch {
  readonly model: { readonly name: string; readonly version: string };
  /** Time of the call on the monitor's clock, in milliseconds since the Unix epoch. */
  readonly timeMs: number;
}

/**
 * Splits the options of `createMonitor` and parses the settings among them.
 *
 * @throws CoreError CONFIG_INVALID with every unknown option and invalid setting.
 */
export function parseMonitorOptions(options: MonitorOptions): {
  readonly settings: MonitorSettings;
  readonly host: MonitorHost;
  readonly reference: Reference | undefined;
  readonly statistics: readonly Statistic[] | undefined;
} {
  const { registry, clock, state, queryPrometheus, hooks, random, onMonitorError, ...rest } =
    options;
  const { reference, statistics, ...written } = rest;
  const settings = parseSettings(monitorSettingsSchema, written);
  requireRegistry(registry);
  requireReference(reference);
  if (settings.driftDetection.source === 'prometheus' && queryPrometheus === undefined) {
    throw settingError(
      settingsInCode,
      ['driftDetection', 'source'],
      `"prometheus" needs a function that runs queries; pass the option ${setting('queryPrometheus')}, or run the exporter`,
    );
  }
  const schedule = written.driftDetection?.schedule;
  if (clock !== undefined && clock.at === undefined && schedule !== undefined) {
    if (schedule !== manualSchedule) {
      throw settingError(
        settingsInCode,
        ['driftDetection', 'schedule'],
        `needs a clock with timers; add a method at to the option ${setting('clock')}, or set schedule: '${manualSchedule}'`,
      );
    }
  }
  return {
    settings,
    host: { registry, clock, state, queryPrometheus, hooks, random, onMonitorError },
    reference,
    statistics,
  };
}

function requireRegistry(registry: unknown): void {
  const isRegistry =
    typeof registry === 'object' &&
    registry !== null &&
    'registerMetric' in registry &&
    'getSingleMetric' in registry;
  if (isRegistry) return;
  throw settingError(
    settingsInCode,
    ['registry'],
    `must be a prom-client Registry, found ${registry === undefined ? 'nothing' : typeof registry}; pass new Registry(), or the default register of prom-client`,
  );
}

function requireReference(reference: unknown): void {
  if (reference === undefined) return;
  const features: unknown = (reference as { features?: unknown } | null)?.features;
  if (typeof features === 'object' && features !== null && 'entries' in features) return;
  throw settingError(
    settingsInCode,
    ['reference'],
    'is not a reference; build one with buildReference, or read the JSON of one with referenceFromJson',
  );
}
