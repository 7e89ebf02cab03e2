import type { DriftResult, Source } from '../compare/drift-result.js';
import { describeReading } from '../read/describe-reading.js';
import { shortName } from './format.js';
import { html, type Markup, nothing } from './markup.js';
import { dataTable } from './table.js';

const columns = [{ label: 'Side' }, { label: 'Column' }, { label: 'Why it is not compared' }];

/** How both sides were read, and what of them was not; undefined when there is nothing to report. */
export function readingSection({
  reference,
  current,
}: Pick<DriftResult, 'reference' | 'current'>): Markup | undefined {
  const sentences = [...sentencesOf('Reference', reference), ...sentencesOf('Current', current)];
  const rows = [
    ...leftOutRows('reference', reference.leftOut),
    ...leftOutRows('current', current.leftOut),
    ...leftOutRows(
      'current',
      current.missingColumns.map((column) => ({ column, reason: 'is missing' })),
    ),
  ];
  if (sentences.length === 0 && rows.length === 0) return undefined;
  return html`${sentences.length === 0 ? nothing : html`<ul>${sentences}</ul>`}
${rows.length === 0 ? nothing : dataTable('Columns that are not compared', columns, rows)}`;
}

function sentencesOf(side: string, source: Source): Markup[] {
  return describeReading(source.source, source).map(
    (sentence) => html`<li><strong>${side}:</strong> ${sentence}</li>`,
  );
}

function leftOutRows(side: string, leftOut: Source['leftOut']): Markup[] {
  return leftOut.map(
    ({ column, reason }) =>
      html`<tr><th scope="row">${side}</th><td>${shortName(column)}</td><td class="prose">${reason}</td></tr>`,
  );
}
