import { createCsvRecords } from './csv-records.js';

/** How a CSV file is written. */
export interface CsvDialect {
  readonly separator: string;
  /** Position of the header. */
  readonly start: number;
  /** Lines before the header. */
  readonly lines: number;
}

const candidates = [',', ';', '\t', '|'] as const;
/** Share of the lines with a comma that are numbers, so that the comma is a decimal one. */
const clearShare = 0.9;
/** Records that the separator is chosen by. */
const sampleRecords = 200;

/** The name of a separator in a sentence. */
export function separatorName(separator: string): string {
  return separator === '\t' ? 'tab' : `"${separator}"`;
}

/**
 * Finds the separator of a CSV text: the one of the header whose number of fields most records
 * have. A line `sep=;`, as spreadsheet programs write it, decides.
 *
 * @param text The beginning of the file in UTF-8.
 */
export function detectDialect(text: Buffer, given?: string): CsvDialect {
  const declared = /^sep=(.)\r?\n/i.exec(text.subarray(0, 16).toString('latin1'));
  const start = declared === null ? 0 : declared[0].length;
  const lines = declared === null ? 0 : 1;
  const separator = given ?? declared?.[1];
  if (separator !== undefined) return { separator, start, lines };
  const scored = candidates.map((candidate) => fitOf(text, start, candidate));
  const splitting = scored.filter(({ fields, split }) => fields > 1 && split > 0);
  if (splitting.length > 0) {
    const best = splitting.reduce((a, b) => (b.fit > a.fit ? b : a));
    return { separator: best.candidate, start, lines };
  }
  return { separator: separatorOfOneColumn(text, start, scored), start, lines };
}

/**
 * The separator under a header of one name. Where most lines have several fields, the first line is
 * not the header, and every line will be rejected; but 95,64 is one number.
 */
function separatorOfOneColumn(
  text: Buffer,
  start: number,
  scored: readonly { readonly candidate: string; readonly split: number }[],
): string {
  const lines = text.toString('utf8', start).split(/\r?\n/).slice(1, sampleRecords);
  const withComma = lines.filter((line) => line.includes(','));
  const numbers = withComma.filter((line) => /^"?[+-]?[\d.' ]*,\d+"?$/.test(line));
  const isDecimal = withComma.length > 0 && numbers.length >= clearShare * withComma.length;
  if (isDecimal) return ';';
  return scored.find(({ split }) => split >= 0.5)?.candidate ?? ',';
}

function fitOf(text: Buffer, start: number, candidate: string) {
  const records = createCsvRecords(candidate.charCodeAt(0));
  if (!records.next(text, start, true)) return { candidate, fields: 0, fit: 0, split: 0 };
  const { fields } = records;
  let seen = 0;
  let fitting = 0;
  let splitting = 0;
  for (let at = records.end; at < text.length && seen < sampleRecords; at = records.end) {
    // The last record of the sample may be cut.
    if (!records.next(text, at, false)) break;
    const isBlank = records.fields === 1 && records.starts[0] === records.ends[0];
    if (isBlank) continue;
    seen += 1;
    if (records.fields > 1) splitting += 1;
    if (records.fields === fields && records.problem === undefined) fitting += 1;
  }
  return {
    candidate,
    fields,
    fit: seen === 0 ? fields : fitting / seen,
    split: seen === 0 ? 1 : splitting / seen,
  };
}
