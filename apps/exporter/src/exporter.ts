import type { LoadedConfig, ModelConfig, MonitoringConfig } from '@modelmeter/config-file';
import { type Monitor, metricStoreOf, systemClock, type TimerClock } from '@modelmeter/core';
import { createKernel } from '@modelmeter/kernel';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import packageJson from '../package.json' with { type: 'json' };
import { startWebhooks } from './actions/webhooks.js';
import { ExporterError, messageOf } from './errors.js';
import { watchGpus } from './gpu.js';
import { meterHostMemory } from './host-memory.js';
import { isLoopback, readTokens, type Token } from './http/access.js';
import type { Lifecycle } from './http/route.js';
import { createServer } from './http/server.js';
import { createGates } from './inference/gate.js';
import type { LogDestination } from './log-destination.js';
import { createPrometheusQuery } from './prometheus-query.js';
import { fingerprintOf, loadModel, type ServedModel } from './served-model.js';
import { openStateStore } from './state/state-store.js';
import { meterSystemHealth } from './system-health.js';

const { version } = packageJson;

/** A running exporter. */
export interface Exporter {
  /** Base URL for requests, such as `http://127.0.0.1:8001`. */
  readonly url: string;
  /** The monitors of the configuration in use, in its order. */
  readonly monitors: readonly Monitor[];
  /**
   * Replaces the configuration while the exporter runs. A model whose settings or files have changed
   * is loaded again and its counters restart at 0, or go on if state is kept. Added models are loaded,
   * removed models lose their series, and all others keep their counts. Calls in progress end on the
   * model that they started with.
   *
   * An invalid configuration changes nothing. Both outcomes are logged and shown in the metrics
   * `model_monitor_config_last_reload_*`. Reloads run one after the other.
   *
   * @throws ExporterError or CoreError, as a rejection, with place, value and remedy.
   */
  reload(load: () => Promise<LoadedConfig>): Promise<void>;
  /** Answers 503 at /readyz, completes the requests in progress, and closes the port. */
  close(): Promise<void>;
}

/**
 * Starts the exporter: loads every model of the configuration, then opens the port.
 *
 * @param options.logDestination Where the log goes, if it counts the lines that it drops.
 * @param options.clock Time of windows and schedules; by default the clock of the machine.
 * @throws ExporterError or CoreError with place, value and remedy. Nothing is left open.
 */
export async function startExporter(options: {
  readonly loaded: LoadedConfig;
  readonly log: Logger;
  readonly logDestination?: LogDestination | undefined;
  readonly clock?: TimerClock;
}): Promise<Exporter> {
  let { loaded } = options;
  const { log } = options;
  const clock = options.clock ?? systemClock;
  const registry = new Registry();
  const store = metricStoreOf(registry, loaded.config.monitoring.maximumSeries);
  const kernel = createKernel().implementation;
  store.gauge('model_monitor_build_info', { version, kernel }).set(1);
  const { actions } = loaded.config;
  const webhooks = await startWebhooks({ config: actions, folder: loaded.folder, store, log });
  const state = await openStateStore(loaded, store, log);
  const reloadSucceeded = store.gauge('model_monitor_config_last_reload_successful', {});
  const reloadTime = store.gauge('model_monitor_config_last_reload_success_timestamp_seconds', {});
  const stopMetering = [meterSystemHealth(registry), meterHostMemory(store)];
  let stopGpus = startGpus();
  const droppedLines = store.counter('model_monitor_dropped_log_lines_total', {});
  options.logDestination?.onDrop((lines) => droppedLines.add(lines));
  const openGate = createGates(loaded.config.monitoring.limits);
  const lifecycle: Lifecycle = { phase: 'starting' };
  /** The models in use by fingerprint. */
  let served = new Map<string, ServedModel>();
  /** The same models for the server, which reads the array at every request. */
  const models: ServedModel[] = [];
  const tokens: Token[] = [];
  let lastReload: Promise<void> = Promise.resolve();

  function startGpus(): () => void {
    const { gpu, scrapeInterval: everyMs } = loaded.config.monitoring;
    return watchGpus({ mode: gpu, everyMs, store, log });
  }

  async function use(next: LoadedConfig): Promise<void> {
    const { source, prometheus } = next.config.driftDetection;
    const queryPrometheus =
      source === 'prometheus' && prometheus !== undefined
        ? await createPrometheusQuery(prometheus, next.folder)
        : undefined;
    const wanted = await wantedModels(next, served, async (model) =>
      loadModel({
        ...{ model, loaded: next, registry, clock, queryPrometheus, openGate, log },
        ...{ state: await state?.model(model), send: webhooks.send },
      }),
    );
    const nextTokens = await readTokens(next);
    if (lifecycle.phase === 'draining') throw stopping();
    // Applied synchronously, so no request or scrape sees a half-applied configuration.
    const before = served;
    served = new Map();
    for (const [fingerprint, model] of before) {
      if (!wanted.has(fingerprint)) model.close();
    }
    for (const [fingerprint, start] of wanted) served.set(fingerprint, start());
    state?.replaceDamaged();
    tokens.splice(0, tokens.length, ...nextTokens);
    models.splice(0, models.length, ...served.values());
    loaded = next;
    reloadSucceeded.set(1);
    reloadTime.set(clock.now() / 1000);
    log.info(changesBetween(before, served), 'configuration in use');
  }

  async function reload(load: () => Promise<LoadedConfig>): Promise<void> {
    try {
      const next = await load();
      requireFixedSettings(loaded, next);
      await use(next);
    } catch (error) {
      reloadSucceeded.set(0);
      log.error({ error: messageOf(error) }, 'configuration not reloaded; previous one in use');
      throw error;
    }
    stopGpus();
    stopGpus = startGpus();
  }

  async function stop(): Promise<void> {
    for (const model of served.values()) model.close();
    for (const stopOne of [stopGpus, ...stopMetering]) stopOne();
    await webhooks.close();
    await state?.close();
  }

  try {
    await use(loaded);
    const { monitoring } = loaded.config;
    const { server, url } = await openServer(monitoring, {
      ...{ models, registry, store, lifecycle, state, tokens, log },
      ...{ limits: monitoring.limits, version },
    });
    lifecycle.phase = 'ready';
    return {
      url,
      get monitors() {
        return models.map(({ monitor }) => monitor);
      },
      reload(load) {
        const reloading = lastReload.then(() => reload(load));
        lastReload = reloading.catch(() => {});
        return reloading;
      },
      async close() {
        lifecycle.phase = 'draining';
        await server.close();
        await lastReload;
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Opens the port; warns where the network can reach it and nobody has to say who they are. */
async function openServer(
  { host, prometheusPort: port }: MonitoringConfig,
  parts: Parameters<typeof createServer>[0],
): Promise<{ readonly server: ReturnType<typeof createServer>; readonly url: string }> {
  const server = createServer(parts);
  if (parts.tokens.length === 0 && !isLoopback(host)) {
    parts.log.warn({ host }, 'open to the network without authentication; set monitoring.tokens');
  }
  const url = await server.listen({ host, port }).catch((error: unknown) => {
    throw portUnavailable(host, port, error);
  });
  return { server, url };
}

/** What starts each model of a configuration, by fingerprint; models that have not changed go on. */
async function wantedModels(
  next: LoadedConfig,
  served: ReadonlyMap<string, ServedModel>,
  load: (model: ModelConfig) => Promise<() => ServedModel>,
): Promise<Map<string, () => ServedModel>> {
  const wanted = new Map<string, () => ServedModel>();
  for (const model of next.config.models) {
    const fingerprint = await fingerprintOf(model, next);
    const running = served.get(fingerprint);
    wanted.set(fingerprint, running === undefined ? await load(model) : () => running);
  }
  return wanted;
}

/** The names of the models that one configuration has and the other has not. */
function changesBetween(
  before: ReadonlyMap<string, ServedModel>,
  after: ReadonlyMap<string, ServedModel>,
): { readonly started: readonly string[]; readonly stopped: readonly string[] } {
  const namesWithout = (some: typeof before, others: typeof before): string[] =>
    [...some]
      .filter(([fingerprint]) => !others.has(fingerprint))
      .map(([, { config }]) => `${config.name} version ${config.version}`);
  return { started: namesWithout(after, before), stopped: namesWithout(before, after) };
}

function stopping(): ExporterError {
  return new ExporterError('STOPPING', 'The exporter is stopping. Start it again.');
}

function portUnavailable(host: string, port: number, cause: unknown): ExporterError {
  return new ExporterError(
    'PORT_UNAVAILABLE',
    `Port ${port} of ${host} cannot be opened (${messageOf(cause)}). Stop the process that uses it, or set monitoring.prometheus_port (0 takes a free one).`,
    { cause },
  );
}

/** Settings of `monitoring` that, like `actions` and `state`, cannot change while the exporter runs. */
const fixedSettings = ['prometheusPort', 'host', 'maximumSeries', 'limits'] as const;

function requireFixedSettings(running: LoadedConfig, next: LoadedConfig): void {
  const problems = fixedSettings.flatMap((name) => {
    const [is, was] = [next, running].map(({ config }) => JSON.stringify(config.monitoring[name]));
    const place = next.source.describePlace(['monitoring', name]);
    return is === was ? [] : [`${place}: is ${is}, but ${was} is in use`];
  });
  for (const name of ['actions', 'state'] as const) {
    const [is, was] = [next, running].map(({ config }) => JSON.stringify(config[name]));
    if (is !== was) problems.push(`${next.source.describePlace([name])}: has changed`);
  }
  if (problems.length === 0) return;
  throw new ExporterError(
    'SETTING_FIXED',
    `The configuration changes settings that cannot change while the exporter runs:\n  ${problems.join('\n  ')}\nRestore them, or restart the exporter.`,
  );
}
