import type { DriftResult, SegmentResult } from '../compare/drift-result.js';
import { counted, formatCount, shortName } from './format.js';
import { html, joined, type Markup, nothing } from './markup.js';
import type { RankedFeature } from './ranking.js';
import { countStates, stateBadge } from './states.js';
import { dataTable } from './table.js';

const namesShown = 8;

const columns = [
  { label: 'Segment' },
  { label: 'State' },
  { label: 'Reference rows', isNumeric: true },
  { label: 'Current rows', isNumeric: true },
  { label: 'In drift' },
  { label: 'To investigate' },
  { label: 'Undecided', isNumeric: true },
];

/** One row per segment, and how many rows are in none of them. */
export function segmentsTable(
  { column, values, leftOut, added, missing }: NonNullable<DriftResult['segments']>,
  ranked: readonly RankedFeature[],
): Markup {
  const idOf = new Map(ranked.map(({ id, feature }) => [feature.name, id]));
  const rest =
    leftOut.segments === 0
      ? nothing
      : html`<p>${counted(leftOut.segments, 'smaller segment')} with ${counted(leftOut.rows, 'row')} of the reference ${leftOut.segments === 1 ? 'was' : 'were'} left out.</p>`;
  const isNew =
    added.segments === 0
      ? nothing
      : html`<p>${counted(added.segments, 'segment')} with ${counted(added.rows, 'row')} ${added.segments === 1 ? 'is' : 'are'} not in the reference; nothing can be decided about ${added.segments === 1 ? 'it' : 'them'}.</p>`;
  const without =
    missing === 0
      ? nothing
      : html`<p>${counted(missing, 'current row')} without a value ${missing === 1 ? 'is' : 'are'} in no segment.</p>`;
  return html`<p>The rows of each value of <strong>${shortName(column)}</strong>, compared with the rows of the same value in the reference.</p>
${dataTable(
  `Segments of ${shortName(column)}`,
  columns,
  values.map((segment) => row(segment, idOf)),
)}
${rest}
${isNew}
${without}`;
}

function row(segment: SegmentResult, idOf: ReadonlyMap<string, string>): Markup {
  const named = (state: SegmentResult['state']): Markup =>
    names(
      segment.features.filter((feature) => feature.state === state).map(({ name }) => name),
      idOf,
    );
  return html`<tr><th scope="row">${shortName(segment.value)}</th><td>${stateBadge(segment.state)}</td><td class="number">${formatCount(segment.referenceRows)}</td><td class="number">${formatCount(segment.currentRows)}</td><td class="names">${named('drift')}</td><td class="names">${named('investigate')}</td><td class="number">${countStates(segment.features).insufficient_data}</td></tr>`;
}

function names(all: readonly string[], idOf: ReadonlyMap<string, string>): Markup {
  if (all.length === 0) return html`–`;
  const links = all.slice(0, namesShown).map((name) => {
    const id = idOf.get(name);
    return id === undefined ? shortName(name) : html`<a href="#${id}">${shortName(name)}</a>`;
  });
  const more = all.length - links.length;
  return html`${joined(links, ', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`;
}
