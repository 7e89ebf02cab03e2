import type { z } from 'zod';
import { ExporterError } from '../errors.js';
import type { RequestBody } from './route.js';

/** A body that is one JSON document. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema): RequestBody<z.output<Schema>> {
  return { schema, isRows: false, parse: (body) => parse(schema, body) };
}

/** A body of one row or an array of rows; NDJSON arrives as an array. */
export function rowsBody<Schema extends z.ZodType>(
  schema: Schema,
): RequestBody<readonly z.output<Schema>[]> {
  return {
    schema,
    isRows: true,
    parse: (body) =>
      (Array.isArray(body) ? body : [body]).map((row, index) => parse(schema, row, index)),
  };
}

/** @throws ExporterError INPUT_INVALID with the path of each problem. */
function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  row?: number,
): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({
    path: issue.path.join('.') || '(body)',
    message:
      issue.input === undefined || typeof issue.input === 'object'
        ? issue.message
        : `${issue.message} (found ${JSON.stringify(issue.input)})`,
  }));
  const text = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw row === undefined
    ? new ExporterError('INPUT_INVALID', text, { details: { problems } })
    : new ExporterError('INPUT_INVALID', `Row ${row}: ${text}`, { details: { row, problems } });
}
