import type { MonitorStage } from './vocabulary.js';

/** Handles monitoring failures: counts each, reports the first of each stage, never throws. */
export interface Failures {
  /** Counts a failure; reports it if it is the first of its stage. */
  count(stage: MonitorStage, error: unknown): void;
  /** Counts the rejection of a value that may be a promise; nothing else awaits it. */
  settle(stage: MonitorStage, value: unknown): void;
  /** Runs a function; counts its failure, or that of its promise, and returns undefined if it throws. */
  guard<Result>(stage: MonitorStage, run: () => Result): Result | undefined;
}

/** Failure handling for one model. */
export function createFailures(options: {
  readonly modelName: string;
  readonly countError: (stage: MonitorStage) => void;
  /** Receives the first failure of each stage; default: console.warn. */
  readonly report: ((stage: MonitorStage, error: unknown) => unknown) | undefined;
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
    try {
      countError(stage);
    } catch (failure) {
      // Nothing can be counted, for one because the registry has another metric of that name.
      reportOnce(stage, failure);
    }
    reportOnce(stage, error);
  }

  function reportOnce(stage: MonitorStage, error: unknown): void {
    if (reported.has(stage)) return;
    reported.add(stage);
    const failed = (failure: unknown): void =>
      console.warn(
        `modelmeter: onMonitorError failed while reporting stage "${stage}" (${messageOf(error)}):`,
        failure,
      );
    try {
      onRejection(report(stage, error), failed);
    } catch (failure) {
      failed(failure);
    }
  }

  function settle(stage: MonitorStage, value: unknown): void {
    onRejection(value, (error) => count(stage, error));
  }

  return {
    count,
    settle,
    guard(stage, run) {
      try {
        const result = run();
        settle(stage, result);
        return result;
      } catch (error) {
        count(stage, error);
        return undefined;
      }
    },
  };
}

/** Handles the rejection of a value if it is a promise: an unhandled one ends the process. */
function onRejection(value: unknown, handle: (error: unknown) => void): void {
  if (isThenable(value)) {
    Promise.resolve(value).then(undefined, handle);
  }
}

function isThenable(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

/** The message of an error; any other value as text. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    // An object without a prototype, or one whose members throw, has no text.
    return typeof error;
  }
}
