import type { SegmentCondition, ShiftedSegment } from '../compare/drift-result.js';
import { formatPoints, formatPValue, formatShare, shortName } from './format.js';
import { html, type Markup } from './markup.js';
import type { RankedFeature } from './ranking.js';
import { dataTable } from './table.js';

const columns = [
  { label: 'Feature' },
  { label: 'Rows with' },
  { label: 'Share of rows', isNumeric: true },
  { label: 'Share of the shift', isNumeric: true },
  { label: 'Points moved in them', isNumeric: true },
  { label: 'In the others', isNumeric: true },
  { label: 'p, adjusted', isNumeric: true },
];

/** One row per feature and segment in which its shift is concentrated. */
export function shiftedSegmentsTable(
  segments: readonly ShiftedSegment[],
  ranked: readonly RankedFeature[],
): Markup {
  if (segments.length === 0) return html`<p>No shift is concentrated in a segment.</p>`;
  const idOf = new Map(ranked.map(({ id, feature }) => [feature.name, id]));
  const rows = segments.map(
    ({ feature, conditions, rowRatio, shiftRatio, inside, outside, adjustedPValue }) =>
      html`<tr><th scope="row"><a href="#${idOf.get(feature)!}">${shortName(feature)}</a></th><td>${conditionsText(conditions)}</td><td class="number">${formatShare(rowRatio)}</td><td class="number">${formatShare(shiftRatio)}</td><td class="number">${formatPoints(inside)}</td><td class="number">${formatPoints(outside)}</td><td class="number">${formatPValue(adjustedPValue)}</td></tr>`,
  );
  return html`<p>Rows in which a feature shifted at least twice as much as in the others, beyond chance; with two conditions, also than in the others that meet one of them. Segments of different columns overlap.</p>
${dataTable('Segments in which shifts are concentrated', columns, rows)}`;
}

function conditionsText(conditions: readonly SegmentCondition[]): string {
  return conditions
    .map(({ column, value }) => `${shortName(column)} ${shortName(value)}`)
    .join(' and ');
}
