import { html, Markup } from './markup.js';
import { styles } from './styles.js';

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Markup;
}

/** One HTML page that needs no network and no script. */
export function reportPage({
  title,
  version,
  header,
  sections,
}: {
  readonly title: string;
  /** The version of Modelmeter. */
  readonly version: string;
  readonly header: Markup;
  readonly sections: readonly Section[];
}): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Modelmeter ${version}">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Markup(styles)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${header}
<nav aria-label="On this page"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main id="content" tabindex="-1">
${sections.map(sectionMarkup)}</main>
<footer><p>Made by Modelmeter ${version}.</p></footer>
</body>
</html>
`.text;
}

function sectionMarkup({ id, title, content }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>
`;
}
