import { z } from 'zod';
import { alertsReceived, alertsWebhook } from '../../pages/alert-log.js';
import { jsonBody } from '../request-body.js';
import { type Lifecycle, type Route, type RouteContext, route } from '../route.js';

const health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' });

const readiness = z
  .strictObject({
    status: z.enum(['ok', 'starting', 'draining']),
    models: z
      .array(z.strictObject({ name: z.string(), version: z.string() }))
      .describe('The models of the configuration in use.'),
    state: z
      .enum(['kept', 'not_kept', 'none'])
      .describe(
        '`not_kept` while the state cannot be written, which the log explains: the exporter serves on, and a crash would lose what came since. `none` without `state.path`.',
      ),
  })
  .meta({ id: 'Readiness' });

/** Metrics, probes, the webhook for Alertmanager and the description of the API. */
export const operationsRoutes: readonly Route[] = [
  route({
    id: 'metrics',
    audience: 'Operations',
    method: 'GET',
    path: '/metrics',
    summary: 'Returns the metrics for Prometheus',
    description:
      'Prometheus text by default; OpenMetrics (`application/openmetrics-text`) and gzip where the headers `Accept` and `Accept-Encoding` ask for them. See `docs/metrics.md` for every metric.',
    answer: {
      description: 'All metrics.',
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
    },
    handle: async ({ expose }, request, reply) => {
      const { headers, body } = await expose(request.headers);
      return reply.headers(headers).send(body);
    },
  }),
  ...(['livez', 'healthz'] as const).map((name) =>
    route({
      id: name,
      audience: 'Operations',
      method: 'GET',
      path: `/${name}`,
      summary: 'Liveness probe: says whether the process answers',
      answer: { description: 'The process answers.', schema: health },
      handle: () => ({ status: 'ok' }),
    }),
  ),
  route({
    id: 'readyz',
    audience: 'Operations',
    method: 'GET',
    path: '/readyz',
    summary: 'Readiness probe: says whether all models are loaded',
    answer: { description: 'All models are loaded.', schema: readiness },
    unavailable: 'The exporter is starting or stopping.',
    handle: (context, _request, reply) => probe(context, reply, ['ready']),
  }),
  route({
    id: 'startupz',
    audience: 'Operations',
    method: 'GET',
    path: '/startupz',
    summary: 'Startup probe: says whether the start is complete',
    answer: { description: 'The start is complete.', schema: readiness },
    unavailable: 'The exporter is starting.',
    handle: (context, _request, reply) => probe(context, reply, ['ready', 'draining']),
  }),
  route({
    id: 'receiveAlerts',
    audience: 'Operations',
    method: 'POST',
    path: '/v1/alerts',
    summary: 'Receives the webhook of Alertmanager',
    description: 'Logs the alerts; the status page shows the latest.',
    body: jsonBody(alertsWebhook),
    answer: { description: 'The alerts are logged.', schema: alertsReceived },
    handle: async ({ alerts }, { readBody }) => alerts.receive(await readBody()),
  }),
  route({
    id: 'openApi',
    audience: 'Operations',
    method: 'GET',
    path: '/openapi.json',
    summary: 'Returns the OpenAPI 3.1 description of this API',
    answer: {
      description: 'The description.',
      schema: z.looseObject({ openapi: z.literal('3.1.0') }).meta({ id: 'OpenApi' }),
    },
    handle: ({ openApi }) => openApi,
  }),
];

function probe(
  { lifecycle: { phase }, models, state }: RouteContext,
  reply: { status(code: number): unknown },
  healthy: readonly Lifecycle['phase'][],
): z.output<typeof readiness> {
  const isHealthy = healthy.includes(phase);
  reply.status(isHealthy ? 200 : 503);
  return {
    status: isHealthy || phase === 'ready' ? 'ok' : phase,
    models: models.all.map(({ config: { name, version } }) => ({ name, version })),
    state: state === undefined ? 'none' : state.fault === undefined ? 'kept' : 'not_kept',
  };
}
