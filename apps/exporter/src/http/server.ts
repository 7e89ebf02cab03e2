import type { LimitsConfig } from '@modelmeter/config-file';
import type { MetricStore } from '@modelmeter/core';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { ExporterError, exporterErrors } from '../errors.js';
import { createAlertLog } from '../pages/alert-log.js';
import { createPayloadPairs } from '../payloads/payload-pairs.js';
import type { ServedModel } from '../served-model.js';
import { createBodies } from './body.js';
import { connectionOptions, limitConnections } from './connections.js';
import { createExposition } from './exposition.js';
import { createModelDirectory } from './model-directory.js';
import { describeRoutes } from './openapi.js';
import { toExporterError } from './problem.js';
import type { Lifecycle, Route, RouteContext } from './route.js';
import { routes } from './routes/index.js';

/** The HTTP server of the exporter: every route of `routes` on one port. */
export function createServer(options: {
  /** Read at every request: a reload changes its contents. */
  readonly models: readonly ServedModel[];
  readonly registry: Registry;
  readonly store: MetricStore;
  readonly lifecycle: Lifecycle;
  readonly limits: LimitsConfig;
  readonly log: Logger;
  readonly version: string;
}): FastifyInstance {
  const { models, registry, store, lifecycle, limits, log, version } = options;
  const handleError = createErrorHandler(store, log);
  const server = Fastify({
    forceCloseConnections: 'idle',
    ...connectionOptions(limits),
    frameworkErrors: handleError,
  });
  // A route receives its body itself, once it is known to want it.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, _payload, done) => done(null));
  limitConnections(server.server, limits, store);
  const openBody = createBodies(limits);
  server.setErrorHandler(handleError);
  server.setNotFoundHandler(({ method, url }) => {
    throw new ExporterError(
      'ROUTE_UNKNOWN',
      `Unknown route ${method} ${url}. GET /openapi.json lists the routes.`,
    );
  });
  const context: RouteContext = {
    models: createModelDirectory(models),
    lifecycle,
    limits,
    alerts: createAlertLog(log, limits.alerts),
    payloads: createPayloadPairs({
      wait: limits.payloadWait,
      maximumBytes: limits.payloadBytes,
      store,
      now: () => performance.now(),
    }),
    expose: createExposition(registry),
    log,
    version,
    openApi: describeRoutes(routes, version),
  };
  for (const route of routes) addRoute(server, route, context, openBody);
  return server;
}

function addRoute(
  server: FastifyInstance,
  route: Route,
  context: RouteContext,
  openBody: ReturnType<typeof createBodies>,
): void {
  server.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    handler: async ({ url, headers, params, raw }, reply) => {
      const body = openBody(raw);
      try {
        return await route.handle(
          context,
          {
            url,
            headers,
            params: params as Readonly<Record<string, string>>,
            readBody: async () => route.body?.read(body),
          },
          reply,
        );
      } finally {
        body.release();
      }
    },
  });
}

/** Answers errors with problem bodies (RFC 9457); counts those of clients and of load, and logs the others. */
function createErrorHandler(
  store: MetricStore,
  log: Logger,
): (error: unknown, request: FastifyRequest, reply: FastifyReply) => void {
  return (thrown, request, reply) => {
    const { method, url } = request;
    const error = toExporterError(thrown, `${method} ${url}`);
    const { status, title } = exporterErrors[error.code];
    if (status < 500 || status === 503) {
      const route = request.routeOptions.url ?? 'unknown';
      store.counter('model_monitor_rejected_requests_total', { route, code: error.code }).add(1);
    } else {
      log.error({ method, url, code: error.code, err: error }, title);
    }
    if (status === 503) reply.header('retry-after', '1');
    reply
      .status(status)
      .type('application/problem+json')
      .send({
        type: `urn:modelmeter:problem:${error.code}`,
        title,
        status,
        code: error.code,
        detail: error.message,
        instance: url,
        // The member of errors of the Open Inference Protocol.
        ...(url.startsWith('/v2') ? { error: error.message } : {}),
        ...error.details,
      });
  };
}
