import { messageOf } from '../errors.js';
import type { Database } from './database.js';
import { openText } from './encoding.js';
import { elementsOf, opensArray } from './json-array.js';
import { noteLacking, type ReadLog, reject } from './read-report.js';
import { createSegments, segmentBytes } from './segments.js';
import { literal } from './sql.js';
import { columnsPerPart, stagedColumns, type Table } from './table.js';

/** Rows that are held as objects, until all of their keys are known. */
const rowsHeld = 10_000;

/**
 * Reads JSON files into a table: one object per line, or an array of objects. Every value is
 * stored as its kind and its text: `s` for a string, `n` for a number, `b` for a boolean and `o`
 * for a list or an object; null and a key that is not there are missing.
 *
 * Lines that are not an object are rejected one by one; an array must be valid as a whole.
 */
export async function stageJson(
  database: Database,
  paths: readonly string[],
  encoding: string | undefined,
  log: ReadLog,
): Promise<Table> {
  const names = new Map<string, number>();
  const stored: string[][] = [];
  const namesOfFiles: Set<string>[] = [];
  for (const path of paths) {
    const own = new Set<string>();
    namesOfFiles.push(own);
    let rows: Record<string, unknown>[] = [];
    let bytes = 0;
    for await (const { row, size } of rowsOf(path, encoding, log)) {
      for (const name in row) own.add(name);
      rows.push(row);
      bytes += size;
      if (rows.length < rowsHeld && bytes < segmentBytes) continue;
      await storeRows(database, rows, names, stored);
      rows = [];
      bytes = 0;
    }
    await storeRows(database, rows, names, stored);
  }
  const columns = stagedColumns([...names.keys()], 'json', 'JSON');
  for (const [index, path] of paths.entries())
    noteLacking(path, columns, namesOfFiles[index]!, log);
  const parts = stored.map((files, part) => {
    const own = columns.filter((column) => column.part === part);
    // The first rows lack the columns that came later; a part without rows has none.
    return `(SELECT ${own.map(({ sql }) => sql).join(', ') || 'NULL AS nothing'} FROM read_parquet([${files.map(literal).join(', ')}], union_by_name = true))`;
  });
  return { columns, parts: parts.length > 0 ? parts : ['(SELECT NULL AS nothing WHERE false)'] };
}

async function storeRows(
  database: Database,
  rows: readonly Record<string, unknown>[],
  names: Map<string, number>,
  stored: string[][],
): Promise<void> {
  if (rows.length === 0) return;
  for (const row of rows) {
    for (const name of Object.keys(row)) if (!names.has(name)) names.set(name, names.size);
  }
  const columns = stagedColumns([...names.keys()], 'json', 'JSON');
  const parts = Math.max(1, Math.ceil(columns.length / columnsPerPart));
  const segments = createSegments(database, ',', parts);
  for (const row of rows) {
    const before = segments.bytes;
    let hasLineBreaks = false;
    for (const { name, part } of columns) {
      const sink = segments.sinks[part]!;
      if (names.get(name)! % columnsPerPart > 0) sink.write(',');
      const value = Object.hasOwn(row, name) ? row[name] : null;
      const text = value === null ? '' : kindAndText(value);
      if (/["\n\r,]/.test(text)) {
        hasLineBreaks ||= /[\n\r]/.test(text);
        sink.write(`"${text.replaceAll('"', '""')}"`);
      } else {
        sink.write(text);
      }
    }
    segments.endRow(segments.bytes - before, hasLineBreaks);
  }
  for (let part = 0; part < parts; part += 1) {
    const own = columns.filter((column) => column.part === part);
    const selected = own.map(({ sql }, index) => `f${index} AS ${sql}`);
    const files = (stored[part] ??= []);
    files.push(
      await segments.store(part, own.length, selected.length > 0 ? selected : ['f0'], ['']),
    );
  }
}

/** What marks an integer of more digits than a number keeps, which is read as a string. */
const longInteger = '\u0001';

function kindAndText(value: unknown): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : `n${value}`;
  if (typeof value === 'boolean') return `b${value}`;
  if (typeof value !== 'string') return `o${JSON.stringify(value)}`;
  return value.startsWith(longInteger) ? `n${value.slice(1)}` : `s${value}`;
}

interface JsonRow {
  readonly row: Record<string, unknown>;
  readonly size: number;
}

async function* rowsOf(
  path: string,
  given: string | undefined,
  log: ReadLog,
): AsyncGenerator<JsonRow> {
  const { encoding, chunks: text } = await openText(path, given);
  if (encoding !== 'utf-8') log.detected = { ...log.detected, encoding };
  const file = path.split(/[/\\]/).at(-1)!;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const { isArray, chunks } = await opensArray(text);
  if (isArray) {
    yield* arrayRows(chunks, decoder, file);
    return;
  }
  const lines = linesOf(chunks, decoder, file);
  let line = 0;
  let start = '';
  // A loop would close the lines when it ends.
  for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
    line += 1;
    start = next.value;
    if (start.trim() !== '') break;
  }
  const first = parsed(start);
  if (!isLine(start, first)) {
    yield await severalLines(start, lines);
    return;
  }
  yield* lineRow(start, first, line, file, log);
  for await (const text of lines) {
    line += 1;
    if (text.trim() !== '') yield* lineRow(text, parsed(text), line, file, log);
  }
}

/** Whether a line is a whole value, or so broken that it is not the first of an object. */
function isLine(text: string, value: Parsed): boolean {
  return 'value' in value || !/[{[,]\s*$/.test(text);
}

function* lineRow(
  text: string,
  value: Parsed,
  line: number,
  file: string,
  log: ReadLog,
): Generator<JsonRow> {
  if (text === '') return;
  if ('value' in value && isObject(value.value)) {
    yield { row: value.value, size: text.length };
  } else {
    const problem = 'value' in value ? 'not an object' : value.problem;
    reject(log, { file, line, problem });
  }
}

/** The objects of an array. */
async function* arrayRows(
  chunks: AsyncIterable<Buffer>,
  decoder: Decoder,
  file: string,
): AsyncGenerator<JsonRow> {
  let element = 0;
  for await (const bytes of elementsOf(chunks)) {
    element += 1;
    const text = decoded(bytes, decoder, `element ${element} of the array in ${file}`);
    const value = parsed(text);
    if (!('value' in value)) {
      throw new Error(`it is not valid JSON: ${value.problem} (element ${element} of the array)`);
    }
    if (!isObject(value.value)) {
      throw new Error(`element ${element} of the array in ${file} is not an object`);
    }
    yield { row: value.value, size: bytes.length };
  }
}

/** One object over several lines. */
async function severalLines(start: string, lines: AsyncGenerator<string>): Promise<JsonRow> {
  let text = start;
  for await (const next of lines) text += `\n${next}`;
  const value = parsed(text);
  if ('value' in value && isObject(value.value)) return { row: value.value, size: text.length };
  const problem = 'value' in value ? 'it is not an object' : value.problem;
  throw new Error(`it is not valid JSON: ${problem}`);
}

type Decoder = { decode(bytes: Uint8Array): string };

function decoded(bytes: Buffer, decoder: Decoder, place: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Error(`${place} is not UTF-8; name its encoding with --encoding`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Parsed = { readonly value: unknown } | { readonly problem: string };

/** JSON with the NaN and Infinity of other languages, and with the digits of long integers. */
function parsed(text: string): Parsed {
  const kept = /\d{16}/.test(text)
    ? text.replace(
        /([:[,]\s*)(-?\d{16,})(?=\s*[,}\]])/g,
        (_, before, digits) => `${before}"\\u0001${digits}"`,
      )
    : text;
  try {
    return { value: JSON.parse(kept) };
  } catch (error) {
    const replaced = kept.replace(
      /([:[,]\s*)(NaN|-?Infinity)(?=\s*[,}\]])/g,
      (_, before, name) =>
        `${before}${name === 'NaN' ? 'null' : `${name.startsWith('-') ? '-' : ''}1e999`}`,
    );
    if (replaced !== kept) {
      try {
        return { value: JSON.parse(replaced) };
      } catch {
        // The first error names what the file has.
      }
    }
    return { problem: messageOf(error) };
  }
}

async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  decoder: Decoder,
  file: string,
): AsyncGenerator<string> {
  let pieces: Buffer[] = [];
  let line = 0;
  const textOf = (bytes: Buffer): string => {
    line += 1;
    return decoded(bytes, decoder, `line ${line} of ${file}`);
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, from)) {
      const piece = chunk.subarray(from, at);
      yield textOf(pieces.length === 0 ? piece : Buffer.concat([...pieces, piece]));
      pieces = [];
      from = at + 1;
    }
    pieces.push(chunk.subarray(from));
  }
  const rest = Buffer.concat(pieces);
  if (rest.length > 0) yield textOf(rest);
}
