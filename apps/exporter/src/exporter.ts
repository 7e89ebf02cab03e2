import type { LoadedConfig } from '@modelmeter/config-file';
import { type Monitor, metricStoreOf } from '@modelmeter/core';
import { createKernel } from '@modelmeter/kernel';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import packageJson from '../package.json' with { type: 'json' };
import { ExporterError, messageOf } from './errors.js';
import { watchGpus } from './gpu.js';
import { createPrometheusQuery } from './prometheus-query.js';
import { loadModel, type ServedModel } from './served-model.js';
import { createServer, type Lifecycle } from './server.js';
import { meterSystemHealth } from './system-health.js';
import { createScheduler, systemTimerClock, type TimerClock } from './timer-clock.js';

/** A running exporter. */
export interface Exporter {
  /** Address to send requests to, such as `http://127.0.0.1:8001`. */
  readonly url: string;
  readonly monitors: readonly Monitor[];
  /** Answers 503 at /readyz, finishes what runs, and closes the port. */
  close(): Promise<void>;
}

/**
 * Starts the exporter: loads every model of the configuration, then opens the port.
 *
 * @param options.clock Time of windows and schedules; default: the machine's.
 * @throws ExporterError or CoreError with place, value and remedy; nothing is left open.
 */
export async function startExporter(options: {
  readonly loaded: LoadedConfig;
  readonly log: Logger;
  readonly clock?: TimerClock;
}): Promise<Exporter> {
  const { loaded, log } = options;
  const clock = options.clock ?? systemTimerClock;
  const registry = new Registry();
  const { gpu, maximum_series: maximumSeries, scrape_interval: everyMs } = loaded.config.monitoring;
  const store = metricStoreOf(registry, maximumSeries);
  store
    .gauge('model_monitor_build_info', {
      version: packageJson.version,
      kernel: createKernel().implementation,
    })
    .set(1);
  const stopMetering = [meterSystemHealth(registry), watchGpus({ mode: gpu, everyMs, store, log })];
  const models: ServedModel[] = [];
  const { source, prometheus } = loaded.config.drift_detection;
  try {
    const queryPrometheus =
      source === 'prometheus' && prometheus !== undefined
        ? await createPrometheusQuery(prometheus, loaded.folder)
        : undefined;
    for (const model of loaded.config.models) {
      models.push(
        await loadModel({
          model,
          input: loaded.input,
          folder: loaded.folder,
          registry,
          clock,
          scheduler: createScheduler(clock),
          queryPrometheus,
          log,
        }),
      );
    }
    const lifecycle: Lifecycle = { phase: 'starting' };
    const server = createServer({
      models,
      registry,
      store,
      lifecycle,
      log,
      version: packageJson.version,
    });
    const { host, prometheus_port: port } = loaded.config.monitoring;
    const url = await server.listen({ host, port }).catch((error: unknown) => {
      throw new ExporterError(
        'PORT_UNAVAILABLE',
        `Port ${port} of ${host} cannot be opened (${messageOf(error)}). Stop what uses it, or set monitoring.prometheus_port (0 takes a free one).`,
        { cause: error },
      );
    });
    lifecycle.phase = 'ready';
    return {
      url,
      monitors: models.map(({ monitor }) => monitor),
      async close() {
        lifecycle.phase = 'draining';
        await server.close();
        for (const { monitor } of models) monitor.close();
        for (const stop of stopMetering) stop();
      },
    };
  } catch (error) {
    for (const { monitor } of models) monitor.close();
    for (const stop of stopMetering) stop();
    throw error;
  }
}
