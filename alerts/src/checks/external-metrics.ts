const dcgmLabels = ['gpu', 'UUID', 'modelName', 'Hostname', 'uuid', 'name'];

/**
 * Metrics, with their labels, that rules, runbooks and dashboards read but Modelmeter does not
 * export: those of Prometheus, of dcgm-exporter, and the default metrics of prom-client.
 */
export const externalMetrics: Readonly<Record<string, readonly string[]>> = {
  up: [],
  scrape_duration_seconds: [],
  scrape_samples_scraped: [],
  process_cpu_seconds_total: [],
  process_resident_memory_bytes: [],
  process_open_fds: [],
  process_start_time_seconds: [],
  nodejs_eventloop_lag_p99_seconds: [],
  nodejs_heap_size_used_bytes: [],
  nodejs_heap_size_total_bytes: [],
  nodejs_gc_duration_seconds_sum: ['kind'],
  DCGM_FI_DEV_GPU_UTIL: dcgmLabels,
  DCGM_FI_DEV_FB_USED: dcgmLabels,
  DCGM_FI_DEV_FB_FREE: dcgmLabels,
  DCGM_FI_DEV_FB_RESERVED: dcgmLabels,
  DCGM_FI_DEV_GPU_TEMP: dcgmLabels,
  DCGM_FI_DEV_POWER_USAGE: dcgmLabels,
  ALERTS: [
    'alertname',
    'alertstate',
    'severity',
    'model_name',
    'model_version',
    'feature',
    'stage',
    'threshold',
    'slo',
    'window',
    'problem',
    'loss',
  ],
};
