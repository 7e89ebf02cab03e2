import type { FeatureDrift } from '@modelmeter/core';
import type { ChunkResult, DriftResult, SegmentResult } from '../compare/drift-result.js';

const stateOrder = ['drift', 'investigate', 'insufficient_data', 'ok'] as const;

/** The result for a terminal: one line per feature, the most urgent first, then the findings. */
export function driftTable(result: DriftResult): string {
  const { reference, current, features, driftedFeatures } = result;
  const lines = [
    `reference  ${reference.source}  ${reference.rows.toLocaleString('en')} rows`,
    `current    ${current.source}  ${current.rows.toLocaleString('en')} rows`,
    '',
    ...columns([
      ['feature', 'state', 'statistic', 'score', 'noise', 'p, adjusted', 'explanation'],
      ...byState(features).map(featureCells),
    ]),
  ];
  const findings = features.flatMap(({ name, findings: found }) =>
    found.map(({ kind, message }) => [name, kind, message]),
  );
  if (findings.length > 0) lines.push('', 'data quality', ...columns(findings));
  if (result.chunks !== undefined)
    lines.push('', ...groupLines('chunk', result.chunks, chunkCells));
  if (result.segments !== undefined) {
    const { column, values, leftOut } = result.segments;
    lines.push('', ...groupLines(column, values, segmentCells));
    if (leftOut.segments > 0) {
      lines.push(`${leftOut.segments} smaller segments (${leftOut.rows} rows) are left out`);
    }
  }
  const drifted = driftedFeatures.length === 0 ? '' : `: ${driftedFeatures.join(', ')}`;
  lines.push('', `state ${result.state}${drifted}`);
  return `${lines.join('\n')}\n`;
}

function byState(features: readonly FeatureDrift[]): FeatureDrift[] {
  const rank = ({ state }: FeatureDrift): number => stateOrder.indexOf(state);
  const size = ({ scores, statistic, thresholds }: FeatureDrift): number =>
    (scores[statistic] ?? 0) / thresholds.drift;
  return [...features].sort((a, b) => rank(a) - rank(b) || size(b) - size(a));
}

function featureCells(feature: FeatureDrift): string[] {
  const { name, state, statistic, scores, noiseFloor, adjustedPValue, explanation } = feature;
  return [
    name,
    state,
    statistic,
    figure(scores[statistic]),
    figure(noiseFloor[statistic]),
    state === 'insufficient_data' ? '–' : pValue(adjustedPValue),
    explanation,
  ];
}

function groupLines<Group extends ChunkResult | SegmentResult>(
  title: string,
  groups: readonly Group[],
  cellsOf: (group: Group) => string[],
): string[] {
  return columns([
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

function figure(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(4);
}

function pValue(value: number): string {
  return value < 0.0001 ? '<0.0001' : value.toFixed(4);
}

/** Aligns the columns; the last one is not padded. */
function columns(rows: readonly (readonly string[])[]): string[] {
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
