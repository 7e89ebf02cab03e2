import type { LimitsConfig } from '@modelmeter/config-file';
import type { MetricStore } from '@modelmeter/core';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { ExporterError, exporterErrors } from '../errors.js';
import { createAlertLog } from '../pages/alert-log.js';
import { createPayloadPairs } from '../payloads/payload-pairs.js';
import type { ServedModel } from '../served-model.js';
import type { StateStore } from '../state/state-store.js';
import { requirePermission, type Token } from './access.js';
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
  readonly state: StateStore | undefined;
  readonly limits: LimitsConfig;
  /** Read at every request: a reload changes its contents. */
  readonly tokens: readonly Token[];
  readonly log: Logger;
  readonly version: string;
}): FastifyInstance {
  const { models, registry, store, lifecycle, state, limits, tokens, log, version } = options;
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
  server.addHook('onSend', async (_request, reply) => void reply.headers(securityHeaders));
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
    state,
    expose: createExposition(registry),
    log,
    version,
    openApi: describeRoutes(routes, version),
  };
  for (const route of routes) addRoute(server, route, context, { openBody, tokens, state });
  return server;
}

/** Pages have no script and load nothing; no other page may show them or read an answer. */
const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};

function addRoute(
  server: FastifyInstance,
  route: Route,
  context: RouteContext,
  {
    openBody,
    tokens,
    state,
  }: {
    readonly openBody: ReturnType<typeof createBodies>;
    readonly tokens: readonly Token[];
    readonly state: StateStore | undefined;
  },
): void {
  server.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    handler: async ({ url, headers, params, raw }, reply) => {
      requirePermission(tokens, route, headers.authorization);
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
        // Also after a problem: of the targets of a body some may have been recorded.
        const isKept = route.keeps === undefined || (await state?.kept(route.keeps));
        if (isKept === false) reply.status(202);
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
    if (status === 401) reply.header('www-authenticate', 'Bearer');
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
