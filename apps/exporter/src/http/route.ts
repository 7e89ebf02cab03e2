import type { IncomingHttpHeaders } from 'node:http';
import type { LimitsConfig } from '@modelmeter/config-file';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { ExporterErrorCode } from '../errors.js';
import type { AlertLog } from '../pages/alert-log.js';
import type { PayloadPairs } from '../payloads/payload-pairs.js';
import type { ServedModel } from '../served-model.js';
import type { StateStore } from '../state/state-store.js';
import type { Body } from './body.js';
import type { Exposition } from './exposition.js';
import type { ModelDirectory } from './model-directory.js';

/** The phase of the exporter between start and stop. */
export interface Lifecycle {
  phase: 'starting' | 'ready' | 'draining';
}

/** Everything that the routes read. */
export interface RouteContext {
  readonly models: ModelDirectory;
  readonly lifecycle: Lifecycle;
  readonly alerts: AlertLog;
  readonly limits: LimitsConfig;
  readonly payloads: PayloadPairs;
  readonly state: Pick<StateStore, 'fault'> | undefined;
  readonly expose: (headers: IncomingHttpHeaders) => Promise<Exposition>;
  readonly log: Logger;
  readonly version: string;
  /** The OpenAPI description of the routes. */
  readonly openApi: object;
}

/** The body of the requests of a route: its schema, and how it becomes what the route reads. */
export interface RequestBody<Value> {
  readonly schema: z.ZodType;
  /** True where the body is one row or an array of rows, in JSON or NDJSON. */
  readonly isRows: boolean;
  /** @throws ExporterError, for one INPUT_INVALID with the path of each problem. */
  read(body: Body): Promise<Value>;
}

/** The answer of a route that succeeds: JSON that matches a schema, or text of another type. */
export type Answer =
  | { readonly description: string; readonly schema: z.ZodType }
  | { readonly description: string; readonly contentType: string };

export interface RouteRequest<Value> {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Parameters of the path by name. */
  readonly params: Readonly<Record<string, string>>;
  /**
   * Receives the body and checks it. A route calls it after it has found its model, so that a wrong
   * model name is reported before the problems of the body.
   */
  readonly readBody: () => Promise<Value>;
}

export const audiences = ['Inference', 'Ingestion', 'Drift', 'Operations', 'Pages'] as const;

/** One route, declared once: the server registers it and the OpenAPI description documents it. */
export interface Route<Value = unknown> {
  /** `operationId` of the OpenAPI description. */
  readonly id: string;
  readonly audience: (typeof audiences)[number];
  readonly method: 'GET' | 'POST' | 'PUT';
  /** In the notation of OpenAPI, such as `/v2/models/{name}`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly body?: RequestBody<Value>;
  readonly answer: Answer;
  /** What is on disk when the route answers; it answers 202 while that is in memory only. */
  readonly keeps?: 'inputs' | 'snapshots';
  /** Description of the 503 answer, which has the schema of the 200 answer. */
  readonly unavailable?: string;
  /** Codes that the route can answer, in addition to those of its body and INTERNAL_ERROR. */
  readonly errors?: readonly ExporterErrorCode[];
  handle(context: RouteContext, request: RouteRequest<Value>, reply: FastifyReply): unknown;
}

/** Declares a route; infers the type of its body. */
export function route<Value>(declaration: Route<Value>): Route {
  return declaration as Route;
}

/** Declares a route of the model that `{name}` and, where the path has it, `{version}` select. */
export function modelRoute<Value>(
  declaration: Omit<Route<Value>, 'handle'> & {
    handle(
      model: ServedModel,
      request: RouteRequest<Value>,
      context: RouteContext,
      reply: FastifyReply,
    ): unknown;
  },
): Route {
  const { handle, errors = [], ...rest } = declaration;
  return route<Value>({
    ...rest,
    errors: ['MODEL_UNKNOWN', ...errors],
    handle: (context, request, reply) =>
      handle(
        context.models.find(request.params.name!, request.params.version),
        request,
        context,
        reply,
      ),
  });
}

/** All codes that a route can answer. */
export function errorsOf({ body, errors = [] }: Route): readonly ExporterErrorCode[] {
  const ofBody: ExporterErrorCode[] =
    body === undefined
      ? []
      : [
          'BODY_MALFORMED',
          'BODY_TOO_LARGE',
          'MEDIA_TYPE_UNSUPPORTED',
          'INPUT_INVALID',
          'OVERLOADED',
        ];
  return [...new Set([...ofBody, ...errors, 'INTERNAL_ERROR' as const])];
}
