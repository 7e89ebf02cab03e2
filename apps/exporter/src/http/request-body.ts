import type { LimitsConfig } from '@modelmeter/config-file';
import type { z } from 'zod';
import { ExporterError } from '../errors.js';
import { shortened, shown } from '../shown.js';
import { type Body, malformed } from './body.js';
import type { RequestBody } from './route.js';
import { jsonRows, ndjsonRows } from './rows.js';
import { visitInSlices } from './slices.js';

/** A body that is one JSON document of at most `limits[limit]` bytes. */
export function jsonBody<Schema extends z.ZodType>(
  schema: Schema,
  limit: 'documentBytes' | 'bodyBytes' = 'documentBytes',
): RequestBody<z.output<Schema>> {
  return {
    schema,
    isRows: false,
    async read(body) {
      if (!isJson(mediaTypeOf(body))) throw unsupported('application/json');
      return parse(schema, parseJson(await body.bytes(body.limits[limit])));
    },
  };
}

/** A body of one row or an array of rows, or of one row per line as NDJSON. */
export function rowsBody<Schema extends z.ZodType>(
  schema: Schema,
): RequestBody<readonly z.output<Schema>[]> {
  return {
    schema,
    isRows: true,
    async read(body) {
      const type = mediaTypeOf(body);
      const isLines = ndjsonTypes.has(type);
      if (!isLines && !isJson(type)) throw unsupported('application/json or application/x-ndjson');
      const { bodyBytes, rowBytes, rows: maximumRows } = body.limits;
      const bytes = await body.bytes(bodyBytes);
      const rows: z.output<Schema>[] = [];
      await visitInSlices((isLines ? ndjsonRows : jsonRows)(bytes, rowBytes), (row) => {
        if (rows.length === maximumRows) throw tooManyRows(maximumRows);
        rows.push(parse(schema, row, rows.length));
      });
      return rows;
    },
  };
}

const ndjsonTypes = new Set(['application/x-ndjson', 'application/ndjson', 'application/jsonl']);

/** The media type of a body, without its parameters; empty where the request has none. */
export function mediaTypeOf(body: Pick<Body, 'header'>): string {
  return (body.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
}

export function isJson(mediaType: string): boolean {
  return mediaType === 'application/json' || /^application\/[\w.-]+\+json$/.test(mediaType);
}

export function unsupported(types: string): ExporterError {
  return new ExporterError('MEDIA_TYPE_UNSUPPORTED', `Send ${types}.`);
}

export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw malformed('The body is not valid JSON. Correct it and send it again.', error);
  }
}

/** The error of a body with more rows than a limit. */
export function tooManyRows(maximum: LimitsConfig['rows']): ExporterError {
  return new ExporterError(
    'BODY_TOO_LARGE',
    `The body has more than ${maximum} rows. Nothing was recorded; send it in parts.`,
  );
}

const problemsShown = 20;

/**
 * Checks a value. An error names the first problems only, and shortens what they show.
 *
 * @throws ExporterError INPUT_INVALID with the path of each problem.
 */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  row?: number,
): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const { issues } = result.error;
  const problems = issues.slice(0, problemsShown).map(({ path, message, input }) => {
    const text = shortened(message, 200);
    return {
      path: shortened(path.join('.'), 100) || '(body)',
      message:
        input === undefined || typeof input === 'object' ? text : `${text} (found ${shown(input)})`,
    };
  });
  const more = issues.length - problems.length;
  const text =
    problems.map(({ path, message }) => `${path}: ${message}`).join('; ') +
    (more > 0 ? `; and ${more} more` : '');
  throw row === undefined
    ? new ExporterError('INPUT_INVALID', text, { details: { problems } })
    : new ExporterError('INPUT_INVALID', `Row ${row}: ${text}`, { details: { row, problems } });
}
