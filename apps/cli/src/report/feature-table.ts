import { counted, formatPValue, shortName } from './format.js';
import { html, type Markup, nothing } from './markup.js';
import type { RankedFeature } from './ranking.js';
import { decidedPValue, sizesOf } from './size.js';
import { stateBadge } from './states.js';
import { dataTable } from './table.js';

const columns = [
  { label: 'Feature' },
  { label: 'State' },
  { label: 'Size of the shift', isNumeric: true },
  { label: '95 % interval', isNumeric: true },
  { label: 'Investigate from', isNumeric: true },
  { label: 'Drift from', isNumeric: true },
  { label: 'Adjusted p-value', isNumeric: true },
  { label: 'Explanation' },
];

/** One row per feature, the most urgent first. */
export function featureTable(ranked: readonly RankedFeature[]): Markup {
  if (ranked.length === 0) return html`<p>The two data sets have no features in common.</p>`;
  return dataTable('Features, the most urgent first', columns, ranked.map(row));
}

function row({ id, feature }: RankedFeature): Markup {
  const { state, findings } = feature;
  const sizes = feature.compared ? sizesOf(feature) : [];
  const lines = (parts: readonly Markup[]): Markup =>
    parts.length === 0
      ? html`–`
      : html`${parts.map((part, index) => (index === 0 ? part : html`<br>${part}`))}`;
  const found =
    findings.length === 0
      ? nothing
      : html` <a href="#data-quality">${counted(findings.length, 'finding')}</a>`;
  return html`<tr><th scope="row"><a href="#${id}">${shortName(feature.name)}</a></th><td>${stateBadge(state)}</td><td class="number">${lines(sizes.map(({ name, estimate }) => html`<small>${name}</small> ${estimate}`))}</td><td class="number">${lines(sizes.map(({ interval }) => html`${interval}`))}</td><td class="number">${lines(sizes.map(({ thresholds }) => html`${thresholds.investigate}`))}</td><td class="number">${lines(sizes.map(({ thresholds }) => html`${thresholds.drift}`))}</td><td class="number">${formatPValue(decidedPValue(feature))}</td><td class="prose">${feature.explanation}${found}</td></tr>`;
}
