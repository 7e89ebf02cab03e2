import {
  CoreError,
  type MetricStore,
  type Monitor,
  referenceFromJson,
  referenceToJson,
} from '@modelmeter/core';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { type AlertLog, createAlertLog } from './alert-log.js';
import { addBodyParsers } from './body-parsers.js';
import { ExporterError, type ExporterErrorCode, exporterErrors, messageOf } from './errors.js';
import { createExposition } from './exposition.js';
import { infer } from './inference.js';
import { recordPredictions, recordTargets } from './ingest.js';
import { findRunbook } from './runbook-pages.js';
import type { ServedModel } from './served-model.js';
import { statusPage } from './status-page.js';
import { datatypeName } from './tensor.js';

/** Largest body of a request in bytes. */
const bodyLimitBytes = 16 * 1024 * 1024;

/** Where the exporter stands between start and stop. */
export interface Lifecycle {
  phase: 'starting' | 'ready' | 'draining';
}

/** The HTTP side of the exporter: inference, ingestion, metrics, health and pages on one port. */
export function createServer(options: {
  /** Looked at anew by every request: a reload changes what is in it. */
  readonly models: readonly ServedModel[];
  readonly registry: Registry;
  readonly store: MetricStore;
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
  readonly version: string;
}): FastifyInstance {
  const { models, registry, store, lifecycle, log } = options;
  const server = Fastify({ bodyLimit: bodyLimitBytes, forceCloseConnections: 'idle' });
  const alerts: AlertLog = createAlertLog(log);
  addBodyParsers(server);

  server.setNotFoundHandler((request) => {
    throw new ExporterError(
      'ROUTE_UNKNOWN',
      `${request.method} ${request.url} is not known. GET / lists the addresses.`,
    );
  });
  server.setErrorHandler((error, request, reply) => {
    const problem = toExporterError(error);
    const { status, title } = exporterErrors[problem.code];
    if (status < 500) {
      const route = request.routeOptions.url ?? 'unknown';
      store.counter('model_monitor_rejected_requests_total', { route, code: problem.code }).add(1);
    } else {
      log.error({ url: request.url, error: problem.message }, title);
    }
    return reply
      .status(status)
      .type('application/problem+json')
      .send({
        type: `urn:modelmeter:problem:${problem.code}`,
        title,
        status,
        code: problem.code,
        detail: problem.message,
        instance: request.url,
        ...problem.details,
      });
  });

  const findModels = (name: string, version?: string): readonly ServedModel[] => {
    const found = models.filter(
      ({ config }) => config.name === name && (version === undefined || config.version === version),
    );
    if (found.length === 0) {
      const known = models.map(({ config }) => `${config.name} version ${config.version}`);
      throw new ExporterError(
        'MODEL_UNKNOWN',
        `There is no model "${name}"${version === undefined ? '' : ` version "${version}"`}; there is ${known.join(', ')}.`,
      );
    }
    return found;
  };
  // Without a version the last one declared answers, as the newest stands last.
  const findModel = (name: string, version?: string): ServedModel =>
    findModels(name, version).at(-1)!;
  const isReady = (): boolean => lifecycle.phase === 'ready';

  const expose = createExposition(registry);
  server.get('/metrics', async (request, reply) => {
    const { headers, body } = await expose(request.headers);
    return reply.headers(headers).send(body);
  });

  server.get('/livez', () => ({ status: 'ok' }));
  server.get('/healthz', () => ({ status: 'ok' }));
  for (const [path, healthy] of [
    ['/readyz', isReady],
    ['/startupz', () => lifecycle.phase !== 'starting'],
  ] as const) {
    server.get(path, (_request, reply) =>
      reply
        .status(healthy() ? 200 : 503)
        .send({ status: healthy() ? 'ok' : lifecycle.phase, models: models.map(describeModel) }),
    );
  }

  server.get('/v2', () => ({ name: 'modelmeter', version: options.version, extensions: [] }));
  server.get('/v2/health/live', () => ({ live: true }));
  server.get('/v2/health/ready', (_request, reply) =>
    reply.status(isReady() ? 200 : 503).send({ ready: isReady() }),
  );
  type ModelParams = { Params: { name: string; version?: string } };
  for (const prefix of ['/v2/models/:name', '/v2/models/:name/versions/:version']) {
    server.get<ModelParams>(prefix, ({ params }) => {
      return modelMetadata(findModel(params.name, params.version));
    });
    server.get<ModelParams>(`${prefix}/ready`, ({ params }, reply) => {
      const { config } = findModel(params.name, params.version);
      return reply.status(isReady() ? 200 : 503).send({ name: config.name, ready: isReady() });
    });
    server.post<ModelParams>(`${prefix}/infer`, ({ params, body }) => {
      return infer(findModel(params.name, params.version), body);
    });
  }

  server.post('/v1/predictions', ({ body }) => recordPredictions(body, findModel));
  server.post('/v1/targets', ({ body }) => recordTargets(body, findModels));
  server.get<ModelParams>('/v1/models/:name/drift', ({ params }) => {
    const { monitor } = findModel(params.name);
    return monitor.lastDrift ?? notRun(monitor);
  });
  server.post<ModelParams>('/v1/models/:name/drift', async ({ params }) => {
    const { monitor } = findModel(params.name);
    if (monitor.drift.source === 'none') {
      throw new ExporterError(
        'DRIFT_JUDGED_ELSEWHERE',
        `drift_detection.source is none: this process publishes the counters of "${params.name}", and the one with source: prometheus judges them. Ask that one.`,
      );
    }
    const report = await monitor.runDrift();
    if (report !== undefined) return report;
    const { driftError } = monitor;
    if (driftError === undefined) return notRun(monitor);
    if (driftError instanceof ExporterError) throw driftError;
    throw new ExporterError('DRIFT_RUN_FAILED', driftError.message, { cause: driftError });
  });

  server.get<ModelParams>('/v1/models/:name/reference', ({ params }) => {
    const { reference } = findModel(params.name).monitor;
    if (reference !== undefined) return referenceToJson(reference);
    throw new ExporterError('REFERENCE_MISSING', `Model "${params.name}" has no reference.`);
  });
  server.put<ModelParams>('/v1/models/:name/reference', ({ params, body }) => {
    const { monitor } = findModel(params.name);
    const reference = referenceFromJson(body, 'The body');
    monitor.setReference(reference);
    return { model: params.name, reference_id: reference.id, rows: reference.rows };
  });
  server.get<ModelParams>('/v1/models/:name/reference/recorded', ({ params }) => {
    const { monitor } = findModel(params.name);
    const reference = monitor.recordedReference();
    if (reference !== undefined) return referenceToJson(reference);
    throw new ExporterError(
      'REFERENCE_MISSING',
      monitor.drift.recordReference
        ? `Model "${params.name}" has no whole day with rows yet. Ask again after midnight, UTC.`
        : `Model "${params.name}" records none. Set drift_detection.record_reference: true.`,
    );
  });

  server.post('/v1/alerts', ({ body }) => alerts.receive(body));
  server.get('/', (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(statusPage(models, alerts.recent())),
  );
  server.get<{ Params: { page: string } }>('/runbooks/:page', async ({ params, url }, reply) => {
    const page = await findRunbook(params.page);
    if (page === undefined) {
      throw new ExporterError('ROUTE_UNKNOWN', `GET ${url}: there is no such runbook.`);
    }
    return reply.type('text/html; charset=utf-8').send(page);
  });
  return server;
}

/** What stands in place of a report before the first run. */
function notRun({ model }: Monitor): object {
  return { modelName: model.name, features: [], state: 'not_run' };
}

function describeModel({ config }: ServedModel): { name: string; version: string } {
  return { name: config.name, version: config.version };
}

function modelMetadata({ config, onnx }: ServedModel): object {
  const describe = (metadata: readonly { name: string }[]): object[] =>
    metadata.map((value) => ({
      name: value.name,
      ...('type' in value ? { datatype: datatypeName(String(value.type)) } : {}),
      // An open dimension has a name in ONNX and is -1 in the protocol.
      ...('shape' in value && Array.isArray(value.shape)
        ? { shape: value.shape.map((length) => (typeof length === 'number' ? length : -1)) }
        : {}),
    }));
  return {
    name: config.name,
    versions: [config.version],
    platform: onnx === undefined ? 'external' : 'onnxruntime_onnx',
    inputs: onnx === undefined ? [] : describe(onnx.session.inputMetadata),
    outputs: onnx === undefined ? [] : describe(onnx.session.outputMetadata),
  };
}

function toExporterError(error: unknown): ExporterError {
  if (error instanceof ExporterError) return error;
  if (CoreError.isInstance(error) && error.code.startsWith('REFERENCE_')) {
    return new ExporterError('REFERENCE_INVALID', error.message, { cause: error });
  }
  const code = (error as { code?: string }).code;
  const known: Record<string, ExporterErrorCode> = {
    FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
    FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
    FST_ERR_CTP_EMPTY_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
    FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BODY_MALFORMED',
  };
  const mapped = known[code ?? ''] ?? 'INFERENCE_FAILED';
  const message =
    mapped === 'BODY_TOO_LARGE'
      ? `The body is larger than ${bodyLimitBytes} bytes. Send it in parts.`
      : mapped === 'MEDIA_TYPE_UNSUPPORTED'
        ? 'Send application/json or application/x-ndjson.'
        : messageOf(error);
  return new ExporterError(mapped, message, { cause: error });
}
