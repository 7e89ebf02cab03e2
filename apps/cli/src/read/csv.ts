import { CliError } from '../errors.js';
import { type CsvDialect, detectDialect, separatorName } from './csv-dialect.js';
import { type CsvRecords, createCsvRecords } from './csv-records.js';
import type { Database } from './database.js';
import { firstInvalidByte, openText } from './encoding.js';
import { missingTexts } from './missing.js';
import { noteLacking, type ReadLog, reject } from './read-report.js';
import { type ByteSink, createSegments, segmentBytes } from './segments.js';
import { literal } from './sql.js';
import { columnsPerPart, type StoredColumn, stagedColumns, type Table } from './table.js';

/** How CSV files are read; what is undefined is detected. */
export interface CsvOptions {
  readonly separator?: string;
  readonly encoding?: string;
}

/** One CSV file whose header was read. */
interface CsvFile {
  readonly path: string;
  readonly name: string;
  readonly dialect: CsvDialect;
  readonly header: readonly string[];
}

/**
 * Reads CSV files into a table of texts. The header of a file decides its columns: records with
 * another number of fields, or with broken quotes, are rejected one by one.
 *
 * @throws CliError DATA_UNREADABLE for bytes that are not of the encoding.
 */
export async function stageCsv(
  database: Database,
  paths: readonly string[],
  options: CsvOptions,
  log: ReadLog,
): Promise<Table> {
  const files: CsvFile[] = [];
  for (const path of paths) files.push(await readHeader(path, paths.length, options, log));
  const names = [...new Set(files.flatMap(({ header }) => header))];
  const columns = stagedColumns(names, 'untyped', 'VARCHAR');
  for (const { path, header } of files) noteLacking(path, columns, new Set(header), log);
  const partFiles = Array.from(
    { length: Math.max(1, Math.ceil(columns.length / columnsPerPart)) },
    (): string[] => [],
  );
  for (const file of files) await stageFile(database, file, columns, partFiles, options, log);
  const parts = partFiles.map((list) =>
    list.length > 0
      ? `read_parquet([${list.map(literal).join(', ')}])`
      : `(SELECT ${columns.map(({ sql }) => `NULL::VARCHAR AS ${sql}`).join(', ') || '1'} WHERE false)`,
  );
  return { columns, parts };
}

async function readHeader(
  path: string,
  files: number,
  options: CsvOptions,
  log: ReadLog,
): Promise<CsvFile> {
  const { encoding, chunks } = await openText(path, options.encoding);
  const name = path.split(/[/\\]/).at(-1)!;
  let text: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    text = Buffer.concat([text, chunk]);
    if (text.length >= 256 * 1024) break;
  }
  requireUtf8(text.subarray(0, text.lastIndexOf(0x0a) + 1), name, encoding, 0);
  const dialect = detectDialect(text, options.separator);
  const records = createCsvRecords(dialect.separator.charCodeAt(0));
  if (text.length === 0) {
    throw new CliError('DATA_EMPTY', `${name} is empty. Name a file with a header and rows.`);
  }
  records.next(text, dialect.start, true);
  const header = uniqueNames(
    Array.from({ length: records.fields }, (_, field) => fieldText(text, records, field).trim()),
    name,
    log,
  );
  if (files === 1 || log.detected.encoding === undefined) {
    log.detected = { ...log.detected, encoding, separator: dialect.separator };
  } else if (log.detected.encoding !== encoding || log.detected.separator !== dialect.separator) {
    log.notes.push(
      `${name} has the separator ${separatorName(dialect.separator)} and the encoding ${encoding}.`,
    );
  }
  return { path, name, dialect, header };
}

/** Reads one file to Parquet, in segments, so that its text never lies on disk as a whole. */
async function stageFile(
  database: Database,
  file: CsvFile,
  columns: readonly StoredColumn[],
  partFiles: string[][],
  options: CsvOptions,
  log: ReadLog,
): Promise<void> {
  const separator = file.dialect.separator.charCodeAt(0);
  const records = createCsvRecords(separator);
  const writer = createRowWriter(database, file, columns, partFiles);
  const { encoding, chunks } = await openText(file.path, options.encoding);
  let line = 1 + file.dialect.lines;
  let isHeader = true;
  let blankLines = 0;

  function take(text: Buffer, start: number, isLast: boolean): number {
    let at = start;
    while (at < text.length && records.next(text, at, isLast)) {
      const isBlank =
        records.fields === 1 && isWhiteSpace(text, records.starts[0]!, records.ends[0]!);
      const fits = records.fields === file.header.length && records.problem === undefined;
      if (isHeader) {
        isHeader = false;
        line += records.lines;
        at = records.end;
        continue;
      }
      if (isBlank && (file.header.length > 1 || records.end >= text.length)) {
        blankLines += 1;
      } else if (fits) {
        writer.add(text, records);
      } else {
        const problem =
          records.problem ??
          `${fieldCount(records.fields)} where the header has ${file.header.length}`;
        reject(log, { file: file.name, line, problem });
        if (records.lines > 1) {
          // The quote that joins the lines is wrong: the next line may be a good row.
          at = text.indexOf(0x0a, at) + 1;
          line += 1;
          continue;
        }
      }
      line += records.lines;
      at = records.end;
    }
    return at;
  }

  let rest: Buffer = Buffer.alloc(0);
  let wanted = 0;
  let at = file.dialect.start;
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    // A record longer than a chunk is looked at again only when twice as much was read.
    if (rest.length < wanted) continue;
    const before = line;
    const end = take(rest, at, false);
    requireUtf8(rest.subarray(at, end), file.name, encoding, before - 1);
    rest = rest.subarray(end);
    at = 0;
    wanted = end === 0 ? rest.length * 2 : 0;
    await writer.flush(segmentBytes);
  }
  requireUtf8(rest.subarray(at), file.name, encoding, line - 1);
  take(rest, at, true);
  await writer.flush(0);
  if (blankLines > 0)
    log.notes.push(`${file.name} has ${blankLines} blank lines, which are skipped.`);
}

/** Writes the good rows of a file to the parts of the table. */
function createRowWriter(
  database: Database,
  file: CsvFile,
  columns: readonly StoredColumn[],
  partFiles: string[][],
) {
  const { header, dialect } = file;
  const fieldsOf = fieldsOfParts(header, columns, partFiles.length);
  const segments = createSegments(database, dialect.separator, partFiles.length);

  return {
    add(text: Buffer, records: CsvRecords): void {
      const { starts, ends } = records;
      for (const [part, fields] of fieldsOf.entries()) {
        const sink = segments.sinks[part]!;
        if (fieldsOf.length === 1 && !records.needsQuoting) {
          sink.copy(text, starts[0]!, ends[records.fields - 1]!);
        } else {
          addFields(sink, text, records, fields, dialect.separator);
        }
      }
      segments.endRow(records.end - starts[0]!, records.lines > 1);
    },
    /** Stores the rows once they are more than some bytes. */
    async flush(least: number): Promise<void> {
      if (segments.rows === 0 || segments.bytes < least) return;
      for (const [part, fields] of fieldsOf.entries()) {
        const selected = columns
          .filter((column) => column.part === part)
          .map(({ name, sql }) => {
            const index = fields.findIndex((field) => header[field] === name);
            return `${index < 0 ? 'NULL::VARCHAR' : `f${index}`} AS ${sql}`;
          });
        partFiles[part]!.push(await segments.store(part, fields.length, selected, missingTexts));
      }
      segments.clear();
    },
  };
}

/** The fields of a file that belong to each part of the table. */
function fieldsOfParts(
  header: readonly string[],
  columns: readonly StoredColumn[],
  parts: number,
): number[][] {
  const partOf = new Map(columns.map(({ name, part }) => [name, part]));
  const fields = Array.from({ length: parts }, (): number[] => []);
  for (const [field, name] of header.entries()) fields[partOf.get(name)!]!.push(field);
  return fields;
}

function addFields(
  sink: ByteSink,
  text: Buffer,
  { starts, ends }: CsvRecords,
  fields: readonly number[],
  separator: string,
): void {
  for (const [index, field] of fields.entries()) {
    if (index > 0) sink.write(separator);
    const [from, to] = [starts[field]!, ends[field]!];
    const bytes = text.subarray(from, to);
    if (bytes[0] === 0x22 || !bytes.includes(0x22)) {
      sink.copy(text, from, to);
    } else {
      sink.write(`"${bytes.toString().replaceAll('"', '""')}"`);
    }
  }
}

function fieldText(text: Buffer, records: CsvRecords, field: number): string {
  const bytes = text.toString('utf8', records.starts[field], records.ends[field]);
  return bytes.startsWith('"') ? bytes.slice(1, -1).replaceAll('""', '"') : bytes;
}

function isWhiteSpace(text: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    if (text[at] !== 0x20 && text[at] !== 0x09) return false;
  }
  return true;
}

function fieldCount(fields: number): string {
  return fields === 1 ? '1 field' : `${fields} fields`;
}

/** Names of columns that are empty or occur twice get names of their own, which are reported. */
function uniqueNames(header: readonly string[], file: string, log: ReadLog): string[] {
  const names = new Set<string>();
  for (const [index, name] of header.entries()) {
    if (name === '') {
      const given = `column ${index + 1}`;
      names.add(given);
      log.leftOut.push({ column: given, reason: 'has no name in the header' });
      continue;
    }
    let unique = name;
    for (let copy = 2; names.has(unique); copy += 1) unique = `${name}_${copy}`;
    if (unique !== name)
      log.notes.push(`${file} has two columns "${name}"; the second is read as "${unique}".`);
    names.add(unique);
  }
  return [...names];
}

function requireUtf8(text: Buffer, name: string, encoding: string, linesBefore: number): void {
  if (encoding !== 'utf-8') return;
  const found = firstInvalidByte(text);
  if (found === undefined) return;
  throw new CliError(
    'DATA_UNREADABLE',
    `${name} is not UTF-8: line ${linesBefore + found.line} has the byte 0x${found.byte.toString(16).toUpperCase()}. Name its encoding with --encoding, such as latin1 (Western European) or utf-16le.`,
  );
}
