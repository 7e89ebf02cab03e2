import type { FeatureDrift } from '@modelmeter/core';
import { scoreName } from '@modelmeter/core/drift';
import type {
  ChunkResult,
  DriftResult,
  SegmentResult,
  ShiftedSegment,
  Source,
} from '../compare/drift-result.js';
import { describeReading } from '../read/describe-reading.js';
import { duplicateSentence } from './duplicate-sentence.js';
import { ordinarySentence } from './ordinary-sentence.js';
import { decidedPValue, reachOf, sizeWords } from './size.js';

const stateOrder = ['drift', 'investigate', 'insufficient_data', 'ok'] as const;

/**
 * The result for a terminal: what could not be decided, then one line per feature, the most urgent
 * first, then the findings and what was not compared.
 */
export function driftTable(result: DriftResult): string {
  const { reference, current, features, driftedFeatures, undecided, undecidedFeatures } = result;
  const sizes = [...new Set(features.flatMap(({ effects }) => Object.keys(effects)))];
  const lines = [
    ...undecided.map((reason) => `UNDECIDED: ${reason}`),
    ...(undecided.length === 0 && undecidedFeatures.length > 0
      ? [
          `UNDECIDED: ${undecidedFeatures.length} of ${features.length} features: ${undecidedFeatures.join(', ')}`,
        ]
      : []),
    `reference  ${reference.source}  ${reference.rows.toLocaleString('en')} rows`,
    `current    ${current.source}  ${current.rows.toLocaleString('en')} rows`,
    ...factLines(result),
    '',
    ...alignedColumns([
      ['feature', 'state', ...sizes.map(scoreName), 'p, adjusted', 'explanation'],
      ...byState(features).map((feature) => featureCells(feature, sizes)),
    ]),
  ];
  const findings = features.flatMap(({ name, findings: found }) =>
    found.map(({ kind, message }) => [name, kind, message]),
  );
  if (findings.length > 0) lines.push('', 'data quality', ...alignedColumns(findings));
  if (result.chunks !== undefined)
    lines.push('', ...groupLines('chunk', result.chunks, chunkCells));
  for (const { feature, statistic, chunks } of result.changes ?? []) {
    lines.push(`${feature}: ${statistic} changed in ${chunks.join(', ')}`);
  }
  if (result.segments !== undefined) lines.push('', ...segmentLines(result.segments));
  if (result.shiftedSegments !== undefined) {
    lines.push('', 'where the shifts are', ...shiftedLines(result.shiftedSegments));
  }
  lines.push(...readingLines('reference', reference), ...readingLines('current', current));
  const drifted = driftedFeatures.length === 0 ? '' : `: ${driftedFeatures.join(', ')}`;
  lines.push('', `state ${result.state}${drifted}`);
  return `${lines.join('\n')}\n`;
}

/** What the reference was narrowed to, where its times are known, and the rows that repeat. */
function factLines(result: DriftResult): string[] {
  const time = ordinarySentence(result.features);
  const duplicates = duplicateSentence(result);
  return [
    ...(time === undefined ? [] : [`time       ${time}`]),
    ...(duplicates === undefined ? [] : [`rows       ${duplicates}`]),
  ];
}

/** How a side was read, and the columns of it that are not compared. */
export function readingLines(side: string, source: Source): string[] {
  const leftOut = source.leftOut.map(({ column, reason }) => [column, reason]);
  return [
    ...describeReading(source.source, source).map((line) => `${side}: ${line}`),
    ...(leftOut.length === 0 ? [] : [`${side}: not compared`, ...alignedColumns(leftOut)]),
  ].flatMap((line, index) => (index === 0 ? ['', line] : [line]));
}

function segmentLines({
  column,
  values,
  leftOut,
  added,
  missing,
}: NonNullable<DriftResult['segments']>): string[] {
  const lines = groupLines(column, values, segmentCells);
  const rows = (count: number): string => `${count.toLocaleString('en')} rows`;
  if (leftOut.segments > 0) {
    lines.push(`${leftOut.segments} smaller segments (${rows(leftOut.rows)}) are left out`);
  }
  if (added.segments > 0) {
    lines.push(`${added.segments} segments (${rows(added.rows)}) are not in the reference`);
  }
  if (missing > 0) lines.push(`${rows(missing)} have no ${column} and are in no segment`);
  return lines;
}

function shiftedLines(segments: readonly ShiftedSegment[]): string[] {
  if (segments.length === 0) return ['no shift is concentrated in a segment'];
  return alignedColumns(segments.map(({ feature, explanation }) => [feature, explanation]));
}

function byState(features: readonly FeatureDrift[]): FeatureDrift[] {
  const rank = ({ state }: FeatureDrift): number => stateOrder.indexOf(state);
  return [...features].sort((a, b) => rank(a) - rank(b) || reachOf(b) - reachOf(a));
}

/** A size has its estimate and its 95 % interval. */
function featureCells(feature: FeatureDrift, sizes: readonly string[]): string[] {
  return [
    feature.name,
    feature.state,
    ...sizes.map((statistic) => {
      const effect = feature.effects[statistic];
      if (effect === undefined || !feature.compared) return '–';
      const { estimate, interval } = sizeWords(statistic, effect);
      return `${estimate} (${interval.replace(/ points$/, '')})`;
    }),
    pValue(decidedPValue(feature)),
    feature.explanation,
  ];
}

function groupLines<Group extends ChunkResult | SegmentResult>(
  title: string,
  groups: readonly Group[],
  cellsOf: (group: Group) => string[],
): string[] {
  return alignedColumns([
    [title, 'rows', 'state', 'drifted features'],
    ...groups.map((group) => [...cellsOf(group), group.state, group.driftedFeatures.join(', ')]),
  ]);
}

function chunkCells({ key, rows }: ChunkResult): string[] {
  return [key, rows.toLocaleString('en')];
}

function segmentCells({ value, currentRows }: SegmentResult): string[] {
  return [value, currentRows.toLocaleString('en')];
}

function pValue(value: number | undefined): string {
  if (value === undefined) return '–';
  return value < 0.0001 ? '<0.0001' : value.toFixed(4);
}

/** Aligns the columns; the last one is not padded. */
export function alignedColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    }
  }
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index]!))
      .join('  ')
      .trimEnd(),
  );
}
