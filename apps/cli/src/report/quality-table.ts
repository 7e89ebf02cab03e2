import type { ChunkQuality, QualityResult } from '../quality/quality-result.js';
import { alignedColumns } from './drift-table.js';

const absent = '–';

/** The result for a terminal: a line for each chunk, estimated and realised scores side by side. */
export function qualityTable(result: QualityResult): string {
  const { reference, current, chunks, bands } = result;
  const names = [...new Set(chunks.flatMap(({ estimated }) => Object.keys(estimated)))];
  const withdrawn = chunks.flatMap(({ key, withdrawn: why }) =>
    why === undefined ? [] : [[key || 'all rows', why.message]],
  );
  const lines = [
    `reference  ${reference.source}  ${reference.samples.toLocaleString('en')} targets`,
    `current    ${current.source}  ${current.rows.toLocaleString('en')} rows, ${current.targets.toLocaleString('en')} targets`,
    '',
    'estimated [95 % band] / realised',
    ...alignedColumns([
      ['', 'chunk', 'rows', 'targets', ...names],
      ...chunks.map((chunk) => [
        chunk.period,
        `${chunk.key || 'all rows'}${chunk.withdrawn === undefined ? '' : ' *'}`,
        String(chunk.rows),
        String(chunk.targets),
        ...names.map((name) => scoreText(chunk, name)),
      ]),
    ]),
  ];
  if (withdrawn.length > 0) {
    lines.push('', '* estimates that do not hold', ...alignedColumns(withdrawn));
  }
  const held = Object.entries(bands).map(([name, { chunks: all, held: inside }]) => [
    name,
    `${inside} of ${all} bands hold the realised score`,
  ]);
  if (held.length > 0) lines.push('', ...alignedColumns(held));
  if (result.notes.length > 0) lines.push('', ...result.notes);
  return `${lines.join('\n')}\n`;
}

function scoreText({ estimated, realised }: ChunkQuality, name: string): string {
  const score = estimated[name];
  const band =
    score?.low === undefined || score.high === undefined
      ? ''
      : ` [${digits(score.low)} ${digits(score.high)}]`;
  return `${digits(score?.estimate)}${band} / ${digits(realised[name])}`;
}

function digits(value: number | undefined): string {
  if (value === undefined) return absent;
  return Math.abs(value) < 10 ? value.toFixed(3) : value.toPrecision(4);
}
