/** Where the exporter of the docker compose stack serves the runbooks. */
export const defaultRunbookBase = 'http://localhost:8001/runbooks';

/** The page in `runbooks/`, and the heading on it, that each alert links to. */
export const runbookPages: Readonly<Record<string, string>> = {
  ModelAccuracyDrop: 'accuracy_degradation#modelaccuracydrop',
  ModelAccuracyDegrading: 'accuracy_degradation#modelaccuracydegrading',
  ModelTargetsMissing: 'targets_missing#modeltargetsmissing',
  ModelLatencyHigh: 'latency_spike#modellatencyhigh',
  ModelErrorRateHigh: 'error_rate#modelerrorratehigh',
  ModelErrorBudgetBurn: 'slo_burn#modelerrorbudgetburn',
  ModelLatencyBudgetBurn: 'slo_burn#modellatencybudgetburn',
  ModelDataDriftPersistent: 'data_drift_detected#modeldatadriftpersistent',
  ModelDataDrift: 'data_drift_detected#modeldatadrift',
  ModelDriftManyFeatures: 'data_drift_detected#modeldriftmanyfeatures',
  ModelDriftRunFailing: 'drift_run#modeldriftrunfailing',
  ModelDriftRunStale: 'drift_run#modeldriftrunstale',
  ModelFeatureQuality: 'feature_quality#modelfeaturequality',
  ModelExporterDown: 'exporter_down#modelexporterdown',
  ModelExporterAbsent: 'exporter_down#modelexporterabsent',
  ModelNotReady: 'exporter_down#modelnotready',
  ModelTrafficAbsent: 'traffic_absent#modeltrafficabsent',
  ModelThresholdsMissing: 'monitoring_health#modelthresholdsmissing',
  ModelMonitorErrors: 'monitoring_health#modelmonitorerrors',
  ModelMonitorDroppingEvents: 'monitoring_health#modelmonitordroppingevents',
  ModelMonitorCardinalityLimit: 'monitoring_health#modelmonitorcardinalitylimit',
  ModelMonitorSeriesDropped: 'monitoring_health#modelmonitorseriesdropped',
  ModelMonitorConfigReloadFailed: 'monitoring_health#modelmonitorconfigreloadfailed',
  ModelEventLoopBlocked: 'resource_saturation#modeleventloopblocked',
  ModelHostMemoryHigh: 'resource_saturation#modelhostmemoryhigh',
  ModelGpuMemoryHigh: 'resource_saturation#modelgpumemoryhigh',
  Watchdog: 'watchdog#watchdog',
  InfoInhibitor: 'watchdog#infoinhibitor',
};

/**
 * The address of the runbook of an alert.
 *
 * @throws Error when the table has no page for the alert.
 */
export function runbookUrl(alert: string, base: string = defaultRunbookBase): string {
  const link = runbookPages[alert];
  if (link === undefined) {
    throw new Error(
      `Alert ${alert} has no runbook: add its page and heading to alerts/src/runbook-links.ts`,
    );
  }
  return `${base.replace(/\/+$/, '')}/${link}`;
}

/** The names of the alerts that have a runbook. */
export function alertsWithRunbook(): readonly string[] {
  return Object.keys(runbookPages);
}
