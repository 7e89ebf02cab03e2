import type { DriftResult } from '../compare/drift-result.js';
import { featureSection } from './feature-section.js';
import { featureTable } from './feature-table.js';
import { findingsTable } from './findings-table.js';
import { html, Markup } from './markup.js';
import { rankFeatures } from './ranking.js';
import { readingSection } from './reading-section.js';
import { segmentsTable } from './segments-table.js';
import { statesSection } from './states-section.js';
import { styles } from './styles.js';
import { headline, summary } from './summary.js';
import { trendOverview } from './trend-overview.js';
import { trendsOf } from './trends.js';

interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Markup;
}

/**
 * The report of a comparison as one HTML page that needs no network and no script. O(features x
 * (bins + chunks)).
 *
 * @param options The time and the version of Modelmeter that the report shows; everything else comes
 * from the result.
 */
export function renderReport(
  result: DriftResult,
  options: { readonly generated: Date; readonly version: string },
): string {
  const { chunks = [], segments } = result;
  const ranked = rankFeatures(result.features);
  const trendOf = trendsOf(chunks);
  const reading = readingSection(result);
  const sections: readonly (Section | undefined)[] = [
    { id: 'features', title: 'All features', content: featureTable(ranked) },
    chunks.length === 0
      ? undefined
      : { id: 'chunks', title: 'Over chunks', content: trendOverview(chunks, ranked, trendOf) },
    segments === undefined
      ? undefined
      : { id: 'segments', title: 'Segments', content: segmentsTable(segments, ranked) },
    { id: 'data-quality', title: 'Data quality', content: findingsTable(ranked) },
    reading === undefined ? undefined : { id: 'reading', title: 'What was read', content: reading },
    ranked.length === 0
      ? undefined
      : {
          id: 'each-feature',
          title: 'Each feature',
          content: html`${ranked.map((one) => html`${featureSection(one, trendOf(one.feature.name))}\n`)}`,
        },
    { id: 'states', title: 'What the states mean', content: statesSection() },
  ];
  const shown = sections.filter((section) => section !== undefined);

  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Modelmeter ${options.version}">
<link rel="icon" href="data:,">
<title>${headline(result)} – Modelmeter drift report</title>
<style>${new Markup(styles)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the features</a>
${summary(result, options.generated)}
<nav aria-label="On this page"><ul>${shown.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main id="content" tabindex="-1">
${shown.map(sectionMarkup)}</main>
<footer><p>Made by Modelmeter ${options.version}.</p></footer>
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
