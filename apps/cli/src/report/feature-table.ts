import { counted, formatNumber, formatPValue, shortName } from './format.js';
import { html, type Markup, nothing } from './markup.js';
import type { RankedFeature } from './ranking.js';
import { stateBadge } from './states.js';
import { dataTable } from './table.js';

const columns = [
  { label: 'Feature' },
  { label: 'State' },
  { label: 'Score', isNumeric: true },
  { label: 'Noise floor', isNumeric: true },
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
  const { statistic, scores, noiseFloor, thresholds, state, findings } = feature;
  const found =
    findings.length === 0
      ? nothing
      : html` <a href="#data-quality">${counted(findings.length, 'finding')}</a>`;
  return html`<tr><th scope="row"><a href="#${id}">${shortName(feature.name)}</a></th><td>${stateBadge(state)}</td><td class="number">${formatNumber(scores[statistic])} <small>${statistic}</small></td><td class="number">${formatNumber(noiseFloor[statistic])}</td><td class="number">${formatNumber(thresholds.investigate)}</td><td class="number">${formatNumber(thresholds.drift)}</td><td class="number">${formatPValue(decidedPValue(feature))}</td><td class="prose">${feature.explanation}${found}</td></tr>`;
}

/** The adjusted p-value; undefined when nothing could be decided. */
export function decidedPValue({
  state,
  adjustedPValue,
}: Pick<RankedFeature['feature'], 'state' | 'adjustedPValue'>): number | undefined {
  return state === 'insufficient_data' ? undefined : adjustedPValue;
}
