import { readFile } from 'node:fs/promises';
import { Marked } from 'marked';
import { htmlPage } from './html.js';

/** The build copies the runbooks next to its files; the sources read those of the repository. */
const folders = ['./runbooks/', '../../../../runbooks/'];

/** Renders a runbook as an HTML page with an anchor for each heading; undefined for other names. */
export async function findRunbook(name: string): Promise<string | undefined> {
  if (!/^[a-z0-9_]+$/.test(name)) return undefined;
  for (const folder of folders) {
    const text = await readFile(new URL(`${folder}${name}.md`, import.meta.url), 'utf8').catch(
      () => undefined,
    );
    if (text !== undefined) return htmlPage(name.replaceAll('_', ' '), renderRunbook(text));
  }
  return undefined;
}

function renderRunbook(text: string): string {
  const marked = new Marked({
    async: false,
    renderer: {
      heading({ tokens, depth, text: title }) {
        const inner = this.parser.parseInline(tokens);
        return `<h${depth} id="${headingAnchor(title)}">${inner}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens);
        return `<a href="${href.replace(/^(?:\.\/)?([a-z0-9_]+)\.md/, '/runbooks/$1')}">${inner}</a>`;
      },
    },
  });
  return `<main class="text">${marked.parse(text) as string}</main>`;
}

/** Makes the anchor of a heading: `First five minutes` → `first-five-minutes`. */
export function headingAnchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');
}
