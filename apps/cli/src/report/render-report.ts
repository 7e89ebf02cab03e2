import type { DriftResult } from '../compare/drift-result.js';
import { featureSection } from './feature-section.js';
import { featureTable } from './feature-table.js';
import { findingsTable } from './findings-table.js';
import { html } from './markup.js';
import { reportPage, type Section } from './page.js';
import { rankFeatures } from './ranking.js';
import { readingSection } from './reading-section.js';
import { segmentsTable } from './segments-table.js';
import { shiftedSegmentsTable } from './shifted-segments-table.js';
import { statesSection } from './states-section.js';
import { headline, summary } from './summary.js';
import { trendOverview } from './trend-overview.js';
import { trendsOf } from './trends.js';

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
  const { chunks = [], changes = [], segments } = result;
  const changesOf = (name: string): readonly string[] =>
    changes.find(({ feature }) => feature === name)?.chunks ?? [];
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
    result.shiftedSegments === undefined
      ? undefined
      : {
          id: 'shifted-segments',
          title: 'Where the shifts are',
          content: shiftedSegmentsTable(result.shiftedSegments, ranked),
        },
    { id: 'data-quality', title: 'Data quality', content: findingsTable(ranked) },
    reading === undefined ? undefined : { id: 'reading', title: 'What was read', content: reading },
    ranked.length === 0
      ? undefined
      : {
          id: 'each-feature',
          title: 'Each feature',
          content: html`${ranked.map((one) => html`${featureSection(one, trendOf(one.feature.name), changesOf(one.feature.name))}\n`)}`,
        },
    { id: 'states', title: 'What the states mean', content: statesSection() },
  ];
  return reportPage({
    title: `${headline(result)} – Modelmeter drift report`,
    version: options.version,
    header: summary(result, options.generated),
    sections: sections.filter((section) => section !== undefined),
  });
}
