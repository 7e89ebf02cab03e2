import type { DriftResult } from '../compare/drift-result.js';
import { counted, formatCount, formatTime } from './format.js';
import { html, type Markup, nothing } from './markup.js';
import { countStates, stateLooks } from './states.js';

/** The head of the report: what was found, in words, and what was compared. */
export function summary(result: DriftResult, generated: Date): Markup {
  const counts = countStates(result.features);
  const total = result.features.length;
  const unknown = counts.insufficient_data;
  const facts: readonly (readonly [string, string])[] = [
    ['Reference', `${result.reference.source}, ${counted(result.reference.rows, 'row')}`],
    ['Current', `${result.current.source}, ${counted(result.current.rows, 'row')}`],
    ['Features judged', `${formatCount(total - unknown)} of ${formatCount(total)}`],
    ['In drift', `${formatCount(counts.drift)} of ${formatCount(total)}`],
    ['To investigate', formatCount(counts.investigate)],
    ['Insufficient data', formatCount(unknown)],
  ];
  return html`<header class="${stateLooks[result.state].style}">
<p class="kicker">Drift report</p>
<h1>${headline(result)}</h1>
${unknown > 0 && total > unknown ? html`<p>${counted(unknown, 'feature')} could not be judged. That is no all-clear.</p>` : nothing}
<dl class="facts">
${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>\n`)}<div><dt>Generated</dt><dd><time datetime="${generated.toISOString()}">${formatTime(generated)}</time></dd></div>
</dl>
</header>`;
}

/** The overall state in words. */
export function headline({ features, state }: DriftResult): string {
  const counts = countStates(features);
  const total = features.length;
  if (total === 0) return 'No features were compared';
  if (state === 'drift') return `Drift in ${counts.drift} of ${counted(total, 'feature')}`;
  if (state === 'investigate') {
    return `No drift, but ${counts.investigate} of ${counted(total, 'feature')} to investigate`;
  }
  if (state === 'insufficient_data') return `Too few rows to judge ${counted(total, 'feature')}`;
  const judged = total - counts.insufficient_data;
  return judged === total
    ? `No drift in ${counted(total, 'feature')}`
    : `No drift in the ${judged} of ${counted(total, 'feature')} that could be judged`;
}
