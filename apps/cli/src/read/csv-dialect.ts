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
/** Share of the records that leaves no doubt about a separator. */
const clearFit = 0.9;
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
  const splitting = scored.filter(({ fields, isUsed }) => fields > 1 && isUsed);
  const [comma] = scored;
  // One column: a few commas are stray ones, and many are decimal commas.
  if (splitting.length === 0 && comma!.fit >= clearFit) return { separator: ',', start, lines };
  const best = (splitting.length > 0 ? splitting : scored).reduce((a, b) =>
    b.fit > a.fit ? b : a,
  );
  return { separator: best.candidate, start, lines };
}

function fitOf(text: Buffer, start: number, candidate: string) {
  const records = createCsvRecords(candidate.charCodeAt(0));
  if (!records.next(text, start, true)) return { candidate, fields: 0, fit: 0, isUsed: false };
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
    isUsed: seen === 0 || splitting > 0,
  };
}
