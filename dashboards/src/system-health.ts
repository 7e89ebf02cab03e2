import { defaultLimits, percentText, secondsText } from '@modelmeter/alerts/limits';
import type { DashboardSpec } from './build.js';
import { whereCounted } from './expressions.js';
import { stat, type TimeseriesSpec, table, timeseries } from './panels.js';
import { modelLegend, modelSelector, processSelector as selector } from './selectors.js';
import { modelVariables } from './variables.js';

const gpuLegend = '{{instance}} {{gpu}} {{name}}';
const withoutGpu =
  'Empty without a GPU; where another exporter reports them, choose all jobs and instances.';

function byGpu(metric: string): string {
  return `max by (instance, gpu, uuid, name) (${metric}{${selector}})`;
}

function gpu(
  title: string,
  metric: string,
  rest: { readonly description: string; readonly unit: string; readonly maximum?: number },
): TimeseriesSpec {
  return timeseries({
    title,
    width: 12,
    minimum: 0,
    ...rest,
    description: `${rest.description} ${withoutGpu}`,
    queries: [{ expression: byGpu(metric), legend: gpuLegend }],
  });
}

export const systemHealth: DashboardSpec = {
  name: 'system_health',
  title: 'System health',
  description: 'Processes that serve and monitor models, and the monitoring itself.',
  from: 'now-6h',
  variables: modelVariables,
  rows: [
    {
      title: 'Now',
      panels: [
        stat({
          title: 'Processes',
          description: 'Whether Prometheus can scrape each process.',
          unit: 'none',
          width: 12,
          height: 4,
          valueNames: { '1': { text: 'up', color: 'green' }, '0': { text: 'down', color: 'red' } },
          alerts: ['ModelExporterDown', 'ModelExportersDown', 'ModelExporterAbsent'],
          queries: [{ expression: `up{${selector}}`, legend: '{{instance}}' }],
        }),
        stat({
          title: 'Models ready',
          description: 'Whether each model is ready in every process.',
          unit: 'none',
          width: 12,
          height: 4,
          valueNames: {
            '1': { text: 'ready', color: 'green' },
            '0': { text: 'not ready', color: 'red' },
          },
          alerts: ['ModelNotReady'],
          queries: [
            {
              expression: `min by (model_name, model_version) (model_ready{${modelSelector}})`,
              legend: modelLegend,
            },
          ],
        }),
        table({
          title: 'Loaded models',
          description: 'Version, runtime and reference that each process has loaded.',
          unit: 'none',
          alerts: ['ModelVanished'],
          width: 24,
          height: 6,
          labels: [
            { label: 'model_name', title: 'Model' },
            { label: 'model_version', title: 'Version' },
            { label: 'runtime', title: 'Runtime' },
            { label: 'reference_id', title: 'Reference' },
            { label: 'job', title: 'Job' },
            { label: 'instance', title: 'Instance' },
          ],
          values: [
            {
              title: 'Loaded',
              expression: `max by (job, instance, model_name, model_version, runtime, reference_id) (model_info{${modelSelector}})`,
              unit: 'none',
              hidden: true,
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
          width: 8,
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
          width: 8,
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
          title: 'Host memory',
          description: `Used ratio of the memory of the machine, or of the container if it has a limit. ModelHostMemoryHigh fires above ${percentText(defaultLimits.hostMemoryRatio)}.`,
          unit: 'percentunit',
          width: 8,
          minimum: 0,
          alerts: ['ModelHostMemoryHigh'],
          queries: [
            {
              expression: `sum by (instance) (system_memory_usage_bytes{${selector},state="used"})
/
sum by (instance) (system_memory_usage_bytes{${selector}})`,
              legend: '{{instance}}',
            },
          ],
        }),
        timeseries({
          title: 'Event loop delay, p99',
          description: `Delay of work that is ready to run. ModelEventLoopBlocked fires above ${secondsText(defaultLimits.eventLoopDelaySeconds)}.`,
          unit: 's',
          width: 12,
          minimum: 0,
          alerts: ['ModelEventLoopBlocked'],
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
        timeseries({
          title: 'Open file descriptors',
          description: 'Files and connections. Steady growth indicates a leak.',
          unit: 'short',
          width: 12,
          minimum: 0,
          queries: [{ expression: `process_open_fds{${selector}}`, legend: '{{instance}}' }],
        }),
        timeseries({
          title: 'Uptime',
          description: 'A drop to 0 is a restart.',
          unit: 's',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `time() - process_start_time_seconds{${selector}}`,
              legend: '{{instance}}',
            },
          ],
        }),
      ],
    },
    {
      title: 'Monitoring',
      panels: [
        timeseries({
          title: 'Monitoring errors',
          description: 'Errors per second by stage. They never reach the caller of a model.',
          unit: 'cps',
          width: 12,
          minimum: 0,
          alerts: ['ModelMonitorErrors'],
          queries: [
            {
              expression: `sum by (model_name, model_version, stage) (rate(model_monitor_errors_total{${modelSelector}}[$__rate_interval]))`,
              legend: `${modelLegend} {{stage}}`,
            },
          ],
        }),
        timeseries({
          title: 'Series in the metric store',
          description: 'Dashed: the limit at which new series are dropped.',
          unit: 'short',
          width: 12,
          minimum: 0,
          alerts: ['ModelMonitorSeriesDropped', 'ModelMonitorCardinalityLimit'],
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
          title: 'Rejected requests',
          description: 'HTTP requests per second with a 4xx response.',
          unit: 'reqps',
          width: 8,
          minimum: 0,
          queries: [
            {
              expression: `sum by (route, code) (rate(model_monitor_rejected_requests_total{${selector}}[$__rate_interval]))`,
              legend: '{{route}} {{code}}',
            },
          ],
        }),
        timeseries({
          title: 'Scrape duration',
          description: 'Must stay well below the scrape timeout.',
          unit: 's',
          width: 8,
          minimum: 0,
          queries: [{ expression: `scrape_duration_seconds{${selector}}`, legend: '{{instance}}' }],
        }),
        timeseries({
          title: 'Samples per scrape',
          description: 'Samples that Prometheus stores per scrape of each process.',
          unit: 'short',
          width: 8,
          minimum: 0,
          queries: [{ expression: `scrape_samples_scraped{${selector}}`, legend: '{{instance}}' }],
        }),
        timeseries({
          title: 'Drift runs',
          description: 'Runs per hour by status.',
          unit: 'short',
          width: 12,
          minimum: 0,
          alerts: ['ModelDriftRunFailing', 'ModelDriftRunStale'],
          queries: [
            {
              expression: `sum by (model_name, model_version, status) (increase(model_drift_runs_total{${modelSelector}}[1h]))`,
              legend: `${modelLegend} {{status}}`,
            },
          ],
        }),
        timeseries({
          title: 'Duration of drift runs, p95',
          description: 'Over the runs of a day. A run blocks the event loop for this long.',
          unit: 's',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: whereCounted(
                `histogram_quantile(0.95, sum by (model_name, model_version, le) (rate(model_drift_run_seconds_bucket{${modelSelector}}[1d])))`,
              ),
              legend: modelLegend,
            },
          ],
        }),
        timeseries({
          title: 'Dropped series',
          description: 'Series per hour that were dropped because the metric store was full.',
          unit: 'short',
          width: 12,
          minimum: 0,
          alerts: ['ModelMonitorSeriesDropped'],
          queries: [
            {
              expression: `sum by (instance) (increase(model_monitor_dropped_series_total{${selector}}[1h]))`,
              legend: '{{instance}}',
            },
          ],
        }),
        timeseries({
          title: 'Calls with skipped features',
          description:
            'Calls per second whose features were not counted, because of the sampling rate or too many pending reads.',
          unit: 'reqps',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `sum by (model_name, model_version, reason) (rate(model_prediction_unread_calls_total{${modelSelector}}[$__rate_interval]))`,
              legend: `${modelLegend} {{reason}}`,
            },
          ],
        }),
      ],
    },
    {
      title: 'Webhooks',
      collapsed: true,
      panels: [
        timeseries({
          title: 'Events that wait',
          description:
            'Events of models that wait for their webhook. A receiver that fails lets them grow.',
          unit: 'short',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `sum by (instance, webhook) (model_monitor_webhook_pending{${selector}})`,
              legend: '{{webhook}} {{instance}}',
            },
          ],
        }),
        timeseries({
          title: 'Events and failures',
          description:
            'Per second: events that were delivered, that expired or that were refused, and requests that failed and are sent again.',
          unit: 'cps',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `sum by (webhook, result) (rate(model_monitor_webhook_events_total{${selector}}[$__rate_interval]))`,
              legend: '{{webhook}} {{result}}',
            },
            {
              expression: `sum by (webhook) (rate(model_monitor_webhook_failures_total{${selector}}[$__rate_interval]))`,
              legend: '{{webhook}} failed requests',
            },
          ],
        }),
      ],
    },
    {
      title: 'State',
      collapsed: true,
      panels: [
        timeseries({
          title: 'State on disk',
          description:
            '1 while the exporter keeps what it counts on disk, 0 while it cannot and goes on in memory.',
          unit: 'short',
          width: 12,
          minimum: 0,
          maximum: 1,
          alerts: ['ModelMonitorStateNotKept'],
          queries: [
            { expression: `model_monitor_state_healthy{${selector}}`, legend: '{{instance}}' },
          ],
        }),
        timeseries({
          title: 'Last write and inputs in memory only',
          description:
            'Seconds since the last write of the state, which grow without load too; and inputs per second that are in memory only.',
          unit: 'short',
          width: 12,
          minimum: 0,
          queries: [
            {
              expression: `time() - model_monitor_state_last_commit_timestamp_seconds{${selector}}`,
              legend: 'seconds since the last write {{instance}}',
            },
            {
              expression: `rate(model_monitor_state_unkept_inputs_total{${selector}}[$__rate_interval])`,
              legend: 'inputs per second in memory only {{instance}}',
            },
          ],
        }),
      ],
    },
    {
      title: 'GPU',
      panels: [
        gpu('GPU utilization', 'gpu_utilization_ratio', {
          description: 'Ratio of time in which the GPU was busy.',
          unit: 'percentunit',
          maximum: 1,
        }),
        timeseries({
          title: 'GPU memory',
          description: `Used memory per GPU. Dashed: total memory. ${withoutGpu}`,
          unit: 'bytes',
          width: 12,
          minimum: 0,
          alerts: ['ModelGpuMemoryHigh'],
          queries: [
            { expression: byGpu('gpu_memory_used_bytes'), legend: gpuLegend },
            {
              expression: byGpu('gpu_memory_total_bytes'),
              legend: `all ${gpuLegend}`,
              isThreshold: true,
            },
          ],
        }),
        gpu('GPU temperature', 'gpu_temperature_celsius', {
          description: 'An overheated GPU reduces its clock speed, and calls become slower.',
          unit: 'celsius',
        }),
        gpu('GPU power', 'gpu_power_watts', {
          description: 'Power consumption of the GPU.',
          unit: 'watt',
        }),
      ],
    },
  ],
};
