import { type MethodFeature, type MethodResult, methodTitle } from '../method/method-result.js';
import { counted, formatNumber, formatTime, shortName } from './format.js';
import { html, type Markup } from './markup.js';
import { byVerdict, remark } from './method-table.js';
import { reportPage } from './page.js';
import { readingSection } from './reading-section.js';
import { stateBadge, stateLooks } from './states.js';
import { dataTable } from './table.js';

const columns = [
  { label: 'Feature' },
  { label: 'State' },
  { label: 'Statistic' },
  { label: 'Score', isNumeric: true },
  { label: 'Threshold', isNumeric: true },
  { label: 'Remark' },
];

/** The verdict of another package's method as one HTML page. O(features). */
export function renderMethodReport(
  result: MethodResult,
  { generated, version }: { readonly generated: Date; readonly version: string },
): string {
  const reading = readingSection(result);
  const title = `Drift in ${result.driftedFeatures.length} of ${counted(result.features.length, 'feature')} by ${methodTitle(result)}`;
  return reportPage({
    title: `${title} – Modelmeter drift report`,
    version,
    header: header(result, title, generated),
    sections: [
      {
        id: 'features',
        title: 'All features',
        content: dataTable('Features, drift first', columns, byVerdict(result.features).map(row)),
      },
      ...(reading === undefined
        ? []
        : [{ id: 'reading', title: 'What was read', content: reading }]),
    ],
  });
}

function header(result: MethodResult, title: string, generated: Date): Markup {
  const { reference, current, state, undecided } = result;
  const facts = [
    ['Method', `${methodTitle(result)} at its defaults; the decision of Modelmeter is not applied`],
    ['Reference', `${reference.source}, ${counted(reference.rows, 'row')}`],
    ['Current', `${current.source}, ${counted(current.rows, 'row')}`],
    ['Generated', formatTime(generated)],
  ] as const;
  return html`<header class="${stateLooks[state].style}">
<p class="kicker">Drift report</p>
<h1>${title}</h1>
${undecided.map((reason) => html`<p><strong>Undecided:</strong> ${reason}</p>\n`)}<dl class="facts">
${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>\n`)}</dl>
</header>`;
}

function row(feature: MethodFeature): Markup {
  const { name, state, statistic = '–', score, threshold } = feature;
  return html`<tr><th scope="row">${shortName(name)}</th><td>${stateBadge(state)}</td><td>${statistic}</td><td class="number">${formatNumber(score)}</td><td class="number">${formatNumber(threshold)}</td><td class="prose">${remark(feature)}</td></tr>`;
}
