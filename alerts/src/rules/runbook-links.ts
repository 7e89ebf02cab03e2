/** Where the exporter of the docker compose stack serves the runbooks. */
export const defaultRunbookBase = 'http://localhost:8001/runbooks';

/** The pages in `runbooks/` and the alerts that each describes under a heading of the same name. */
const alertsByPage: Readonly<Record<string, readonly string[]>> = {
  accuracy_degradation: ['ModelAccuracyDrop', 'ModelQualityDrop', 'ModelAccuracyDegrading'],
  targets_missing: ['ModelTargetsMissing', 'ModelTargetsUnmatched', 'ModelTargetsNeverMatched'],
  latency_spike: ['ModelLatencyHigh'],
  error_rate: ['ModelErrorRateHigh'],
  slo_burn: ['ModelErrorBudgetBurn', 'ModelLatencyBudgetBurn', 'ModelObjectiveBudgetBurn'],
  data_drift_detected: [
    'ModelDataDriftPersistent',
    'ModelDataDrift',
    'ModelDriftManyFeatures',
    'ModelReferenceOld',
  ],
  drift_run: ['ModelDriftRunFailing', 'ModelDriftRunStale'],
  drift_undecided: ['ModelDriftUndecided'],
  feature_quality: ['ModelFeatureQuality', 'ModelFeatureFinding'],
  exporter_down: [
    'ModelExporterDown',
    'ModelExportersDown',
    'ModelExporterAbsent',
    'ModelNotReady',
    'ModelVanished',
  ],
  traffic_absent: ['ModelTrafficAbsent'],
  monitoring_health: [
    'ModelThresholdsMissing',
    'ModelMonitorErrors',
    'ModelMonitorDroppingEvents',
    'ModelMonitorCardinalityLimit',
    'ModelMonitorSeriesDropped',
    'ModelMonitorConfigReloadFailed',
    'ModelMonitorStateNotKept',
  ],
  resource_saturation: ['ModelEventLoopBlocked', 'ModelHostMemoryHigh', 'ModelGpuMemoryHigh'],
  watchdog: ['Watchdog', 'InfoInhibitor'],
};

const paths = new Map(
  Object.entries(alertsByPage).flatMap(([page, alerts]) =>
    alerts.map((alert) => [alert, `${page}#${alert.toLowerCase()}`] as const),
  ),
);

/**
 * The page and the heading that an alert links to, such as `error_rate#modelerrorratehigh`.
 *
 * @throws Error when the alert has no page.
 */
export function runbookPath(alert: string): string {
  const path = paths.get(alert);
  if (path === undefined) {
    throw new Error(
      `Alert ${alert} has no runbook: add it to a page in alerts/src/rules/runbook-links.ts`,
    );
  }
  return path;
}

/**
 * The address of the runbook of an alert.
 *
 * @throws Error when the alert has no page.
 */
export function runbookUrl(alert: string, base: string = defaultRunbookBase): string {
  return `${base.replace(/\/+$/, '')}/${runbookPath(alert)}`;
}

/** The names of the alerts that have a runbook. */
export function alertsWithRunbook(): readonly string[] {
  return [...paths.keys()];
}
