import { jobSelector } from './expressions.js';
import { percentText, secondsText } from './limits.js';
import type { RuleOptions } from './options.js';
import type { AlertRule, RecordingRule, RuleFile } from './rule.js';

const gpuLabels = 'job, instance, gpu, uuid, name';

export function resources(options: RuleOptions): RuleFile {
  const { eventLoopDelaySeconds, hostMemoryRatio } = options.limits;
  const selector = jobSelector(options);
  return {
    name: 'resources',
    groups: [
      { name: 'gpu', rules: gpuRules(options) },
      {
        name: 'resources',
        rules: [
          {
            alert: 'ModelEventLoopBlocked',
            expression: `max by (job, instance) (nodejs_eventloop_lag_p99_seconds{${selector}}) > ${eventLoopDelaySeconds}`,
            holdsFor: '10m',
            severity: 'warning',
            summary: 'The event loop of an exporter is blocked.',
            description: `For 10 minutes, the event loop of {{ $labels.instance }} has been delayed by {{ $value | humanizeDuration }} at the 99th percentile (limit ${secondsText(eventLoopDelaySeconds)}). Calls to its models are delayed by the same amount.`,
            dashboard: { name: 'system_health', variables: ['job', 'instance'] },
          },
          {
            alert: 'ModelHostMemoryHigh',
            expression: `sum by (job, instance) (system_memory_usage_bytes{${selector},state="used"})
/ on (job, instance)
(sum by (job, instance) (system_memory_usage_bytes{${selector}}) > 0)
> ${hostMemoryRatio}`,
            holdsFor: '10m',
            severity: 'warning',
            summary: 'The memory of a host is nearly exhausted.',
            description: `For 10 minutes, {{ $value | humanizePercentage }} of the memory of the host of {{ $labels.instance }} has been in use (limit ${percentText(hostMemoryRatio)}). The system may start to kill processes.`,
            dashboard: { name: 'system_health', variables: ['job', 'instance'] },
          },
          gpuMemoryAlert(options),
        ],
      },
    ],
  };
}

/**
 * Full memory alone is not a finding: TensorFlow, for one, reserves all of it. Only GPUs of the job and
 * of the job of dcgm-exporter count, not those of others in the same Prometheus.
 */
function gpuMemoryAlert(options: RuleOptions): AlertRule {
  const { gpuMemoryRatio } = options.limits;
  const selector = jobSelector(options);
  const ofModels = (metric: string): string =>
    `${metric}{${selector}} or ${metric}{${jobSelector({ job: options.gpuJob })}}`;
  return {
    alert: 'ModelGpuMemoryHigh',
    expression: `max by (${gpuLabels}) (${ofModels('gpu_memory_used_bytes')})
/ on (${gpuLabels})
(max by (${gpuLabels}) (${ofModels('gpu_memory_total_bytes')}) > 0)
> ${gpuMemoryRatio}
and on ()
  sum(increase(model_prediction_errors_total{${selector},reason="runtime"}[15m])) > 0`,
    holdsFor: '10m',
    severity: 'warning',
    summary: 'The memory of a GPU is nearly exhausted, and calls fail.',
    description: `For 10 minutes, {{ $value | humanizePercentage }} of the memory of GPU {{ $labels.gpu }} ({{ $labels.name }}) on {{ $labels.instance }} has been in use (limit ${percentText(gpuMemoryRatio)}), and calls have failed in the runtime of a model.`,
    dashboard: { name: 'system_health', variables: [] },
  };
}

const mebibyte = 1_048_576;

/**
 * Renames the series of dcgm-exporter to those of our own collector, so that one dashboard and one
 * alert cover both. Its values for "not supported" are above 1e15.
 */
function gpuRules({ gpuJob }: RuleOptions): RecordingRule[] {
  const fromDcgm = (metric: string, scale = ''): string => dcgmGauge(gpuJob, metric, scale);
  return [
    { record: 'gpu_utilization_ratio', expression: fromDcgm('DCGM_FI_DEV_GPU_UTIL', ' / 100') },
    {
      record: 'gpu_memory_used_bytes',
      expression: fromDcgm('DCGM_FI_DEV_FB_USED', ` * ${mebibyte}`),
    },
    {
      record: 'gpu_memory_total_bytes',
      // Older drivers report reserved memory as used.
      expression: `${fromDcgm('DCGM_FI_DEV_FB_USED', ` * ${mebibyte}`)}
+ on (${gpuLabels})
${fromDcgm('DCGM_FI_DEV_FB_FREE', ` * ${mebibyte}`)}
+ on (${gpuLabels})
(
  ${fromDcgm('DCGM_FI_DEV_FB_RESERVED', ` * ${mebibyte}`).replaceAll('\n', '\n  ')}
or
  ${fromDcgm('DCGM_FI_DEV_FB_USED', ' * 0').replaceAll('\n', '\n  ')}
)`,
    },
    { record: 'gpu_temperature_celsius', expression: fromDcgm('DCGM_FI_DEV_GPU_TEMP') },
    { record: 'gpu_power_watts', expression: fromDcgm('DCGM_FI_DEV_POWER_USAGE') },
  ];
}

/** A metric of dcgm-exporter once per GPU, without the labels of the pods that use it. */
function dcgmGauge(gpuJob: string, metric: string, scale: string): string {
  return `max by (${gpuLabels}) (
  label_replace(
    label_replace(${metric}{job="${gpuJob}"} < 1e15, "uuid", "$1", "UUID", "(.+)"),
    "name", "$1", "modelName", "(.+)"
  )
)${scale}`;
}
