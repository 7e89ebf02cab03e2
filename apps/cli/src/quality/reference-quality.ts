import { measureReferenceQuality, type ReferenceQuality } from '@modelmeter/core/quality';
import { type OutputsConfig, outputNameOf } from '@modelmeter/core/settings';
import { CliError } from '../errors.js';
import { type CalendarUnit, calendarGrouping, oneGroup } from '../profile/groups.js';
import { timeRangeOf } from '../profile/time-history.js';
import { categoryExpression } from '../read/columns.js';
import type { Reader } from '../read/reader.js';
import { type DataSource, relation, requireColumn } from '../read/source.js';
import { qualityOfChunks } from './estimate-quality.js';
import { readChunks } from './read-rows.js';

const dayMs = 86_400_000;
/** Fewer chunks of time say too little of how they differ; the rows are then cut in their order. */
const fewestChunks = 8;
const mostChunks = 60;

/**
 * The quality of the model on the rows of a reference, by day, week or month of their time: the
 * shortest of them that gives at most 60 chunks.
 *
 * @throws CliError COLUMN_UNKNOWN, COLUMN_UNSUITABLE, TIME_UNREADABLE.
 */
export async function referenceQuality(
  reader: Reader,
  source: DataSource,
  options: {
    readonly output: OutputsConfig;
    readonly target: string;
    readonly timeColumn: string | undefined;
    readonly timeFormat: string | undefined;
  },
): Promise<ReferenceQuality> {
  const { output, target, timeColumn, timeFormat } = options;
  if (output.task === 'multiclass') return qualityOfClasses(reader, source, output, target);
  if (output.task !== 'binary' && output.task !== 'regression') {
    throw new CliError(
      'OPTION_INVALID',
      `--target is read for binary, multiclass and regression models, and "${outputNameOf(output)}" is the output of a ${output.task} model. Leave --target out.`,
    );
  }
  const unit =
    timeColumn === undefined
      ? undefined
      : await chunkUnit(reader, source, { column: timeColumn, format: timeFormat });
  const grouping =
    unit === undefined
      ? oneGroup
      : await calendarGrouping(reader.database, source, `${unit}:${timeColumn}`, timeFormat);
  const chunks = await readChunks(reader, source, outputNameOf(output), target, grouping);
  return qualityOfChunks(output, chunks, grouping !== oneGroup);
}

async function chunkUnit(
  reader: Reader,
  source: DataSource,
  time: Parameters<typeof timeRangeOf>[2],
): Promise<CalendarUnit | undefined> {
  const range = await timeRangeOf(reader, source, time);
  if (range === undefined) return undefined;
  const days = (range.endMs - range.startMs) / dayMs;
  if (days < fewestChunks) return undefined;
  if (days <= mostChunks) return 'day';
  return days <= 7 * mostChunks ? 'week' : 'month';
}

/** Classes are counted by the engine; only their counts are read. */
async function qualityOfClasses(
  { database }: Reader,
  source: DataSource,
  outputs: Extract<OutputsConfig, { task: 'multiclass' }>,
  target: string,
): Promise<ReferenceQuality> {
  const columns = [outputNameOf(outputs), target].map((name) => requireColumn(source, name));
  const [predicted, actual] = columns.map(categoryExpression);
  const result = await database.connection.runAndReadAll(
    `SELECT ${predicted}, ${actual}, CAST(count(*) AS DOUBLE)
     FROM ${relation(source, columns)} GROUP BY 1, 2 ORDER BY 1, 2`,
  );
  const predictions: (string | null)[] = [];
  const targets: (string | null)[] = [];
  for (const [prediction, outcome, rows] of result.getRows()) {
    for (let row = 0; row < Number(rows); row += 1) {
      predictions.push(prediction === null ? null : String(prediction));
      targets.push(outcome === null ? null : String(outcome));
    }
  }
  return measureReferenceQuality({ outputs, predictions, targets });
}
