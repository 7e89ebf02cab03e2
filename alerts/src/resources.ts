import { jobSelector } from './expressions.js';
import type { RuleOptions } from './options.js';
import type { RuleFile } from './rule.js';

const gpuLabels = 'job, instance, gpu, uuid, name';

export function resources(options: RuleOptions): RuleFile {
  const selector = jobSelector(options);
  return {
    name: 'resources',
    groups: [
      { name: 'gpu', rules: gpuRules },
      {
        name: 'resources',
        rules: [
          {
            alert: 'ModelEventLoopBlocked',
            expression: `max by (job, instance) (nodejs_eventloop_lag_p99_seconds{${selector}}) > 0.1`,
            holdsFor: '10m',
            severity: 'warning',
            summary: 'The event loop of an exporter is blocked.',
            description:
              'For 10 minutes, 1% of the turns of the event loop of {{ $labels.instance }} were late by {{ $value | humanizeDuration }} or more; the limit is 100ms. Every call of its models waits as long.',
            dashboard: { name: 'system_health', variables: ['job', 'instance'] },
          },
          {
            alert: 'ModelHostMemoryHigh',
            expression: `sum by (job, instance) (system_memory_usage_bytes{${selector},state="used"})
/ on (job, instance)
(sum by (job, instance) (system_memory_usage_bytes{${selector}}) > 0)
> 0.9`,
            holdsFor: '10m',
            severity: 'warning',
            summary: 'The memory of a host is nearly used up.',
            description:
              '{{ $value | humanizePercentage }} of the memory of the host of {{ $labels.instance }} has been in use for 10 minutes; the limit is 90%. Soon processes are killed.',
            dashboard: { name: 'system_health', variables: ['job', 'instance'] },
          },
          {
            alert: 'ModelGpuMemoryHigh',
            expression: `max by (${gpuLabels}) (gpu_memory_used_bytes)
/ on (${gpuLabels})
(max by (${gpuLabels}) (gpu_memory_total_bytes) > 0)
> 0.95`,
            holdsFor: '10m',
            severity: 'warning',
            summary: 'The memory of a GPU is nearly used up.',
            description:
              '{{ $value | humanizePercentage }} of the memory of GPU {{ $labels.gpu }} ({{ $labels.name }}) at {{ $labels.instance }} has been in use for 10 minutes; the limit is 95%. The next larger batch fails.',
            dashboard: { name: 'system_health', variables: [] },
          },
        ],
      },
    ],
  };
}

const mebibyte = 1_048_576;

/**
 * The series of dcgm-exporter under the names of the own collector, so that one dashboard and one
 * alert serve both. Its values for "not supported" lie above 1e15.
 */
const gpuRules = [
  { record: 'gpu_utilization_ratio', expression: fromDcgm('DCGM_FI_DEV_GPU_UTIL', ' / 100') },
  {
    record: 'gpu_memory_used_bytes',
    expression: fromDcgm('DCGM_FI_DEV_FB_USED', ` * ${mebibyte}`),
  },
  {
    record: 'gpu_memory_total_bytes',
    // Older drivers count what is reserved as used.
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

/** A metric of dcgm-exporter once per GPU, without the labels of the pods that use it. */
function fromDcgm(metric: string, scale = ''): string {
  return `max by (${gpuLabels}) (
  label_replace(
    label_replace(${metric} < 1e15, "uuid", "$1", "UUID", "(.+)"),
    "name", "$1", "modelName", "(.+)"
  )
)${scale}`;
}
