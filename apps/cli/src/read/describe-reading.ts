import { separatorName } from './csv-dialect.js';
import { describeRejected, type ReadReport } from './read-report.js';

/** Rejected rows that are named in a sentence. */
const rowsNamed = 3;

/**
 * How a data set was read, one sentence each: only what is not as everyone writes it, and what was
 * not read.
 */
export function describeReading(source: string, report: ReadReport): string[] {
  const rejected = rejectedSentence(source, report);
  return [
    ...(rejected === undefined ? [] : [rejected]),
    ...detectedSentences(source, report),
    ...report.notes,
  ];
}

/** The rows that were not read; undefined when all were. */
export function rejectedSentence(
  source: string,
  { rejected: { rows, examples } }: ReadReport,
): string | undefined {
  if (rows === 0) return undefined;
  const isOneFile = new Set(examples.map(({ file }) => file)).size === 1;
  const more = rows > rowsNamed ? ' and more' : '';
  return `${rows} ${rows === 1 ? 'row' : 'rows'} of ${source} ${rows === 1 ? 'does' : 'do'} not fit and ${rows === 1 ? 'is' : 'are'} not compared: ${describeRejected(examples.slice(0, rowsNamed), isOneFile)}${more}.`;
}

function detectedSentences(source: string, { detected }: ReadReport): string[] {
  const found = [
    ...(detected.separator === undefined || detected.separator === ','
      ? []
      : [`the separator ${separatorName(detected.separator)}`]),
    ...(detected.decimal === ',' ? ['a decimal comma'] : []),
    ...(detected.encoding === undefined || detected.encoding === 'utf-8'
      ? []
      : [`the encoding ${detected.encoding}`]),
  ];
  return found.length === 0 ? [] : [`${source} is read with ${found.join(' and ')}.`];
}
