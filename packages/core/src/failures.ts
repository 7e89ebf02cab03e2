import type { Instruments, MonitorStage } from './metrics/instruments.js';

/** What becomes of failures of the monitoring: counted, told once a stage, never thrown. */
export interface Failures {
  count(stage: MonitorStage, error: unknown): void;
  /** Runs a part of the monitoring; undefined where it fails. */
  guard<Result>(stage: MonitorStage, run: () => Result): Result | undefined;
}

export function createFailures(options: {
  readonly modelName: string;
  readonly instruments: Pick<Instruments, 'monitorError'>;
  /** Told of the first failure of a stage; default: console.warn. */
  readonly report: ((stage: MonitorStage, error: unknown) => void) | undefined;
}): Failures {
  const { modelName, instruments, report = warn } = options;
  const reported = new Set<MonitorStage>();

  function warn(stage: MonitorStage, error: unknown): void {
    console.warn(
      `modelmeter: monitoring of ${modelName} failed at stage "${stage}" (told once, counted in model_monitor_errors_total):`,
      error,
    );
  }

  function count(stage: MonitorStage, error: unknown): void {
    instruments.monitorError(stage);
    if (reported.has(stage)) return;
    reported.add(stage);
    try {
      report(stage, error);
    } catch {
      console.warn(
        `modelmeter: onMonitorError itself failed while reporting ${stage}: ${messageOf(error)}`,
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

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
