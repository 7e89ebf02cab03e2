import type { Scenario } from '../alert-scenario.js';
import { model, ofModel, ofProcess, series } from '../alert-scenario.js';
import type { InputSeries } from '../promtool.js';

const process = { job: 'modelmeter', instance: 'a:8001' } as const;

const mostDown = (share: string) => ({
  labels: { job: 'modelmeter' },
  description: `For 2 minutes, Prometheus has been unable to scrape ${share} of the exporters of job modelmeter (limit 50%). Alerts about their models are based on the other exporters, and without any of them no other alert can fire.`,
});

const replicas = (up: '0' | '1', count: number, steps: number, prefix = 'a'): InputSeries[] =>
  Array.from({ length: count }, (_, index) =>
    series('up', `${up}x${steps}`, { job: 'modelmeter', instance: `${prefix}${index}:8001` }),
  );

const info = (values: string, labels: Readonly<Record<string, string>> = {}): InputSeries =>
  ofModel('model_info', values, { runtime: 'onnx', reference_id: 'r1', ...labels });

const vanished: Scenario[] = [
  {
    alert: 'ModelVanished',
    name: 'fires after ten minutes without a model that the exporter had, not one minute earlier',
    steps: 60,
    series: (steps) => [ofProcess('up', `1x${steps}`), info('1x20 stale')],
    silentAt: ['20m', '30m'],
    firing: [
      {
        at: '31m',
        alerts: [
          {
            labels: { job: 'modelmeter', instance: 'a:8001', model_name: 'm' },
            description:
              'a:8001 is up and exported m within the last 6 hours, but for 10 minutes it has not. No alert about this model can fire for it.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelVanished',
    name: 'is silent when the next version takes over, and when the process is replaced',
    steps: 60,
    series: (steps) => [
      ofProcess('up', `1x${steps}`),
      info('1x20 stale'),
      info(`${'_ '.repeat(21)}1x${steps - 22}`, { model_version: '2' }),
      series('up', '1x20 stale', { job: 'modelmeter', instance: 'b:8001' }),
      info('1x20 stale', { instance: 'b:8001' }),
    ],
    silentAt: ['31m', '60m'],
  },
  {
    alert: 'ModelVanished',
    name: 'ends when the model has been gone for six hours, or is back',
    step: '5m',
    steps: 120,
    series: (steps) => [
      ofProcess('up', `1x${steps}`),
      info('1x4 stale'),
      info(`1x4 ${'stale '.repeat(10)}1x${steps - 15}`, { model_name: 'back' }),
    ],
    silentAt: ['7h'],
    firing: [
      {
        at: '5h',
        alerts: [
          {
            labels: { job: 'modelmeter', instance: 'a:8001', model_name: 'm' },
            description:
              'a:8001 is up and exported m within the last 6 hours, but for 10 minutes it has not. No alert about this model can fire for it.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelVanished',
    name: 'is silent when the target is lost; then ModelExporterDown fires',
    steps: 60,
    series: (steps) => [ofProcess('up', `1x20 0x${steps - 21}`), info('1x20 stale')],
    silentAt: ['31m', '60m'],
  },
];

const exporter: Scenario[] = [
  {
    alert: 'ModelExporterDown',
    name: 'fires after two minutes, not one minute earlier',
    steps: 20,
    series: (steps) => [ofProcess('up', `1x4 0x${steps - 5}`)],
    silentAt: ['4m', '6m'],
    firing: [
      {
        at: '7m',
        alerts: [
          {
            labels: process,
            description:
              'Prometheus has been unable to scrape a:8001 of job modelmeter for 2 minutes. Alerts about its models are based on the other exporters of the job until it is back.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelExporterDown',
    name: 'is silent for another job, and after one scrape that failed',
    steps: 20,
    series: (steps) => [
      ofProcess('up', `1x4 0 1x${steps - 6}`),
      series('up', `0x${steps}`, { job: 'other', instance: 'b:9100' }),
    ],
    silentAt: ['6m', '7m', '20m'],
  },
  {
    alert: 'ModelExporterDown',
    name: 'ends when the target is taken out; then ModelExporterAbsent fires',
    steps: 10,
    series: (steps) => [ofProcess('up', `0x${steps}`)],
    silentAt: ['20m'],
  },
  {
    alert: 'ModelExportersDown',
    name: 'fires after two minutes when the only exporter is down, not one minute earlier',
    steps: 20,
    series: (steps) => [ofProcess('up', `1x4 0x${steps - 5}`)],
    silentAt: ['4m', '6m'],
    firing: [{ at: '7m', alerts: [mostDown('100%')] }],
  },
  {
    alert: 'ModelExportersDown',
    name: 'fires for three of five replicas, whatever other jobs do',
    steps: 20,
    series: (steps) => [
      ...replicas('0', 3, steps),
      ...replicas('1', 2, steps, 'z'),
      series('up', `1x${steps}`, { job: 'other', instance: 'b:9100' }),
    ],
    silentAt: ['1m'],
    firing: [{ at: '10m', alerts: [mostDown('60%')] }],
  },
  {
    alert: 'ModelExportersDown',
    name: 'is silent for one replica of five, and for one of two',
    steps: 20,
    series: (steps) => [...replicas('0', 1, steps), ...replicas('1', 4, steps, 'z')],
    silentAt: ['10m', '20m'],
  },
  {
    alert: 'ModelExportersDown',
    name: 'ends when the targets are taken out; then ModelExporterAbsent fires',
    steps: 10,
    series: (steps) => [ofProcess('up', `0x${steps}`)],
    silentAt: ['20m'],
  },
  {
    alert: 'ModelExporterAbsent',
    name: 'fires five minutes after the last target is gone',
    steps: 10,
    series: (steps) => [ofProcess('up', `1x${steps}`)],
    // Prometheus looks back five minutes for the last sample.
    silentAt: ['10m', '15m', '19m'],
    firing: [
      {
        at: '21m',
        alerts: [
          {
            labels: { job: 'modelmeter' },
            description:
              'The scrape job modelmeter has had no targets for 5 minutes, so no model is monitored.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelExporterAbsent',
    name: 'is silent while one exporter of several is left, up or down',
    steps: 30,
    series: (steps) => [
      ofProcess('up', `1x5`),
      series('up', `0x${steps}`, { job: 'modelmeter', instance: 'b:8001' }),
    ],
    silentAt: ['20m', '30m'],
  },
  {
    alert: 'ModelNotReady',
    name: 'fires after five minutes, for the instance that is not ready',
    steps: 20,
    series: (steps) => [
      ofModel('model_ready', `0x${steps}`),
      ofModel('model_ready', `1x${steps}`, {}, 'b:8001'),
    ],
    silentAt: ['4m'],
    firing: [
      {
        at: '5m',
        alerts: [
          {
            labels: { ...model, instance: 'a:8001' },
            description: 'm 1 on a:8001 has not been ready for 5 minutes.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelNotReady',
    name: 'is silent while a model loads for four minutes',
    steps: 20,
    series: (steps) => [ofModel('model_ready', `0x3 1x${steps - 4}`)],
    silentAt: ['4m', '5m', '20m'],
  },
  {
    alert: 'ModelNotReady',
    name: 'is silent for a model whose readiness is not known yet',
    steps: 20,
    series: (steps) => [
      ofModel('model_info', `1x${steps}`, { runtime: 'function', reference_id: '' }),
      ofModel('model_predictions_total', `0x${steps}`, { status: 'success' }),
    ],
    silentAt: ['10m', '20m'],
  },
  {
    alert: 'ModelNotReady',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 6,
    series: (steps) => [ofModel('model_ready', `0x${steps}`)],
    silentAt: ['17m'],
  },
];

/** The series of a loaded classifier that the rules read, without the listed metrics. */
function loaded(steps: number, without: readonly string[] = []): InputSeries[] {
  return [
    ofModel('model_info', `1x${steps}`, { runtime: 'onnx', reference_id: 'r1' }),
    ofModel('model_outcomes_total', `0+5x${steps}`, { outcome: 'tp' }),
    ofModel('model_slo_latency_threshold_seconds', `0.2x${steps}`),
    ofModel('model_slo_error_rate_threshold_ratio', `0.01x${steps}`),
    ofModel('model_slo_objective_ratio', `0.99x${steps}`, { slo: 'errors' }),
    ...['age', 'income'].flatMap((feature) => [
      ofModel('model_feature_reference_samples', `5000x${steps}`, { feature, reference_id: 'r1' }),
      ofModel('model_feature_drift_threshold', `0.25x${steps}`, {
        feature,
        reference_id: 'r1',
        statistic: 'psi',
        level: 'drift',
      }),
    ]),
    ofModel('model_slo_accuracy_threshold_ratio', `0.85x${steps}`),
    ofModel('model_quality_minimum_samples', `100x${steps}`),
  ].filter(({ series: name }) => !without.some((metric) => name.startsWith(`${metric}{`)));
}

const missingThreshold = (threshold: string) => ({
  labels: { ...model, threshold },
  description: `m 1 does not export ${threshold}; the alert that compares with it cannot fire.`,
});

const thresholds: Scenario[] = [
  ...[
    'model_slo_latency_threshold_seconds',
    'model_slo_error_rate_threshold_ratio',
    'model_slo_objective_ratio',
    'model_slo_accuracy_threshold_ratio',
    'model_quality_minimum_samples',
  ].map(
    (threshold): Scenario => ({
      alert: 'ModelThresholdsMissing',
      name: `fires after ten minutes without ${threshold}`,
      steps: 20,
      series: (steps) => loaded(steps, [threshold]),
      silentAt: ['9m'],
      firing: [{ at: '10m', alerts: [missingThreshold(threshold)] }],
    }),
  ),
  {
    alert: 'ModelThresholdsMissing',
    name: 'counts the features that lack a drift threshold',
    steps: 20,
    series: (steps) =>
      loaded(steps).filter(
        ({ series: name }) => !/^model_feature_drift_threshold.*feature="income"/.test(name),
      ),
    silentAt: ['9m'],
    firing: [
      {
        at: '10m',
        alerts: [
          {
            labels: { ...model, threshold: 'model_feature_drift_threshold' },
            description:
              'm 1 does not export model_feature_drift_threshold for 1 of its features; the alert that compares with it cannot fire.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelThresholdsMissing',
    name: 'is silent for a model without a reference, which has no drift thresholds',
    steps: 20,
    series: (steps) =>
      loaded(steps, ['model_feature_reference_samples', 'model_feature_drift_threshold']),
    silentAt: ['10m', '20m'],
  },
  {
    alert: 'ModelThresholdsMissing',
    name: 'is silent when all thresholds are exported, and for a regression without accuracy',
    steps: 20,
    series: (steps) => [
      ...loaded(steps),
      ...loaded(steps, [
        'model_outcomes_total',
        'model_slo_accuracy_threshold_ratio',
        'model_quality_minimum_samples',
      ]).map(({ series: name, values }) => ({
        series: name.replace('model_name="m"', 'model_name="prices"'),
        values,
      })),
    ],
    silentAt: ['10m', '20m'],
  },
  {
    alert: 'ModelThresholdsMissing',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 12,
    series: (steps) => loaded(steps, ['model_quality_minimum_samples']),
    silentAt: ['23m'],
  },
];

const stage = { ...model, stage: 'features' };

const refused = (count: number) => ({
  labels: process,
  description: `Since its start, a:8001 has refused ${count} series because its metric store was full. The models or features that they belong to are not monitored until it restarts with enough room.`,
});

const monitor: Scenario[] = [
  {
    alert: 'ModelMonitorErrors',
    name: 'fires when failures continue for ten minutes',
    steps: 30,
    series: (steps) => [
      ofModel('model_monitor_errors_total', `0+2x${steps}`, { stage: 'features' }),
      ofModel('model_monitor_errors_total', `0x${steps}`, { stage: 'targets' }),
    ],
    silentAt: ['10m'],
    firing: [
      {
        at: '12m',
        alerts: [
          {
            labels: stage,
            description:
              'Stage features of the monitoring of m 1 failed about 20 times in 10 minutes. Predictions are not affected, but metrics are incomplete.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelMonitorErrors',
    name: 'is silent after one failure, and after a restart',
    steps: 60,
    series: (steps) => [
      ofModel('model_monitor_errors_total', `0x5 1x20 0x${steps - 27}`, { stage: 'features' }),
    ],
    silentAt: ['10m', '16m', '20m', '27m', '40m'],
  },
  {
    alert: 'ModelMonitorErrors',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 14,
    series: (steps) => [
      ofModel('model_monitor_errors_total', `0+2x${steps}`, { stage: 'features' }),
    ],
    silentAt: ['30m'],
  },
  {
    alert: 'ModelMonitorDroppingEvents',
    name: 'fires when full buffers drop predictions or features for ten minutes',
    steps: 30,
    series: (steps) => [
      ofModel('model_targets_expired_total', `0+7x${steps}`, { reason: 'capacity' }),
      ofModel('model_prediction_unread_calls_total', `0+3x${steps}`, { reason: 'busy' }),
    ],
    silentAt: ['10m'],
    firing: [
      {
        at: '12m',
        alerts: [
          {
            labels: { ...model, loss: 'targets' },
            description:
              'In 10 minutes, about 70 predictions of m 1 were dropped before their targets arrived, because too many were pending.',
          },
          {
            labels: { ...model, loss: 'features' },
            description:
              'In 10 minutes, the features of about 30 calls of m 1 were not counted, because too many reads were pending.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelMonitorDroppingEvents',
    name: 'is silent for expired and replaced predictions, for sampling, and after a restart',
    steps: 30,
    series: (steps) => [
      ofModel('model_targets_expired_total', `0+7x${steps}`, { reason: 'time_to_live' }),
      ofModel('model_prediction_unread_calls_total', `0+3x${steps}`, { reason: 'sampling' }),
      ofModel('model_targets_expired_total', `500x10 0x${steps - 11}`, { reason: 'capacity' }),
    ],
    silentAt: ['12m', '20m', '30m'],
  },
  {
    alert: 'ModelMonitorDroppingEvents',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 14,
    series: (steps) => [
      ofModel('model_targets_expired_total', `0+7x${steps}`, { reason: 'capacity' }),
    ],
    silentAt: ['30m'],
  },
  {
    alert: 'ModelMonitorCardinalityLimit',
    name: 'fires after ten minutes above nine tenths, not one minute earlier',
    steps: 30,
    series: (steps) => [
      ofProcess('model_monitor_series', `9500x${steps}`),
      ofProcess('model_monitor_series_limit', `10000x${steps}`),
    ],
    silentAt: ['9m'],
    firing: [
      {
        at: '10m',
        alerts: [
          {
            labels: process,
            description:
              'The metric store of a:8001 holds 95% of its maximum number of series (limit 90%). Once it is full, additional models and features are not monitored.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelMonitorCardinalityLimit',
    name: 'is silent at nine tenths',
    steps: 30,
    series: (steps) => [
      ofProcess('model_monitor_series', `9000x${steps}`),
      ofProcess('model_monitor_series_limit', `10000x${steps}`),
    ],
    silentAt: ['10m', '30m'],
  },
  {
    alert: 'ModelMonitorCardinalityLimit',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 12,
    series: (steps) => [
      ofProcess('model_monitor_series', `9500x${steps}`),
      ofProcess('model_monitor_series_limit', `10000x${steps}`),
    ],
    silentAt: ['23m'],
  },
  {
    alert: 'ModelMonitorSeriesDropped',
    name: 'fires for series that were refused before the first scrape',
    steps: 30,
    series: (steps) => [ofProcess('model_monitor_dropped_series_total', `40x${steps}`)],
    silentAt: ['9m'],
    firing: [{ at: '10m', alerts: [refused(40)] }],
  },
  {
    alert: 'ModelMonitorSeriesDropped',
    name: 'fires ten minutes after the first series is refused, not one minute earlier',
    steps: 30,
    series: (steps) => [ofProcess('model_monitor_dropped_series_total', `0x5 3x${steps - 6}`)],
    silentAt: ['6m', '15m'],
    firing: [{ at: '16m', alerts: [refused(3)] }],
  },
  {
    alert: 'ModelMonitorSeriesDropped',
    name: 'is silent without refused series, and soon after a restart with a higher limit',
    steps: 30,
    series: (steps) => [
      ofProcess('model_monitor_dropped_series_total', `40x5 0x${steps - 6}`),
      ofProcess('model_monitor_dropped_series_total', `0x${steps}`, { instance: 'b:8001' }),
    ],
    silentAt: ['10m', '20m', '30m'],
  },
  {
    alert: 'ModelMonitorSeriesDropped',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 14,
    series: (steps) => [ofProcess('model_monitor_dropped_series_total', `3x${steps}`)],
    silentAt: ['25m'],
  },
  {
    alert: 'ModelMonitorConfigReloadFailed',
    name: 'fires ten minutes after a failed reload',
    steps: 30,
    series: (steps) => [
      ofProcess('model_monitor_config_last_reload_successful', `1x4 0x${steps - 5}`),
    ],
    silentAt: ['14m'],
    firing: [
      {
        at: '15m',
        alerts: [
          {
            labels: process,
            description:
              'a:8001 has been unable to load its configuration for 10 minutes and still uses the previous one.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelMonitorConfigReloadFailed',
    name: 'is silent once the configuration is repaired',
    steps: 30,
    series: (steps) => [
      ofProcess('model_monitor_config_last_reload_successful', `1x4 0x8 1x${steps - 14}`),
    ],
    silentAt: ['4m', '14m', '30m'],
  },
  {
    alert: 'ModelMonitorConfigReloadFailed',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 16,
    series: (steps) => [ofProcess('model_monitor_config_last_reload_successful', `0x${steps}`)],
    silentAt: ['27m'],
  },
  {
    alert: 'ModelMonitorStateNotKept',
    name: 'fires five minutes after the disk is full',
    steps: 20,
    series: (steps) => [ofProcess('model_monitor_state_healthy', `1x4 0x${steps - 5}`)],
    silentAt: ['9m'],
    firing: [
      {
        at: '10m',
        alerts: [
          {
            labels: process,
            description:
              'a:8001 has been unable to write its state for 5 minutes. It goes on in memory; a restart before it can write again loses what came since.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelMonitorStateNotKept',
    name: 'is silent once the state is written again, and without state',
    steps: 20,
    series: (steps) => [
      ofProcess('model_monitor_state_healthy', `1x4 0x3 1x${steps - 9}`),
      ofProcess('model_monitor_build_info', `1x${steps}`),
    ],
    silentAt: ['7m', '10m', '20m'],
  },
  {
    alert: 'ModelMonitorStateNotKept',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 16,
    series: (steps) => [ofProcess('model_monitor_state_healthy', `0x${steps}`)],
    silentAt: ['27m'],
  },
];

const firing = (
  alertname: string,
  severity: string,
  labels: Record<string, string>,
  steps: number,
) =>
  series('ALERTS', `1x${steps}`, {
    alertname,
    severity,
    alertstate: 'firing',
    job: 'modelmeter',
    ...labels,
  });

const alerting: Scenario[] = [
  {
    alert: 'Watchdog',
    name: 'always fires',
    steps: 5,
    series: (steps) => [ofProcess('up', `1x${steps}`)],
    silentAt: [],
    firing: [
      {
        at: '0m',
        alerts: [
          {
            labels: {},
            description:
              'This alert always fires. An external dead man’s switch should raise an alert when it stops arriving, which means that the alerting pipeline is broken.',
          },
        ],
      },
    ],
  },
  {
    alert: 'InfoInhibitor',
    name: 'fires for a model that has only info alerts',
    steps: 10,
    series: (steps) => [
      firing('Own', 'info', { model_name: 'm' }, steps),
      firing('Own', 'info', { model_name: 'n' }, steps),
      firing('ModelDataDrift', 'warning', { model_name: 'n', feature: 'age' }, steps),
    ],
    silentAt: [],
    firing: [
      {
        at: '5m',
        alerts: [
          {
            labels: { job: 'modelmeter', model_name: 'm' },
            description:
              'While this alert fires, Alertmanager mutes the info alerts of m: without a warning or critical alert they need no action.',
          },
        ],
      },
    ],
  },
  {
    alert: 'InfoInhibitor',
    name: 'is silent while no info alert fires',
    steps: 10,
    series: (steps) => [firing('ModelDataDrift', 'warning', { model_name: 'm' }, steps)],
    silentAt: ['5m'],
  },
];

/** What happens to exporters, thresholds, the monitoring itself and alerting. */
export const healthScenarios: readonly Scenario[] = [
  ...exporter,
  ...vanished,
  ...thresholds,
  ...monitor,
  ...alerting,
];
