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
  description: 'The processes that serve and monitor the models, and the monitoring itself.',
  from: 'now-6h',
  variables: modelVariables,
  rows: [
    {
      title: 'Now',
      panels: [
        stat({
          title: 'Processes',
          description: 'Whether Prometheus reaches each process.',
          unit: 'none',
          width: 12,
          height: 4,
          valueNames: { '1': { text: 'up', color: 'green' }, '0': { text: 'down', color: 'red' } },
          alerts: ['ModelExporterDown', 'ModelExporterAbsent'],
          queries: [{ expression: `up{${selector}}`, legend: '{{instance}}' }],
        }),
        stat({
          title: 'Models ready',
          description: 'Whether each model is loaded and takes predictions in every process.',
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
          description: 'Which version, runtime and reference each process has loaded.',
          unit: 'none',
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
          title: 'Memory of the host',
          description:
            'Used share of the memory of the machine, or of the container where that has a limit; above 90% processes may soon be killed.',
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
          title: 'Event loop lag, p99',
          description: 'How long ready work waits; above some 100 ms the process is blocked.',
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
          description: 'Files and connections; steady growth is a leak.',
          unit: 'short',
          width: 12,
          minimum: 0,
          queries: [{ expression: `process_open_fds{${selector}}`, legend: '{{instance}}' }],
        }),
        timeseries({
          title: 'Time since the start',
          description: 'A fall to 0 is a restart.',
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
          title: 'Failures of the monitoring',
          description: 'Per second by stage; they never reach the caller of a model.',
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
          description: 'Dashed: the limit at which new series are refused.',
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
          title: 'Refused requests',
          description: 'HTTP requests per second answered with a 4xx problem.',
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
          title: 'Duration of scrapes',
          description: 'Must stay well below the scrape timeout.',
          unit: 's',
          width: 8,
          minimum: 0,
          queries: [{ expression: `scrape_duration_seconds{${selector}}`, legend: '{{instance}}' }],
        }),
        timeseries({
          title: 'Samples per scrape',
          description: 'What Prometheus has to keep of each process.',
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
          title: 'Time of a drift run, p95',
          description: 'Over the runs of a day; the event loop is blocked for as long.',
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
          title: 'Refused series',
          description: 'Series per hour that found the metric store full.',
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
          title: 'Calls that were not read',
          description:
            'Calls per second that were timed, but whose features were not counted: left out by the sampling rate, or while too many reads were under way.',
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
      title: 'GPU',
      panels: [
        gpu('GPU utilization', 'gpu_utilization_ratio', {
          description: 'Share of the time in which the GPU computed.',
          unit: 'percentunit',
          maximum: 1,
        }),
        timeseries({
          title: 'GPU memory',
          description: `Used memory per GPU; dashed: all that it has. ${withoutGpu}`,
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
          description: 'A GPU that is too hot lowers its clock, and calls get slower.',
          unit: 'celsius',
        }),
        gpu('GPU power', 'gpu_power_watts', {
          description: 'What the GPU draws.',
          unit: 'watt',
        }),
      ],
    },
  ],
};
