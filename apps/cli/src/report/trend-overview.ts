import type { DriftState } from '@modelmeter/core';
import { driftStates } from '@modelmeter/core/catalogue';
import type { ChunkResult } from '../compare/drift-result.js';
import { displayName, shortName } from './format.js';
import { html, type Markup } from './markup.js';
import type { RankedFeature } from './ranking.js';
import { stateLooks } from './states.js';
import { scrolling } from './table.js';
import type { TrendPoint } from './trends.js';

/** The state of every feature in every chunk, as a field of coloured letters. */
export function trendOverview(
  chunks: readonly ChunkResult[],
  ranked: readonly RankedFeature[],
  trendOf: (name: string) => readonly TrendPoint[],
): Markup {
  const key = driftStates.map((state) => {
    const { words, letter, style } = stateLooks[state];
    return html`<li><i class="cell ${style}">${letter}</i>${words}</li>`;
  });
  const caption = 'State of every feature in every chunk';
  const head = chunks.map(
    (chunk) => html`<th scope="col"><span>${displayName(chunk.key)}</span></th>`,
  );
  const rows = ranked.map(
    ({ id, feature }) =>
      html`<tr><th scope="row"><a href="#${id}">${shortName(feature.name)}</a></th>${trendOf(feature.name).map(({ found }) => stateCell(found?.state))}</tr>\n`,
  );
  return html`<ul class="key">${key}</ul>
${scrolling(
  caption,
  html`<table class="heat">
<caption><span>${caption}</span></caption>
<thead><tr><th scope="col">Feature</th>${head}</tr></thead>
<tbody>
<tr class="whole"><th scope="row">All features</th>${chunks.map(({ state }) => stateCell(state))}</tr>
${rows}</tbody>
</table>`,
)}`;
}

function stateCell(state: DriftState | undefined): Markup {
  if (state === undefined) return html`<td><span class="unseen">no data</span></td>`;
  const { words, letter, style } = stateLooks[state];
  return html`<td class="${style}"><i>${letter}</i><span class="unseen">${words}</span></td>`;
}
