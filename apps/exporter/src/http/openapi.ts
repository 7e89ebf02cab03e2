import { z } from 'zod';
import { type ExporterErrorCode, exporterErrors } from '../errors.js';
import { permissionOf } from './access.js';
import { type Answer, audiences, errorsOf, type Route } from './route.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

interface Content {
  readonly [mediaType: string]: { readonly schema: JsonSchema };
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: 'path';
    readonly required: true;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content: Content }>
  >;
  /** The codes of the problem bodies that the operation can answer. */
  readonly 'x-error-codes': readonly ExporterErrorCode[];
}

/** The part of OpenAPI 3.1 that describes the exporter. */
export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description: string;
    readonly license: { readonly name: string; readonly identifier: string };
  };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

const problem = z
  .looseObject({
    type: z.string().describe('`urn:modelmeter:problem:` and the code.'),
    title: z.string().describe('The same for every problem with this code.'),
    status: z.int(),
    code: z.enum(Object.keys(exporterErrors) as [ExporterErrorCode, ...ExporterErrorCode[]]),
    detail: z.string().describe('The place, the value found, and what to do.'),
    instance: z.string().describe('URL of the request.'),
    error: z.string().optional().describe('The same as `detail`, for clients of `/v2`.'),
    problems: z
      .array(z.looseObject({ message: z.string() }))
      .optional()
      .describe('The individual problems, with `path` or `row`.'),
  })
  .meta({ id: 'Problem', description: 'The body of every error (RFC 9457).' });

/** The OpenAPI description of routes: the schemas in it are those that validate the requests. */
export function describeRoutes(routes: readonly Route[], version: string): OpenApi {
  const schemas = jsonSchemas(routes);
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = describeRoute(route, schemas.of);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Modelmeter exporter',
      version,
      description:
        'Serves models in the Open Inference Protocol V2, records predictions and targets, and exposes metrics for Prometheus.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    tags: audiences.map((name) => ({ name })),
    paths,
    components: { schemas: schemas.components },
  };
}

const inMemory =
  'The same, in memory only: the state cannot be written at present, and a crash before it can would lose it.';

function describeRoute(route: Route, schemaOf: (schema: z.ZodType) => JsonSchema): Operation {
  const { id, audience, summary, description, path, body, answer, unavailable, keeps } = route;
  const parameters = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    name: name!,
    in: 'path' as const,
    required: true as const,
    schema: { type: 'string' },
  }));
  const content = contentOf(answer, schemaOf);
  return {
    operationId: id,
    tags: [audience],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true as const,
            content: body.isRows
              ? rowsContent(schemaOf(body.schema))
              : { 'application/json': { schema: schemaOf(body.schema) } },
          },
        }),
    responses: {
      200: { description: answer.description, content },
      ...(keeps === undefined ? {} : { 202: { description: inMemory, content } }),
      ...(unavailable === undefined ? {} : { 503: { description: unavailable, content } }),
      ...problemResponses(codesOf(route), schemaOf(problem)),
    },
    'x-error-codes': codesOf(route),
  };
}

/** The codes of a route and, where it needs a permission, those of a client without it. */
function codesOf(route: Route): readonly ExporterErrorCode[] {
  const ofAccess: readonly ExporterErrorCode[] =
    permissionOf(route) === undefined ? [] : ['UNAUTHENTICATED', 'FORBIDDEN'];
  return [...ofAccess, ...errorsOf(route)];
}

function contentOf(answer: Answer, schemaOf: (schema: z.ZodType) => JsonSchema): Content {
  return 'schema' in answer
    ? { 'application/json': { schema: schemaOf(answer.schema) } }
    : { [answer.contentType]: { schema: { type: 'string' } } };
}

function rowsContent(row: JsonSchema): Content {
  return {
    'application/json': { schema: { anyOf: [row, { type: 'array', items: row }] } },
    'application/x-ndjson': {
      schema: { type: 'string', description: 'One JSON object per line.' },
    },
  };
}

/** One response per status, which may have several codes. */
function problemResponses(
  codes: readonly ExporterErrorCode[],
  schema: JsonSchema,
): Operation['responses'] {
  const responses: Record<string, { description: string; content: Content }> = {};
  for (const code of codes) {
    const { status, title } = exporterErrors[code];
    const before = responses[status];
    responses[status] = {
      description: `${before === undefined ? '' : `${before.description} `}\`${code}\`: ${title}.`,
      content: { 'application/problem+json': { schema } },
    };
  }
  return responses;
}

/** The JSON schemas of all bodies and answers. Schemas with an id become components. */
function jsonSchemas(routes: readonly Route[]): {
  readonly of: (schema: z.ZodType) => JsonSchema;
  readonly components: Readonly<Record<string, JsonSchema>>;
} {
  const all = routes.flatMap(({ body, answer }) => [
    ...(body === undefined ? [] : [body.schema]),
    ...('schema' in answer ? [answer.schema] : []),
  ]);
  const keys = new Map([...new Set([...all, problem])].map((schema, key) => [schema, `${key}`]));
  const shape = Object.fromEntries(Array.from(keys, ([schema, key]) => [key, schema]));
  // One conversion of all schemas, so that each id becomes one definition.
  // A custom schema describes itself in its metadata.
  const converted = z.toJSONSchema(z.object(shape), { io: 'input', unrepresentable: 'any' });
  const { properties, $defs } = withComponentReferences(converted);
  return { of: (schema) => properties[keys.get(schema)!]!, components: $defs };
}

function withComponentReferences(schema: object): {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly $defs: Readonly<Record<string, JsonSchema>>;
} {
  return JSON.parse(JSON.stringify(schema), (key, value) =>
    key === '$ref' ? value.replace('#/$defs/', '#/components/schemas/') : value,
  );
}
