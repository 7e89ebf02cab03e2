import type { DriftState } from '@modelmeter/core';
import { driftStates } from '@modelmeter/core/catalogue';
import { html, type Markup } from './markup.js';

/** How a state is written and drawn: never by colour alone. */
interface StateLook {
  readonly words: string;
  /** One character for the table of all chunks. */
  readonly letter: string;
  /** The marker in a trend, as a character and as ECharts calls it. */
  readonly marker: string;
  readonly symbol: string;
  /** Part of the names of the CSS classes and variables. */
  readonly style: 'ok' | 'investigate' | 'drift' | 'insufficient';
}

export const stateLooks: Readonly<Record<DriftState, StateLook>> = {
  ok: { words: 'ok', letter: '·', marker: '●', symbol: 'circle', style: 'ok' },
  investigate: {
    words: 'investigate',
    letter: 'I',
    marker: '▲',
    symbol: 'triangle',
    style: 'investigate',
  },
  drift: { words: 'drift', letter: 'D', marker: '◆', symbol: 'diamond', style: 'drift' },
  insufficient_data: {
    words: 'insufficient data',
    letter: '?',
    marker: '○',
    symbol: 'circle',
    style: 'insufficient',
  },
};

/** The state as a coloured word. */
export function stateBadge(state: DriftState): Markup {
  const { words, style } = stateLooks[state];
  return html`<span class="state ${style}">${words}</span>`;
}

/** Counts features, chunks or segments by state. */
export function countStates(
  evaluated: readonly { readonly state: DriftState }[],
): Record<DriftState, number> {
  const counts = Object.fromEntries(driftStates.map((state) => [state, 0])) as Record<
    DriftState,
    number
  >;
  for (const { state } of evaluated) counts[state] += 1;
  return counts;
}
