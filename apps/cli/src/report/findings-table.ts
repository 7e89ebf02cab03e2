import type { FindingKind } from '@modelmeter/core';
import { formatShare, shortName } from './format.js';
import { html, type Markup } from './markup.js';
import type { RankedFeature } from './ranking.js';
import { dataTable } from './table.js';

/** The display name of each kind of finding. */
export const findingWords: Readonly<Record<FindingKind, string>> = {
  column_missing: 'column missing',
  constant: 'constant',
  correlation_changed: 'changed correlation',
  missing_increased: 'more missing values',
  out_of_range: 'out of range',
  spike: 'too frequent values',
  stuck: 'stuck on one value',
  swapped_columns: 'swapped columns',
  trend: 'growing shift',
  type_changed: 'type changed',
  unseen_categories: 'new categories',
  vanished_categories: 'vanished categories',
};

const columns = [
  { label: 'Feature' },
  { label: 'Finding' },
  { label: 'Share of rows', isNumeric: true },
  { label: 'Detail' },
];

/** All data-quality findings. */
export function findingsTable(ranked: readonly RankedFeature[]): Markup {
  const rows = ranked.flatMap(({ id, feature }) =>
    feature.findings.map(
      ({ kind, ratio, message }) =>
        html`<tr><th scope="row"><a href="#${id}">${shortName(feature.name)}</a></th><td>${findingWords[kind]}</td><td class="number">${formatShare(ratio)}</td><td class="prose">${message}</td></tr>`,
    ),
  );
  if (rows.length === 0) return html`<p>No data-quality findings.</p>`;
  return html`<p>Problems of the values themselves, whether they drift or not.</p>
${dataTable('Data-quality findings', columns, rows)}`;
}
