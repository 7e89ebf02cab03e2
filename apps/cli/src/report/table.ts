import { html, type Markup } from './markup.js';

/** A column: its heading, and whether it holds numbers, which stand at the right. */
export interface Column {
  readonly label: string;
  readonly isNumeric?: boolean;
}

/** A table with its own scroll bar on narrow pages. */
export function dataTable(
  caption: string,
  columns: readonly Column[],
  rows: readonly Markup[],
): Markup {
  const head = columns.map(({ label, isNumeric = false }) =>
    isNumeric
      ? html`<th scope="col" class="number">${label}</th>`
      : html`<th scope="col">${label}</th>`,
  );
  return scrolling(
    caption,
    html`<table>
<caption><span>${caption}</span></caption>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.map((row) => html`${row}\n`)}</tbody>
</table>`,
  );
}

/** A frame that scrolls, by keyboard too. */
export function scrolling(label: string, content: Markup): Markup {
  return html`<div class="scroll" role="group" aria-label="${label}" tabindex="0">${content}</div>`;
}
