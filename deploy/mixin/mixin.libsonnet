// Rules and dashboards of Modelmeter for Jsonnet. Import it from a copy of the whole repository.
local groups(file) = std.parseYaml(file).groups;

{
  // Recording and alerting rules share their groups, in which the alerts read what is recorded.
  prometheusAlerts+:: {
    groups+:
      groups(importstr '../../alerts/accuracy_drop.yaml') +
      groups(importstr '../../alerts/drift.yaml') +
      groups(importstr '../../alerts/error_rate.yaml') +
      groups(importstr '../../alerts/fleet.yaml') +
      groups(importstr '../../alerts/health.yaml') +
      groups(importstr '../../alerts/increases.yaml') +
      groups(importstr '../../alerts/latency_spike.yaml') +
      groups(importstr '../../alerts/resources.yaml') +
      groups(importstr '../../alerts/slo.yaml') +
      groups(importstr '../../alerts/targets.yaml'),
  },
  grafanaDashboards+:: {
    'data_drift.json': import '../../dashboards/data_drift.json',
    'model_performance.json': import '../../dashboards/model_performance.json',
    'overview.json': import '../../dashboards/overview.json',
    'serving_latency.json': import '../../dashboards/serving_latency.json',
    'system_health.json': import '../../dashboards/system_health.json',
  },
}
