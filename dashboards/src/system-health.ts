import type { DashboardSpec } from './build.js';
import { stat, timeseries } from './panels.js';
import { modelLegend, modelSelector, processSelector as selector } from './selectors.js';

export const systemHealth: DashboardSpec = {
  name: 'system_health',
  title: 'System health',
  description: 'The processes that serve and monitor the models, and the monitoring itself.',
  from: 'now-6h',
  variables: ['job', 'instance', 'model_name'],
  rows: [
    {
      title: 'Now',
      panels: [
        stat({
          title: 'Exporters',
          description: 'Whether Prometheus reaches each process.',
          unit: 'none',
          width: 12,
          height: 4,
          valueNames: { '1': { text: 'up', color: 'green' }, '0': { text: 'down', color: 'red' } },
          queries: [{ expression: `up{${selector}}`, legend: '{{instance}}' }],
        }),
        stat({
          title: 'Models',
          description: 'Whether each model is loaded and takes predictions in every process.',
          unit: 'none',
          width: 12,
          height: 4,
          valueNames: {
            '1': { text: 'ready', color: 'green' },
            '0': { text: 'not ready', color: 'red' },
          },
          queries: [
            {
              expression: `min by (model_name, model_version) (model_ready{${modelSelector}})`,
              legend: modelLegend,
            },
          ],
        }),
      ],
    },
    {
      title: 'Process',
      panels: [
        timeseries({
          title: 'CPU',
          description: 'Cores in use.',
          unit: 'short',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `sum by (instance) (rate(process_cpu_seconds_total{${selector}}[$__rate_interval]))`,
              legend: '{{instance}}',
            },
          ],
        }),
        timeseries({
          title: 'Memory',
          description: 'Resident memory of the process, and the used part of the JavaScript heap.',
          unit: 'bytes',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `process_resident_memory_bytes{${selector}}`,
              legend: 'resident {{instance}}',
            },
            { expression: `nodejs_heap_size_used_bytes{${selector}}`, legend: 'heap {{instance}}' },
          ],
        }),
        timeseries({
          title: 'Event loop lag, p99',
          description: 'How long ready work waits; above some 100 ms the process is blocked.',
          unit: 's',
          width: 12,
          minimum: 0,
          queries: [
            { expression: `nodejs_eventloop_lag_p99_seconds{${selector}}`, legend: '{{instance}}' },
          ],
        }),
        timeseries({
          title: 'Garbage collection',
          description: 'Seconds per second spent collecting garbage, by kind.',
          unit: 'percentunit',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `sum by (instance, kind) (rate(nodejs_gc_duration_seconds_sum{${selector}}[$__rate_interval]))`,
              legend: '{{instance}} {{kind}}',
            },
          ],
        }),
      ],
    },
    {
      title: 'Monitoring',
      panels: [
        timeseries({
          title: 'Failures of the monitoring',
          description: 'Per second by stage; they never reach the caller of a model.',
          unit: 'cps',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `sum by (model_name, model_version, stage) (rate(model_monitor_errors_total{${modelSelector}}[$__rate_interval]))`,
              legend: `${modelLegend} {{stage}}`,
            },
          ],
        }),
        timeseries({
          title: 'Series in the metric store',
          description: 'Dashed: the limit at which new series are refused.',
          unit: 'short',
          width: 12,
          minimum: 0,
          queries: [
            { expression: `model_monitor_series{${selector}}`, legend: '{{instance}}' },
            {
              expression: `model_monitor_series_limit{${selector}}`,
              legend: 'limit {{instance}}',
              isThreshold: true,
            },
          ],
        }),
        timeseries({
          title: 'Refused requests',
          description: 'HTTP requests per second answered with a 4xx problem.',
          unit: 'reqps',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `sum by (route, code) (rate(model_monitor_rejected_requests_total{${selector}}[$__rate_interval]))`,
              legend: '{{route}} {{code}}',
            },
          ],
        }),
        timeseries({
          title: 'Duration of scrapes',
          description: 'Must stay well below the scrape timeout.',
          unit: 's',
          width: 12,
          minimum: 0,
          queries: [{ expression: `scrape_duration_seconds{${selector}}`, legend: '{{instance}}' }],
        }),
        timeseries({
          title: 'Drift runs',
          description: 'Runs per hour by status.',
          unit: 'short',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `sum by (model_name, model_version, status) (increase(model_drift_runs_total{${modelSelector}}[1h]))`,
              legend: `${modelLegend} {{status}}`,
            },
          ],
        }),
        timeseries({
          title: 'Folded label values and refused series',
          description: 'What a limit of the monitoring cost, per hour.',
          unit: 'short',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `sum by (model_name, label) (increase(model_monitor_label_overflow_total{${modelSelector}}[1h]))`,
              legend: 'folded {{model_name}} {{label}}',
            },
            {
              expression: `sum by (instance) (increase(model_monitor_dropped_series_total{${selector}}[1h]))`,
              legend: 'refused {{instance}}',
            },
          ],
        }),
      ],
    },
    {
      title: 'GPU (with dcgm-exporter)',
      collapsed: true,
      panels: [
        timeseries({
          title: 'GPU utilization',
          description: 'Per GPU, from dcgm-exporter; empty where there is none.',
          unit: 'percent',
          width: 12,
          minimum: 0,
          maximum: 100,
          queries: [
            {
              expression: 'max by (Hostname, gpu) (DCGM_FI_DEV_GPU_UTIL)',
              legend: '{{Hostname}} {{gpu}}',
            },
          ],
        }),
        timeseries({
          title: 'GPU memory',
          description: 'Used memory per GPU, from dcgm-exporter; empty where there is none.',
          unit: 'bytes',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: 'max by (Hostname, gpu) (DCGM_FI_DEV_FB_USED) * 1048576',
              legend: '{{Hostname}} {{gpu}}',
            },
          ],
        }),
      ],
    },
  ],
};
