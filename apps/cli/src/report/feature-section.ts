import type { FeatureDrift } from '@modelmeter/core';
import { scoreName } from '@modelmeter/core/drift';
import { binsChart } from './bins-chart.js';
import { findingWords } from './findings-table.js';
import {
  binLabel,
  displayName,
  formatCount,
  formatNumber,
  formatPoints,
  formatPValue,
  formatShare,
  shortName,
} from './format.js';
import { html, type Markup, nothing } from './markup.js';
import { noiseBand } from './noise-band.js';
import type { RankedFeature } from './ranking.js';
import { decidedPValue, sizesOf, sizeWords } from './size.js';
import { stateBadge } from './states.js';
import { dataTable } from './table.js';
import { trendChart } from './trend-chart.js';
import type { TrendPoint } from './trends.js';

/** The section of one feature: findings, charts and figures. */
export function featureSection(
  { id, feature }: RankedFeature,
  trend: readonly TrendPoint[],
  changes: readonly string[],
): Markup {
  const { findings } = feature;
  const found = findings.map(
    ({ kind, message }) => html`<li><strong>${findingWords[kind]}:</strong> ${message}</li>`,
  );
  const overTime =
    trend.length === 0
      ? nothing
      : html`<div>
<h4>${scoreName(feature.statistic)} over chunks</h4>
${changes.length === 0 ? nothing : html`<p>Changed in ${changes.map(displayName).join(', ')}.</p>`}
${trendChart(feature, trend)}
${folded('Figures of the trend', trendTable(feature, trend))}
</div>`;
  return html`<article id="${id}" aria-labelledby="${id}-name">
<h3 id="${id}-name">${displayName(feature.name)} ${stateBadge(feature.state)}</h3>
<p>${feature.explanation}</p>
${found.length === 0 ? nothing : html`<ul>${found}</ul>`}
<dl class="facts small">
${facts(feature).map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}
</dl>
<div class="charts">
${feature.embedding === undefined ? binsPart(feature) : vectorsPart(feature, feature.embedding)}
${overTime}
<div>
<h4>Size of the shift</h4>
${sizesTable(feature)}
${folded('All scores', scoresTable(feature))}
</div>
</div>
<p class="back"><a href="#features">Back to all features</a></p>
</article>`;
}

function binsPart(feature: FeatureDrift): Markup {
  return html`<div>
<h4>Shares of the rows</h4>
${binsChart(feature)}
${folded('Figures of the chart', binsTable(feature))}
</div>`;
}

/** How far the vectors moved, and in which respect. */
function vectorsPart(
  { name, scores, effects, statistic }: FeatureDrift,
  { meanNorm, meanCosine }: NonNullable<FeatureDrift['embedding']>,
): Markup {
  const row = (label: string, of: { readonly reference: number; readonly current: number }) =>
    html`<tr><th scope="row">${label}</th><td class="number">${formatNumber(of.reference)}</td><td class="number">${formatNumber(of.current)}</td></tr>`;
  return html`<div>
<h4>Vectors</h4>
<p>Moved by ${formatNumber(scores[statistic])} standard deviations of the reference; 95 % interval ${formatNumber(effects[statistic]?.low)} to ${formatNumber(effects[statistic]?.high)}.</p>
${dataTable(
  `Vectors of ${shortName(name)}`,
  [
    { label: 'Mean' },
    { label: 'Reference', isNumeric: true },
    { label: 'Current', isNumeric: true },
  ],
  [row('Length', meanNorm), row('Cosine to the centre of the reference', meanCosine)],
)}
</div>`;
}

function facts(feature: FeatureDrift): readonly (readonly [string, string])[] {
  const { missingRatio, consecutiveRuns, ordinary } = feature;
  return [
    ['Type', feature.type],
    ['Reference rows', formatCount(feature.referenceRows)],
    ['Current rows', formatCount(feature.currentRows)],
    [
      'Missing',
      `${formatShare(missingRatio.current)}, reference ${formatShare(missingRatio.reference)}`,
    ],
    [`p-value of ${feature.test}`, formatPValue(feature.pValue)],
    ['Adjusted p-value', formatPValue(decidedPValue(feature))],
    ['Significant', feature.significant ? 'yes' : 'no'],
    ...(ordinary === undefined
      ? []
      : [
          [
            `PSI in an ordinary ${ordinary.period}`,
            `${formatNumber(ordinary.psi)}, of ${ordinary.periods}`,
          ] as const,
        ]),
    ...(consecutiveRuns > 1
      ? [['Consecutive runs in drift', formatCount(consecutiveRuns)] as const]
      : []),
  ];
}

function binsTable({ bins, name, referenceRows, currentRows }: FeatureDrift): Markup {
  const rows = bins.map(({ bin, referenceRatio, currentRatio }) => {
    const { lower, upper } = noiseBand(referenceRatio, {
      reference: referenceRows,
      current: currentRows,
    });
    const isOutside = currentRatio < lower || currentRatio > upper;
    return html`<tr><th scope="row">${binLabel(bin)}</th><td class="number">${formatShare(referenceRatio)}</td><td class="number">${formatShare(currentRatio)}</td><td class="number">${formatPoints(currentRatio - referenceRatio)}</td><td class="number">${formatShare(lower)} to ${formatShare(upper)}</td><td>${isOutside ? 'outside' : 'within'}</td></tr>`;
  });
  return dataTable(
    `Shares of the rows of ${shortName(name)}`,
    [
      { label: 'Bin' },
      { label: 'Reference', isNumeric: true },
      { label: 'Current', isNumeric: true },
      { label: 'Change in points', isNumeric: true },
      { label: 'By chance', isNumeric: true },
      { label: 'Current is' },
    ],
    rows,
  );
}

function trendTable({ name, statistic }: FeatureDrift, trend: readonly TrendPoint[]): Markup {
  const rows = trend.map(({ key, found }) =>
    found === undefined
      ? html`<tr><th scope="row">${displayName(key)}</th><td>no data</td><td></td><td></td><td></td><td></td></tr>`
      : html`<tr><th scope="row">${displayName(key)}</th><td>${stateBadge(found.state)}</td><td class="number">${formatCount(found.currentRows)}</td>${sizeColumns(found, statistic)}<td class="number">${formatPValue(decidedPValue(found))}</td></tr>`,
  );
  return dataTable(
    `${scoreName(statistic)} of ${shortName(name)} by chunk`,
    [
      { label: 'Chunk' },
      { label: 'State' },
      { label: 'Rows', isNumeric: true },
      { label: 'Size of the shift', isNumeric: true },
      { label: '95 % interval', isNumeric: true },
      { label: 'Adjusted p-value', isNumeric: true },
    ],
    rows,
  );
}

function sizeColumns(
  { compared, effects }: Pick<FeatureDrift, 'compared' | 'effects'>,
  statistic: string,
): Markup {
  const effect = compared ? effects[statistic] : undefined;
  if (effect === undefined) return html`<td class="number">–</td><td class="number">–</td>`;
  const { estimate, interval } = sizeWords(statistic, effect);
  return html`<td class="number">${estimate}</td><td class="number">${interval}</td>`;
}

function sizesTable(feature: FeatureDrift): Markup {
  const rows = (feature.compared ? sizesOf(feature) : []).map(
    ({ name, estimate, interval, thresholds }) =>
      html`<tr><th scope="row">${name}</th><td class="number">${estimate}</td><td class="number">${interval}</td><td class="number">${thresholds.investigate}</td><td class="number">${thresholds.drift}</td></tr>`,
  );
  if (rows.length === 0) return html`<p>It could not be measured.</p>`;
  return dataTable(
    `Size of the shift of ${shortName(feature.name)}`,
    [
      { label: 'By' },
      { label: 'Estimate', isNumeric: true },
      { label: '95 % interval', isNumeric: true },
      { label: 'Investigate from', isNumeric: true },
      { label: 'Drift from', isNumeric: true },
    ],
    rows,
  );
}

function scoresTable(feature: FeatureDrift): Markup {
  const { name, scores, noiseFloor, ksResolution = 0 } = feature;
  const rows = Object.keys(scores).map(
    (score) =>
      html`<tr><th scope="row" class="code">${score}</th><td class="number">${formatNumber(scores[score])}</td><td class="number">${formatNumber(noiseFloor[score])}</td></tr>`,
  );
  return html`${dataTable(
    `Scores of ${shortName(name)}`,
    [
      { label: 'Statistic' },
      { label: 'Score', isNumeric: true },
      { label: 'Noise floor', isNumeric: true },
    ],
    rows,
  )}
${ksResolution > 0 ? html`<p class="note">The KS distance may be up to ${formatNumber(ksResolution)} larger.</p>` : nothing}`;
}

function folded(label: string, content: Markup): Markup {
  return html`<details><summary>${label}</summary>
${content}
</details>`;
}
