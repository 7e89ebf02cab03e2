import type { DriftResult } from '../compare/drift-result.js';
import { duplicateSentence } from './duplicate-sentence.js';
import { counted, formatCount, formatTime } from './format.js';
import { html, type Markup, nothing } from './markup.js';
import { ordinarySentence } from './ordinary-sentence.js';
import { countStates, stateLooks } from './states.js';

/** The header of the report: the result in words, and what was compared. */
export function summary(result: DriftResult, generated: Date): Markup {
  const counts = countStates(result.features);
  const total = result.features.length;
  const unknown = counts.insufficient_data;
  const inTime = ordinarySentence(result.features);
  const duplicates = duplicateSentence(result);
  const facts: readonly (readonly [string, string])[] = [
    ['Reference', `${result.reference.source}, ${counted(result.reference.rows, 'row')}`],
    ['Current', `${result.current.source}, ${counted(result.current.rows, 'row')}`],
    ...(inTime === undefined ? [] : [['Time', inTime] as const]),
    ...(duplicates === undefined ? [] : [['Repeated rows', duplicates] as const]),
    ['Features decided', `${formatCount(total - unknown)} of ${formatCount(total)}`],
    ['In drift', `${formatCount(counts.drift)} of ${formatCount(total)}`],
    ['To investigate', formatCount(counts.investigate)],
    ['Undecided', formatCount(unknown)],
  ];
  return html`<header class="${stateLooks[result.state].style}">
<p class="kicker">Drift report</p>
<h1>${headline(result)}</h1>
${result.undecided.map(
  (reason) => html`<p><strong>Undecided:</strong> ${reason}</p>
`,
)}${unknown > 0 && total > unknown ? html`<p><strong>Undecided:</strong> ${counted(unknown, 'feature')}, whose shift may be large. The explanations say what would decide.</p>` : nothing}
<dl class="facts">
${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>\n`)}<div><dt>Generated</dt><dd><time datetime="${generated.toISOString()}">${formatTime(generated)}</time></dd></div>
</dl>
</header>`;
}

/** The overall state in words. */
export function headline({ features, state, undecided }: DriftResult): string {
  const counts = countStates(features);
  const total = features.length;
  if (total === 0) return 'No features were compared';
  if (undecided.length > 0 && state !== 'drift')
    return 'Undecided: not everything could be compared';
  if (state === 'drift') return `Drift in ${counts.drift} of ${counted(total, 'feature')}`;
  if (state === 'investigate' && counts.investigate === 0) {
    return 'No drift, but more repeated rows than in the reference';
  }
  if (state === 'investigate') {
    return `No drift, but ${counts.investigate} of ${counted(total, 'feature')} to investigate`;
  }
  if (state === 'insufficient_data')
    return `Nothing could be decided about ${counted(total, 'feature')}`;
  const decided = total - counts.insufficient_data;
  return decided === total
    ? `No drift in ${counted(total, 'feature')}`
    : `No drift in ${decided} of ${counted(total, 'feature')}; nothing could be decided about the others`;
}
