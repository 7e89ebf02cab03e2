const byModel = ['job', 'model_name', 'model_version'];

/** Alerts that say nothing new while another one fires, as `inhibit_rules` of Alertmanager. */
export const inhibitions: readonly Record<string, readonly string[]>[] = [
  // What wakes someone says what waits for the working day, and more.
  {
    source_matchers: ['severity="critical"'],
    target_matchers: ['severity="warning"'],
    equal: ['alertname', ...byModel, 'feature', 'instance'],
  },
  // Without any exporter, nothing else about its models is known.
  {
    source_matchers: ['alertname="ModelExporterAbsent"'],
    target_matchers: ['alertname=~"Model.+"', 'alertname!="ModelExporterAbsent"'],
    equal: ['job'],
  },
  // A process that is down explains what is said about this process, and nothing about others.
  {
    source_matchers: ['alertname="ModelExporterDown"'],
    target_matchers: ['alertname=~"Model.+"', 'alertname!="ModelExporterDown"'],
    equal: ['job', 'instance'],
  },
  // Many drifted features are one finding, not many.
  {
    source_matchers: ['alertname="ModelDriftManyFeatures"'],
    target_matchers: ['alertname=~"ModelDataDrift(Persistent)?"'],
    equal: byModel,
  },
  // What drift runs found is old when there are no more; ModelDataDrift then speaks in their place.
  {
    source_matchers: ['alertname=~"ModelDriftRun(Stale|Failing)"'],
    target_matchers: ['alertname=~"ModelDataDriftPersistent|ModelDriftManyFeatures"'],
    equal: byModel,
  },
  // A budget that burns says more than the rate of five minutes.
  {
    source_matchers: ['alertname="ModelErrorBudgetBurn"', 'severity="critical"'],
    target_matchers: ['alertname="ModelErrorRateHigh"'],
    equal: byModel,
  },
  // A failing schedule is late as well.
  {
    source_matchers: ['alertname="ModelDriftRunFailing"'],
    target_matchers: ['alertname="ModelDriftRunStale"'],
    equal: byModel,
  },
  // Alerts of severity info are told beside worse ones only; this alert fires while there are none.
  {
    source_matchers: ['alertname="InfoInhibitor"'],
    target_matchers: ['severity="info"'],
    equal: ['job', 'model_name'],
  },
];
