import type { FastifyInstance } from 'fastify';
import { ExporterError, messageOf } from '../errors.js';

/** Parses JSON and newline-delimited JSON (NDJSON); an error names the line. */
export function addBodyParsers(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    ['application/json', 'application/*+json'],
    { parseAs: 'string' },
    (_request, body, done) => finish(() => parseJson(String(body)), done),
  );
  server.addContentTypeParser(
    ['application/x-ndjson', 'application/ndjson', 'application/jsonl'],
    { parseAs: 'string' },
    (_request, body, done) => finish(() => parseLines(String(body)), done),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(
      `The body is not valid JSON (${messageOf(error)}). Correct it and send it again.`,
    );
  }
}

function parseLines(text: string): unknown[] {
  const rows: unknown[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      rows.push(JSON.parse(line));
    } catch (error) {
      throw malformed(
        `Line ${index + 1} of the body is not valid JSON (${messageOf(error)}). Nothing was recorded; correct it and send the body again.`,
      );
    }
  }
  return rows;
}

function malformed(message: string): ExporterError {
  return new ExporterError('BODY_MALFORMED', message);
}

function finish(parse: () => unknown, done: (error: Error | null, body?: unknown) => void): void {
  let body: unknown;
  try {
    body = parse();
  } catch (error) {
    done(error as Error);
    return;
  }
  done(null, body);
}
