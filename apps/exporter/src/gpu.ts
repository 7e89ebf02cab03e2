import { execFile } from 'node:child_process';
import type { ExporterConfig } from '@modelmeter/config-file';
import type { CounterSeries, GaugeSeries, MetricStore } from '@modelmeter/core';
import type { MetricName } from '@modelmeter/core/catalogue';
import type { Logger } from 'pino';

const bytesPerMebibyte = 1024 * 1024;
/** Longest duration of one run: nvidia-smi hangs when a driver does. */
const defaultTimeoutMs = 5000;
/** Largest number of GPUs that are read. */
const maximumGpus = 64;
/** Largest output of one run, in bytes. */
const maximumOutputBytes = 64 * 1024;

/** The fields that are queried after index, uuid and name, and the metric and factor of each. */
const readings = [
  { field: 'utilization.gpu', metric: 'gpu_utilization_ratio', factor: 0.01 },
  { field: 'memory.used', metric: 'gpu_memory_used_bytes', factor: bytesPerMebibyte },
  { field: 'memory.total', metric: 'gpu_memory_total_bytes', factor: bytesPerMebibyte },
  { field: 'temperature.gpu', metric: 'gpu_temperature_celsius', factor: 1 },
  { field: 'power.draw', metric: 'gpu_power_watts', factor: 1 },
] as const satisfies readonly { field: string; metric: MetricName; factor: number }[];

type GpuMetric = (typeof readings)[number]['metric'];

/** One GPU as nvidia-smi reports it, without the values that it does not know. */
export interface GpuReading {
  readonly gpu: string;
  readonly uuid: string;
  readonly name: string;
  readonly values: Readonly<Partial<Record<GpuMetric, number>>>;
}

const failureReasons = ['missing', 'timeout', 'exit', 'output'] as const;
type FailureReason = (typeof failureReasons)[number];

/**
 * Runs nvidia-smi at an interval, never during a scrape, and updates the gauges of each GPU. The
 * gauges of a GPU that is no longer listed are removed, and all of them after a failure, so no
 * value is older than two runs. With `auto` nothing runs any more once nvidia-smi is missing.
 *
 * @returns A function that stops the runs and removes the gauges.
 */
export function watchGpus(options: {
  readonly mode: ExporterConfig['monitoring']['gpu'];
  readonly everyMs: number;
  readonly timeoutMs?: number;
  readonly store: MetricStore;
  readonly log: Logger;
}): () => void {
  const { mode, everyMs, store, log, timeoutMs = defaultTimeoutMs } = options;
  if (mode === 'off') return () => {};
  const stopping = new AbortController();
  const shown = new Map<string, { readonly remove: () => void; readonly show: Show }>();
  let failures: Record<FailureReason, CounterSeries> | undefined;
  let logged: FailureReason | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function run(): Promise<void> {
    const result = await readGpus(timeoutMs, stopping.signal);
    if (stopping.signal.aborted) return;
    if ('reason' in result && result.reason === 'missing' && mode === 'auto') {
      show([]);
      log.debug('nvidia-smi is not installed; GPUs are not monitored');
      return;
    }
    failures ??= countersOf(store);
    if ('reason' in result) fail(result.reason, result.detail);
    else show(result.gpus);
    timer = setTimeout(run, everyMs);
    timer.unref();
  }

  function fail(reason: FailureReason, detail: string): void {
    failures?.[reason].add(1);
    show([], false);
    if (logged !== reason)
      log.warn({ reason, detail }, 'nvidia-smi failed; GPU metrics are removed');
    logged = reason;
  }

  function show(gpus: readonly GpuReading[], worked = true): void {
    if (worked) logged = undefined;
    const listed = new Map(gpus.map((gpu) => [JSON.stringify([gpu.gpu, gpu.uuid, gpu.name]), gpu]));
    for (const [key, { remove }] of shown) {
      if (listed.has(key)) continue;
      remove();
      shown.delete(key);
    }
    for (const [key, gpu] of listed) {
      let gauges = shown.get(key);
      if (gauges === undefined) {
        gauges = gaugesOf(store, gpu);
        shown.set(key, gauges);
      }
      gauges.show(gpu.values);
    }
  }

  void run();
  return () => {
    stopping.abort();
    clearTimeout(timer);
    show([]);
  };
}

type Show = (values: GpuReading['values']) => void;

function gaugesOf(
  store: MetricStore,
  { gpu, uuid, name }: GpuReading,
): { readonly show: Show; readonly remove: () => void } {
  const gauges: [GpuMetric, GaugeSeries][] = readings.map(({ metric }) => [
    metric,
    store.gauge(metric, { gpu, uuid, name }),
  ]);
  return {
    show(values) {
      for (const [metric, gauge] of gauges) gauge.set(values[metric]);
    },
    remove() {
      for (const [, gauge] of gauges) gauge.remove();
    },
  };
}

function countersOf(store: MetricStore): Record<FailureReason, CounterSeries> {
  const counter = (reason: FailureReason): CounterSeries =>
    store.counter('model_monitor_gpu_errors_total', { reason });
  return {
    missing: counter('missing'),
    timeout: counter('timeout'),
    exit: counter('exit'),
    output: counter('output'),
  };
}

type GpuResult =
  | { readonly gpus: readonly GpuReading[] }
  | { readonly reason: FailureReason; readonly detail: string };

function readGpus(timeoutMs: number, signal: AbortSignal): Promise<GpuResult> {
  const fields = ['index', 'uuid', 'name', ...readings.map(({ field }) => field)];
  const query = [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'];
  const options = {
    signal,
    timeout: timeoutMs,
    // A process that waits for a driver may ignore SIGTERM.
    killSignal: 'SIGKILL',
    maxBuffer: maximumOutputBytes,
    windowsHide: true,
  } as const;
  return new Promise((resolve) => {
    execFile('nvidia-smi', query, options, (error, output) => {
      const detail = `${error?.message ?? ''} ${output}`.trim().slice(0, 500);
      if (error === null) {
        const gpus = parseGpus(output);
        resolve(gpus === undefined ? { reason: 'output', detail } : { gpus });
      } else if (error.code === 'ENOENT') resolve({ reason: 'missing', detail });
      else if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
        resolve({ reason: 'output', detail });
      } else if (error.killed) resolve({ reason: 'timeout', detail });
      else resolve({ reason: 'exit', detail });
    });
  });
}

/**
 * Parses the output of nvidia-smi: one GPU per line, fields separated by commas. Returns undefined
 * when a line has another form. Fields that are not numbers, such as `[N/A]` or `[Not Supported]`
 * (the utilisation of a GPU in MIG mode, the power of many), are left out.
 */
export function parseGpus(output: string): GpuReading[] | undefined {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '');
  // nvidia-smi exits with 0 and this line on a machine whose GPU was removed.
  if (lines.length === 1 && /^No devices were found/i.test(lines[0]!)) return [];
  const gpus: GpuReading[] = [];
  for (const line of lines.slice(0, maximumGpus)) {
    const fields = line.split(',').map((field) => field.trim());
    const [gpu = '', uuid = '', name = '', ...numbers] = fields;
    if (fields.length !== 3 + readings.length || !/^\d+$/.test(gpu)) return undefined;
    const values = Object.fromEntries(
      readings.flatMap(({ metric, factor }, index) => {
        const text = numbers[index]!;
        return /^\d+(\.\d+)?$/.test(text) ? [[metric, Number(text) * factor]] : [];
      }),
    );
    gpus.push({ gpu, uuid, name, values });
  }
  return gpus;
}
