import type { MetricStore } from '@modelmeter/core';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { ExporterError, exporterErrors } from '../errors.js';
import { createAlertLog } from '../pages/alert-log.js';
import type { ServedModel } from '../served-model.js';
import { addBodyParsers } from './body-parsers.js';
import { createExposition } from './exposition.js';
import { createModelDirectory } from './model-directory.js';
import { describeRoutes } from './openapi.js';
import { bodyLimitBytes, toExporterError } from './problem.js';
import type { Lifecycle, Route, RouteContext } from './route.js';
import { routes } from './routes/index.js';

/** The HTTP server of the exporter: every route of `routes` on one port. */
export function createServer(options: {
  /** Read at every request: a reload changes its contents. */
  readonly models: readonly ServedModel[];
  readonly registry: Registry;
  readonly store: MetricStore;
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
  readonly version: string;
}): FastifyInstance {
  const { models, registry, store, lifecycle, log, version } = options;
  const handleError = createErrorHandler(store, log);
  const server = Fastify({
    bodyLimit: bodyLimitBytes,
    forceCloseConnections: 'idle',
    frameworkErrors: handleError,
  });
  addBodyParsers(server);
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
    alerts: createAlertLog(log),
    expose: createExposition(registry),
    log,
    version,
    openApi: describeRoutes(routes, version),
  };
  for (const route of routes) addRoute(server, route, context);
  return server;
}

function addRoute(server: FastifyInstance, route: Route, context: RouteContext): void {
  server.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    handler: async ({ url, headers, params, body }, reply) =>
      route.handle(
        context,
        {
          url,
          headers,
          params: params as Readonly<Record<string, string>>,
          readBody: () => route.body?.parse(body),
        },
        reply,
      ),
  });
}

/** Answers errors with problem bodies (RFC 9457); counts those of clients and logs the others. */
function createErrorHandler(
  store: MetricStore,
  log: Logger,
): (error: unknown, request: FastifyRequest, reply: FastifyReply) => void {
  return (thrown, request, reply) => {
    const { method, url } = request;
    const error = toExporterError(thrown, `${method} ${url}`);
    const { status, title } = exporterErrors[error.code];
    if (status < 500) {
      const route = request.routeOptions.url ?? 'unknown';
      store.counter('model_monitor_rejected_requests_total', { route, code: error.code }).add(1);
    } else {
      log.error({ method, url, code: error.code, err: error }, title);
    }
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
        ...error.details,
      });
  };
}
