import { ExporterError } from '../../errors.js';
import { findRunbook } from '../../pages/runbook.js';
import { statusPage } from '../../pages/status.js';
import { type Route, route } from '../route.js';

const contentType = 'text/html; charset=utf-8';

/** Pages for people. */
export const pageRoutes: readonly Route[] = [
  route({
    id: 'statusPage',
    audience: 'Pages',
    method: 'GET',
    path: '/',
    summary: 'Shows quality, drift and the latest alerts of every model',
    answer: { description: 'The page.', contentType },
    handle: ({ models, alerts }, _request, reply) =>
      reply.type(contentType).send(statusPage(models.all, alerts.recent())),
  }),
  route({
    id: 'runbook',
    audience: 'Pages',
    method: 'GET',
    path: '/runbooks/{page}',
    summary: 'Shows the runbook that an alert links to',
    answer: { description: 'The page.', contentType },
    errors: ['ROUTE_UNKNOWN'],
    handle: async (_context, { params, url }, reply) => {
      const page = await findRunbook(params.page!);
      if (page !== undefined) return reply.type(contentType).send(page);
      throw new ExporterError('ROUTE_UNKNOWN', `There is no runbook at ${url}.`);
    },
  }),
];
