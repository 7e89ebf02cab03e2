import { constants, PerformanceObserver } from 'node:perf_hooks';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/**
 * The default metrics of prom-client that describe the health of the process: processor, memory,
 * files, event loop. Not all of them: some gauges are named like counters, some are NaN between two
 * quick scrapes. The client updates a group of metrics when it reads the first one of the group, so
 * each first one is included.
 */
const chosen = [
  'process_cpu_user_seconds_total',
  'process_cpu_system_seconds_total',
  'process_cpu_seconds_total',
  'process_start_time_seconds',
  'process_resident_memory_bytes',
  'process_open_fds',
  'process_max_fds',
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_max_seconds',
  'nodejs_eventloop_lag_p50_seconds',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_heap_size_total_bytes',
  'nodejs_heap_size_used_bytes',
  'nodejs_external_memory_bytes',
  'nodejs_version_info',
];

/** Adds the health metrics of this process to a registry; returns a function that stops them. */
export function meterSystemHealth(registry: Registry): () => void {
  const defaults = new Registry();
  collectDefaultMetrics({ register: defaults });
  for (const name of chosen) {
    // Some metrics exist on Linux only.
    const metric = defaults.getSingleMetric(name);
    if (metric !== undefined) registry.registerMetric(metric);
  }
  return meterGarbageCollection(registry);
}

const kinds = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

/** Replaces the metric of prom-client, which counts collections that Node reports together as one. */
function meterGarbageCollection(registry: Registry): () => void {
  const durations = new Histogram({
    name: 'nodejs_gc_duration_seconds',
    help: 'Time of one garbage collection in seconds, by kind: major, minor, incremental, weakcb.',
    labelNames: ['kind'],
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
    registers: [registry],
  });
  for (const kind of kinds.values()) durations.zero({ kind });
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const kind = kinds.get((entry as { detail?: { kind?: number } }).detail?.kind ?? -1);
      if (kind !== undefined) durations.observe({ kind }, entry.duration / 1000);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}
