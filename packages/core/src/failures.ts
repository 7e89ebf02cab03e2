import type { MonitorStage } from './vocabulary.js';

/** Handles monitoring failures: counts each, reports the first of each stage, never throws. */
export interface Failures {
  /** Counts a failure; reports it if it is the first of its stage. */
  count(stage: MonitorStage, error: unknown): void;
  /** Runs a function; counts its failure and returns undefined if it throws. */
  guard<Result>(stage: MonitorStage, run: () => Result): Result | undefined;
}

/** Failure handling for one model. */
export function createFailures(options: {
  readonly modelName: string;
  readonly countError: (stage: MonitorStage) => void;
  /** Receives the first failure of each stage; default: console.warn. */
  readonly report: ((stage: MonitorStage, error: unknown) => void) | undefined;
}): Failures {
  const { modelName, countError, report = warn } = options;
  const reported = new Set<MonitorStage>();

  function warn(stage: MonitorStage, error: unknown): void {
    console.warn(
      `modelmeter: monitoring of ${modelName} failed at stage "${stage}" (further failures of this stage are only counted, in model_monitor_errors_total):`,
      error,
    );
  }

  function count(stage: MonitorStage, error: unknown): void {
    countError(stage);
    if (reported.has(stage)) return;
    reported.add(stage);
    try {
      report(stage, error);
    } catch (failure) {
      console.warn(
        `modelmeter: onMonitorError threw while reporting stage "${stage}" (${messageOf(error)}):`,
        failure,
      );
    }
  }

  return {
    count,
    guard(stage, run) {
      try {
        return run();
      } catch (error) {
        count(stage, error);
        return undefined;
      }
    },
  };
}

/** The message of an error; any other value as text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
