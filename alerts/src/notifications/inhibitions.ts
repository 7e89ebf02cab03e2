const byModel = ['job', 'model_name', 'model_version'];

/** `inhibit_rules` of Alertmanager: alerts that add nothing while another one fires. */
export const inhibitions: readonly Record<string, readonly string[]>[] = [
  // A critical alert covers the warning of the same name.
  {
    source_matchers: ['severity="critical"'],
    target_matchers: ['severity="warning"'],
    equal: ['alertname', ...byModel, 'feature', 'instance'],
  },
  // Without any exporter, all other alerts about its models are out of date.
  {
    source_matchers: ['alertname="ModelExporterAbsent"'],
    target_matchers: ['alertname=~"Model.+"', 'alertname!="ModelExporterAbsent"'],
    equal: ['job'],
  },
  // Most exporters down is one alert. Those that are left still report their models.
  {
    source_matchers: ['alertname="ModelExportersDown"'],
    target_matchers: ['alertname="ModelExporterDown"'],
    equal: ['job'],
  },
  // A process that is down explains the alerts about this process, but not about others.
  {
    source_matchers: ['alertname="ModelExporterDown"'],
    target_matchers: ['alertname=~"Model.+"', 'alertname!="ModelExporterDown"'],
    equal: ['job', 'instance'],
  },
  // Many drifted features are reported as one alert.
  {
    source_matchers: ['alertname="ModelDriftManyFeatures"'],
    target_matchers: ['alertname=~"ModelDataDrift(Persistent)?|ModelFeatureFinding"'],
    equal: byModel,
  },
  // Without new drift runs their results are out of date; ModelDataDrift then replaces them.
  {
    source_matchers: ['alertname=~"ModelDriftRun(Stale|Failing)"'],
    target_matchers: [
      'alertname=~"ModelDataDriftPersistent|ModelDriftManyFeatures|ModelDriftUndecided|ModelFeatureFinding"',
    ],
    equal: byModel,
  },
  // A burning error budget covers the ratio of five minutes.
  {
    source_matchers: ['alertname="ModelErrorBudgetBurn"', 'severity="critical"'],
    target_matchers: ['alertname="ModelErrorRateHigh"'],
    equal: byModel,
  },
  {
    source_matchers: ['alertname="ModelLatencyBudgetBurn"', 'severity="critical"'],
    target_matchers: ['alertname="ModelLatencyHigh"'],
    equal: byModel,
  },
  // The shortest window of a burning budget pages; the longer ones confirm it.
  {
    source_matchers: ['alertname=~"Model.+BudgetBurn"', 'window="1h"'],
    target_matchers: ['alertname=~"Model.+BudgetBurn"', 'window="6h"'],
    equal: ['alertname', ...byModel, 'slo'],
  },
  // A model whose targets never match has no quality, and its ratio is part of the same problem.
  {
    source_matchers: ['alertname="ModelTargetsNeverMatched"'],
    target_matchers: ['alertname="ModelTargetsUnmatched"'],
    equal: byModel,
  },
  // A failing schedule is overdue as well.
  {
    source_matchers: ['alertname="ModelDriftRunFailing"'],
    target_matchers: ['alertname="ModelDriftRunStale"'],
    equal: byModel,
  },
  // Alerts of severity info are sent only together with a warning or critical alert of the model.
  {
    source_matchers: ['alertname="InfoInhibitor"'],
    target_matchers: ['severity="info"'],
    equal: ['job', 'model_name'],
  },
];
