import { qualityScores, type ScoreName, scoreNames } from '@modelmeter/core/catalogue';
import type { ChunkQuality, QualityResult } from '../quality/quality-result.js';
import { counted, formatCount, formatNumber, formatTime } from './format.js';
import { html, type Markup, nothing } from './markup.js';
import { reportPage, type Section } from './page.js';
import { keyText, qualityChart } from './quality-chart.js';
import { dataTable } from './table.js';

/**
 * The estimated and the computed quality of a data set as one HTML page that needs no network and no
 * script. O(chunks x scores).
 *
 * @param options The time and the version of Modelmeter that the report shows.
 */
export function renderQualityReport(
  result: QualityResult,
  { generated, version }: { readonly generated: Date; readonly version: string },
): string {
  const names = shownScores(result);
  const verdict = verdictOf(result, names[0]);
  const charts: readonly Section[] =
    result.chunks.length < 2
      ? []
      : [{ id: 'over-time', title: 'Over chunks', content: chartsOf(result, names) }];
  const withdrawn = result.chunks.filter((chunk) => chunk.withdrawn !== undefined);
  return reportPage({
    title: `${verdict.headline} – Modelmeter quality report`,
    version,
    header: header(result, verdict, generated),
    sections: [
      ...charts,
      { id: 'scores', title: 'Every chunk', content: scoreTable(result, names) },
      ...(withdrawn.length === 0
        ? []
        : [
            {
              id: 'withdrawn',
              title: 'Estimates that do not hold',
              content: withdrawnTable(withdrawn),
            },
          ]),
      { id: 'meaning', title: 'What the scores mean', content: meanings(result, names) },
    ],
  });
}

interface Verdict {
  readonly headline: string;
  readonly style: 'ok' | 'investigate' | 'drift' | 'insufficient';
}

/** The scores that a chunk has, in the order of the catalogue. */
function shownScores({ chunks }: QualityResult): ScoreName[] {
  return scoreNames.filter((name) =>
    chunks.some(({ estimated, realised }) => name in estimated || name in realised),
  );
}

/**
 * The first score of the last chunk in words: worse than on the reference where the whole band of its
 * estimate is on the worse side of the score on the reference.
 */
function verdictOf({ chunks, reference }: QualityResult, name: ScoreName | undefined): Verdict {
  const last = chunks.findLast(({ period }) => period === 'current');
  const score = name === undefined ? undefined : last?.estimated[name];
  if (last === undefined || name === undefined || score === undefined) {
    return { headline: 'No quality could be estimated', style: 'insufficient' };
  }
  const where = last.key === '' ? '' : ` in ${keyText(last.key)}`;
  if (last.withdrawn !== undefined) {
    return { headline: `The estimate${where} does not hold`, style: 'investigate' };
  }
  const before = reference.scores[name];
  const estimated = `${name.replaceAll('_', ' ')} is estimated at ${formatNumber(score.estimate)}${where}`;
  const compared = before === undefined ? '' : `, ${formatNumber(before)} on the reference`;
  const { low, high } = score;
  if (before === undefined || low === undefined || high === undefined) {
    return { headline: capitalised(`${estimated}${compared}`), style: 'insufficient' };
  }
  const isWorse = qualityScores[name].better === 'lower' ? low > before : high < before;
  return {
    headline: capitalised(`${isWorse ? 'worse: ' : ''}${estimated}${compared}`),
    style: isWorse ? 'drift' : 'ok',
  };
}

function header(result: QualityResult, { headline, style }: Verdict, generated: Date): Markup {
  const { reference, current, notes, task } = result;
  const facts = [
    ['Task', task],
    ['Reference', `${reference.source}, ${counted(reference.samples, 'target')}`],
    ['Current', `${current.source}, ${counted(current.rows, 'row')}`],
    ['Current targets', formatCount(current.targets)],
  ] as const;
  return html`<header class="${style}">
<p class="kicker">Quality report</p>
<h1>${headline}</h1>
${notes.map((note) => html`<p>${note}</p>\n`)}<dl class="facts">
${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>\n`)}<div><dt>Generated</dt><dd><time datetime="${generated.toISOString()}">${formatTime(generated)}</time></dd></div>
</dl>
</header>`;
}

function chartsOf(
  { chunks, reference, bands }: QualityResult,
  names: readonly ScoreName[],
): Markup {
  const charts = names.map(
    (name) =>
      html`<div><h3>${name}</h3>\n${qualityChart(name, chunks, { onReference: reference.scores[name], bands: bands[name] })}</div>\n`,
  );
  return html`<div class="charts">\n${charts}</div>`;
}

function scoreTable({ chunks }: QualityResult, names: readonly ScoreName[]): Markup {
  const columns = [
    { label: 'Chunk' },
    { label: 'Side' },
    { label: 'Rows', isNumeric: true },
    { label: 'Targets', isNumeric: true },
    ...names.flatMap((name) => [
      { label: `${name}, estimated`, isNumeric: true },
      { label: `${name}, computed`, isNumeric: true },
    ]),
  ];
  const scoresOf = (chunk: ChunkQuality, name: ScoreName): Markup => {
    const score = chunk.estimated[name];
    const band =
      score?.low === undefined || score.high === undefined
        ? nothing
        : html` <small>[${formatNumber(score.low)} ${formatNumber(score.high)}]</small>`;
    return html`<td class="number">${formatNumber(score?.estimate)}${band}</td><td class="number">${formatNumber(chunk.realised[name])}</td>`;
  };
  return dataTable(
    'Scores with the 95 % bands of the estimates',
    columns,
    chunks.map(
      (chunk) =>
        html`<tr><th scope="row">${keyText(chunk.key)}${chunk.withdrawn === undefined ? '' : ' *'}</th><td>${chunk.period}</td><td class="number">${formatCount(chunk.rows)}</td><td class="number">${formatCount(chunk.targets)}</td>${names.map((name) => scoresOf(chunk, name))}</tr>`,
    ),
  );
}

function withdrawnTable(chunks: readonly ChunkQuality[]): Markup {
  return dataTable(
    'Chunks whose estimate does not hold, marked * above',
    [{ label: 'Chunk' }, { label: 'Reason' }],
    chunks.map(
      ({ key, withdrawn }) =>
        html`<tr><th scope="row">${keyText(key)}</th><td class="prose">${withdrawn?.message}</td></tr>`,
    ),
  );
}

function meanings({ task }: QualityResult, names: readonly ScoreName[]): Markup {
  const estimate =
    task === 'regression'
      ? 'The size of the error of each row, by what such predictions had on the reference.'
      : 'The probabilities of the model, calibrated on the reference, say how many rows of each score are positive.';
  const terms: readonly (readonly [string, string])[] = [
    ['estimated', `${estimate} No target of the current rows is used.`],
    [
      '95 % band',
      'Where the score of a chunk lies in 95 of 100 cases, by how much the chunks of the reference differed.',
    ],
    ['computed', 'From the targets that are known.'],
    ...names.map((name) => [name, qualityScores[name].help] as const),
  ];
  return html`<dl class="terms">${terms.map(([term, text]) => html`<div><dt>${term}</dt><dd>${text}</dd></div>`)}</dl>`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
