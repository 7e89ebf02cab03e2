import type { Failures } from './failures.js';
import type { Instruments } from './metrics/instruments.js';
import type { MonitorHooks } from './monitor-options.js';
import { type BudgetWatch, watchBudgets } from './quality/budget-watch.js';
import type { QualitySnapshot } from './quality/quality.js';
import { type QualityWatch, watchQuality } from './quality/quality-watch.js';
import { qualityThresholds, type ReferenceScores } from './quality/thresholds.js';
import type { MonitorSettings } from './settings/monitor.js';

/** Calls the hooks `onQuality`, `onBudget` and `onComparison` of a model. */
export interface ChangeHooks {
  readonly qualityWatch: QualityWatch;
  readonly budgetWatch: BudgetWatch;
  /** Reads relative thresholds against the scores of another reference. */
  compareWith(ofReference: ReferenceScores): void;
  /** Calls the hooks for what has changed since the last call. */
  follow(snapshot: QualitySnapshot, nowMs: number): void;
}

/** Follows the quality and the error budgets of a model; without hooks nothing is followed. */
export function createChangeHooks(options: {
  readonly settings: MonitorSettings;
  readonly hooks: MonitorHooks;
  readonly instruments: Pick<Instruments, 'objectiveTotals'>;
  readonly failures: Failures;
}): ChangeHooks {
  const { settings, hooks, instruments, failures } = options;
  const budgetWatch = watchBudgets();
  const qualityWatch = watchQuality({ minimumSamples: settings.quality.minimumSamples });
  const { task } = settings.outputs;
  let thresholds = qualityThresholds(task, settings.alerts);
  let isDecided = false;
  return {
    qualityWatch,
    budgetWatch,
    compareWith(ofReference) {
      thresholds = qualityThresholds(task, settings.alerts, ofReference);
    },
    follow(snapshot, nowMs) {
      const { champion } = snapshot;
      if (champion !== undefined && !isDecided && champion.decision !== 'undecided') {
        isDecided = true;
        failures.guard('hooks', () => hooks.onComparison?.(champion));
      }
      if (hooks.onQuality !== undefined) {
        for (const change of qualityWatch.changes(snapshot, thresholds)) {
          failures.guard('hooks', () => hooks.onQuality?.(change));
        }
      }
      if (hooks.onBudget === undefined) return;
      for (const change of budgetWatch.changes(instruments.objectiveTotals(), nowMs)) {
        failures.guard('hooks', () => hooks.onBudget?.(change));
      }
    },
  };
}
