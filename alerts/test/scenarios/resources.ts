import type { FiringAlert, Scenario } from '../alert-scenario.js';
import { ofModel, ofProcess, series } from '../alert-scenario.js';
import type { InputSeries } from '../promtool.js';

const process = { job: 'modelmeter', instance: 'a:8001' } as const;
const failing = (steps: number, reason = 'runtime'): InputSeries =>
  ofModel('model_prediction_errors_total', `0+1x${steps}`, { reason });
const gpu = { job: 'modelmeter', instance: 'a:8001', gpu: '0', uuid: 'GPU-1', name: 'A100' };

/** What happens to processes and machines. */
export const resourceScenarios: readonly Scenario[] = [
  {
    alert: 'ModelEventLoopBlocked',
    name: 'fires after ten minutes above a tenth of a second, not one minute earlier',
    steps: 20,
    series: (steps) => [ofProcess('nodejs_eventloop_lag_p99_seconds', `0.01x4 0.25x${steps - 5}`)],
    silentAt: ['14m'],
    firing: [
      {
        at: '15m',
        alerts: [
          {
            labels: process,
            description:
              'For 10 minutes, the event loop of a:8001 has been delayed by 250ms at the 99th percentile (limit 100ms). Calls to its models are delayed by the same amount.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelEventLoopBlocked',
    name: 'is silent at the limit, and after one short delay',
    steps: 30,
    series: (steps) => [
      ofProcess('nodejs_eventloop_lag_p99_seconds', `0.1x10 2x3 0.1x${steps - 15}`),
    ],
    silentAt: ['10m', '14m', '30m'],
  },
  {
    alert: 'ModelEventLoopBlocked',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 12,
    series: (steps) => [ofProcess('nodejs_eventloop_lag_p99_seconds', `0.25x${steps}`)],
    silentAt: ['23m'],
  },
  {
    alert: 'ModelHostMemoryHigh',
    name: 'fires after ten minutes above nine tenths, not one minute earlier',
    steps: 20,
    series: (steps) => [
      ofProcess('system_memory_usage_bytes', `95e9x${steps}`, { state: 'used' }),
      ofProcess('system_memory_usage_bytes', `5e9x${steps}`, { state: 'free' }),
    ],
    silentAt: ['9m'],
    firing: [
      {
        at: '10m',
        alerts: [
          {
            labels: process,
            description:
              'For 10 minutes, 95% of the memory of the host of a:8001 has been in use (limit 90%). The system may start to kill processes.',
          },
        ],
      },
    ],
  },
  {
    alert: 'ModelHostMemoryHigh',
    name: 'is silent at nine tenths',
    steps: 20,
    series: (steps) => [
      ofProcess('system_memory_usage_bytes', `90e9x${steps}`, { state: 'used' }),
      ofProcess('system_memory_usage_bytes', `10e9x${steps}`, { state: 'free' }),
    ],
    silentAt: ['10m', '20m'],
  },
  {
    alert: 'ModelHostMemoryHigh',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 12,
    series: (steps) => [
      ofProcess('system_memory_usage_bytes', `95e9x${steps}`, { state: 'used' }),
      ofProcess('system_memory_usage_bytes', `5e9x${steps}`, { state: 'free' }),
    ],
    silentAt: ['23m'],
  },
  {
    alert: 'ModelGpuMemoryHigh',
    name: 'fires after ten minutes above nineteen twentieths while calls fail, not one minute earlier',
    steps: 20,
    series: (steps) => [
      ...gpuMemory(39e9, steps),
      ...gpuMemory(39e9, steps, 'dcgm'),
      failing(steps),
    ],
    // The first failure is counted between the first two scrapes.
    silentAt: ['10m'],
    firing: [{ at: '11m', alerts: ['modelmeter', 'dcgm'].map(fullGpu) }],
  },
  {
    alert: 'ModelGpuMemoryHigh',
    name: 'is silent for a runtime that reserves all memory while no call fails in it',
    steps: 20,
    series: (steps) => [...gpuMemory(39.9e9, steps), failing(steps, 'invalid_input')],
    silentAt: ['10m', '20m'],
  },
  {
    alert: 'ModelGpuMemoryHigh',
    name: 'is silent for the GPUs of another job',
    steps: 20,
    series: (steps) => [...gpuMemory(39e9, steps, 'other'), failing(steps)],
    silentAt: ['10m', '20m'],
  },
  {
    alert: 'ModelGpuMemoryHigh',
    name: 'is silent at the limit, and without a GPU',
    steps: 20,
    series: (steps) => [...gpuMemory(38e9, steps), failing(steps)],
    silentAt: ['10m', '20m'],
  },
  {
    alert: 'ModelGpuMemoryHigh',
    name: 'ends when the target is lost; then ModelExporterDown fires',
    steps: 12,
    series: (steps) => [...gpuMemory(39e9, steps), failing(steps)],
    silentAt: ['20m'],
  },
];

function gpuMemory(used: number, steps: number, job = 'modelmeter'): InputSeries[] {
  const labels = { ...gpu, job };
  return [
    series('gpu_memory_used_bytes', `${used}x${steps}`, labels),
    series('gpu_memory_total_bytes', `40e9x${steps}`, labels),
  ];
}

function fullGpu(job: string): FiringAlert {
  return {
    labels: { ...gpu, job },
    description:
      'For 10 minutes, 97.5% of the memory of GPU 0 (A100) on a:8001 has been in use (limit 95%), and calls have failed in the runtime of a model.',
  };
}
