import packageJson from '../package.json' with { type: 'json' };
import { exporterErrors } from '../src/errors.js';
import {
  describeRoutes,
  type JsonSchema,
  type OpenApi,
  type Operation,
} from '../src/http/openapi.js';
import { routes } from '../src/http/routes/index.js';

const introductions: Readonly<Record<string, string>> = {
  Inference:
    'The [Open Inference Protocol V2](https://github.com/kserve/open-inference-protocol). Without a version a request goes to the version of the model that the configuration declares last.',
  Ingestion:
    'For models that other services run (`type: external`), and for the targets of all models. The body is one JSON object, an array of them, or NDJSON (`application/x-ndjson`) with one object per line.',
  Drift: 'Reports of drift runs, and the references that they compare with.',
  Operations: 'Metrics, probes, the webhook for Alertmanager and the description of this API.',
  Pages: 'HTML for people.',
};

/** `docs/http-api.md`: every operation of the OpenAPI description, for people. */
export function httpApiPage(): string {
  const description = describeRoutes(routes, packageJson.version);
  const { tags, components } = description;
  return [
    introduction(),
    ...tags.flatMap(({ name }) => [
      `## ${name}`,
      introductions[name]!,
      ...operationsOf(description, name).map(operationText),
    ]),
    '## Schemas',
    'A member in **bold** is required.',
    ...Object.entries(components.schemas).map(([name, schema]) => schemaText(name, schema)),
    '## Error codes',
    errorTable(),
  ].join('\n\n');
}

function introduction(): string {
  return `# HTTP API of the exporter

Written by \`npm run generate\` from the routes in \`apps/exporter/src/http/routes\`. A running exporter serves the same as OpenAPI 3.1 at \`GET /openapi.json\`.

- One port serves everything (\`monitoring.prometheus_port\`, 8001 by default, on \`monitoring.host\`). With \`monitoring.tokens\` every route but the probes needs the header \`Authorization: Bearer\` with a token that has its permission. There is no TLS: put a proxy in front of the exporter before you open the port to a network.
- Request bodies are JSON (\`application/json\`), also compressed (\`Content-Encoding: gzip\` or \`deflate\`), within the limits of \`monitoring.limits\` ([settings](config.md#monitoring)). Beyond them an answer is 413, or 503 with \`Retry-After\`.
- Every error has a body of the type \`application/problem+json\` ([Problem](#problem)) with a stable \`code\`. Errors with a status below 500 are counted in \`model_monitor_rejected_requests_total\`; the others are logged.
- \`GET\` routes answer \`HEAD\` too.`;
}

function operationsOf(
  { paths }: OpenApi,
  tag: string,
): { readonly title: string; readonly operation: Operation }[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { tags }]) => tags.includes(tag))
      .map(([method, operation]) => ({ title: `${method.toUpperCase()} ${path}`, operation })),
  );
}

function operationText({
  title,
  operation,
}: {
  readonly title: string;
  readonly operation: Operation;
}): string {
  const { summary, description, requestBody, responses } = operation;
  const body = requestBody?.content['application/json']?.schema;
  const answers = Object.entries(responses)
    .filter(([, { content }]) => content['application/problem+json'] === undefined)
    .map(([status, { description: text, content }]) => {
      const [[mediaType, { schema }]] = Object.entries(content) as [
        [string, { schema: JsonSchema }],
      ];
      const type = mediaType === 'application/json' ? typeText(schema) : `\`${mediaType}\``;
      return `- ${status}: ${type}. ${text}`;
    });
  const errors = operation['x-error-codes'].map((code) => `\`${code}\``).join(', ');
  return [
    `### ${title}`,
    `${summary}.${description === undefined ? '' : ` ${description}`}`,
    [
      ...(body === undefined ? [] : [`- Body: ${typeText(body)}`]),
      ...answers,
      `- Errors: ${errors}`,
    ].join('\n'),
  ].join('\n\n');
}

function schemaText(name: string, schema: JsonSchema): string {
  const required = (schema.required ?? []) as readonly string[];
  const rows = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).map(
    ([member, value]) => {
      const title = required.includes(member) ? `**\`${member}\`**` : `\`${member}\``;
      return [title, typeText(value), String(value.description ?? '')];
    },
  );
  return [
    `### ${name}`,
    ...(schema.description === undefined ? [] : [`${schema.description}`]),
    table(['member', 'type', 'meaning'], rows),
    ...(schema.additionalProperties === false ? [] : ['Other members are allowed.']),
  ].join('\n\n');
}

function typeText(schema: JsonSchema): string {
  const { $ref, anyOf, type, items, additionalProperties, enum: values, const: value } = schema;
  if (typeof $ref === 'string') {
    const name = $ref.replace('#/components/schemas/', '');
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (Array.isArray(anyOf)) return anyOf.map(typeText).join(' or ');
  if (Array.isArray(values)) {
    const isErrorCode = values.includes('INTERNAL_ERROR');
    return isErrorCode
      ? '[error code](#error-codes)'
      : values.map((one) => `\`${one}\``).join(', ');
  }
  if (value !== undefined) return `\`${value}\``;
  if (Array.isArray(type)) return type.join(' or ');
  if (type === 'array') return `array of ${typeText(items as JsonSchema)}`;
  if (type !== 'object') return String(type ?? 'any value');
  const { properties } = schema;
  if (properties !== undefined) {
    const members = Object.entries(properties as Record<string, JsonSchema>);
    return `object with ${members.map(([name, one]) => `\`${name}\`: ${typeText(one)}`).join(', ')}`;
  }
  return `object of ${typeText(additionalProperties as JsonSchema)}`;
}

function errorTable(): string {
  const rows = Object.entries(exporterErrors).map(([code, { status, title }]) => [
    `\`${code}\``,
    String(status),
    title,
  ]);
  return table(['code', 'status', 'title'], rows);
}

/** A Markdown table with aligned columns, as the formatter of the repository writes it. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, 3, ...rows.map((row) => row[column]!.length)),
  );
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, column) => text.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join(
    '\n',
  );
}
