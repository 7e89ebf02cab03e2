import { malformed, tooLarge } from './body.js';

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const newline = 0x0a;
const arrayStart = 0x5b;
const arrayEnd = 0x5d;
const space = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** What a byte outside of strings changes of the depth: 1 for `[` and `{`, -1 for their ends. */
const depthChange = new Int8Array(256);
for (const start of '[{') depthChange[start.charCodeAt(0)] = 1;
for (const end of ']}') depthChange[end.charCodeAt(0)] = -1;

/** Bytes of a body that is parsed at once, which takes about two milliseconds. */
const parsedAtOnce = 256 * 1024;

/** What of a row is wrong: its number, from 0, or its line, from 1. */
type Place = (index: number) => string;

/**
 * The rows of a body of JSON: the elements of an array, or the one value. Each is parsed when it is
 * asked for, so that the work on a large body can be divided. O(bytes).
 *
 * @throws ExporterError BODY_MALFORMED or BODY_TOO_LARGE, naming the row.
 */
export function* jsonRows(body: Buffer, maximumBytes: number): Generator<unknown> {
  const atOnce =
    body.length <= Math.min(parsedAtOnce, maximumBytes) ? parsedOrNot(body) : undefined;
  if (Array.isArray(atOnce)) {
    yield* atOnce;
    return;
  }
  const place: Place = (index) => `Row ${index}`;
  let position = skipSpace(body, 0);
  if (body[position] !== arrayStart) {
    yield parseRow(body, 0, body.length, 0, () => 'The body', maximumBytes);
    return;
  }
  position = skipSpace(body, position + 1);
  if (body[position] === arrayEnd) {
    requireEnd(body, position + 1);
    return;
  }
  for (let index = 0; ; index += 1) {
    const end = endOfElement(body, position, index, place, maximumBytes);
    yield parseRow(body, position, end, index, place, maximumBytes);
    if (body[end] === arrayEnd) {
      requireEnd(body, end + 1);
      return;
    }
    position = end + 1;
  }
}

/**
 * The rows of a body of newline-delimited JSON; empty lines are left out. O(bytes).
 *
 * @throws ExporterError BODY_MALFORMED or BODY_TOO_LARGE, naming the line.
 */
export function* ndjsonRows(body: Buffer, maximumBytes: number): Generator<unknown> {
  const place: Place = (index) => `Line ${index + 1}`;
  let position = 0;
  for (let line = 0; position < body.length; line += 1) {
    const found = body.indexOf(newline, position);
    const end = found === -1 ? body.length : found;
    if (skipSpace(body, position) < end) {
      yield parseRow(body, position, end, line, place, maximumBytes);
    }
    position = end + 1;
  }
}

/** The position of the comma or bracket that ends an element of the outer array. */
function endOfElement(
  body: Buffer,
  start: number,
  index: number,
  place: Place,
  maximumBytes: number,
): number {
  let depth = 0;
  for (let position = start; position < body.length; position += 1) {
    const byte = body[position]!;
    if (byte === quote) {
      position = endOfText(body, position, index, place);
    } else if (depth === 0 && (byte === comma || byte === arrayEnd)) {
      return position;
    } else {
      depth += depthChange[byte]!;
    }
    if (position - start > maximumBytes) throw tooLarge(maximumBytes, place(index));
  }
  throw malformed(`${place(index)} of the body has no end: it is not valid JSON. ${again}`);
}

/** The position of the closing quote of a string. */
function endOfText(body: Buffer, start: number, index: number, place: Place): number {
  for (let position = start + 1; position < body.length; position += 1) {
    if (body[position] === backslash) position += 1;
    else if (body[position] === quote) return position;
  }
  throw malformed(`${place(index)} of the body has a string without an end. ${again}`);
}

function parseRow(
  body: Buffer,
  start: number,
  end: number,
  index: number,
  place: Place,
  maximumBytes: number,
): unknown {
  if (end - start > maximumBytes) throw tooLarge(maximumBytes, place(index));
  try {
    return JSON.parse(body.toString('utf8', start, end));
  } catch (error) {
    throw malformed(`${place(index)} is not valid JSON. ${again}`, error);
  }
}

/** The value of a body; undefined where it is not JSON, and the row that is not has to be found. */
function parsedOrNot(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function skipSpace(body: Buffer, start: number): number {
  let position = start;
  while (position < body.length && space.has(body[position]!)) position += 1;
  return position;
}

function requireEnd(body: Buffer, start: number): void {
  if (skipSpace(body, start) === body.length) return;
  throw malformed(`The body has more than one JSON value. ${again}`);
}

const again = 'Nothing was recorded; correct it and send the body again.';
