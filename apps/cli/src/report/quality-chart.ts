import type { ScoreName } from '@modelmeter/core/catalogue';
import type { ChunkQuality, QualityResult } from '../quality/quality-result.js';
import { chunkAxes } from './chunk-axes.js';
import { counted, displayName, formatCount, formatNumber, shortened } from './format.js';
import { intervalLines } from './interval-lines.js';
import { html, type Markup, nothing } from './markup.js';
import { paint } from './palette.js';
import { svgChart } from './svg-chart.js';

const height = 230;
/** Most chunks of a chart; more would overlap. */
export const chunksDrawn = 120;
/** A missing value in ECharts. */
const gap = '-';

/** Estimates with a computed score, and how many of their bands held it. */
type BandCount = QualityResult['bands'][string];

/**
 * A score by chunk: the estimates with their 95 % bands, the realised scores where targets are known,
 * and the score on the reference as a line. The last 120 chunks.
 */
export function qualityChart(
  name: ScoreName,
  chunks: readonly ChunkQuality[],
  { onReference, bands: held }: { onReference?: number | undefined; bands?: BandCount | undefined },
): Markup {
  const shown = chunks.slice(-chunksDrawn);
  const estimates = shown.map(({ estimated }) => estimated[name]);
  const realised = shown.map((chunk) => chunk.realised[name]);
  const bands = estimates.flatMap((score, index) =>
    score?.low === undefined || score.high === undefined ? [] : [[index, score.low, score.high]],
  );
  const firstCurrent = shown.findIndex(({ period }) => period === 'current');
  const values = [
    ...estimates.map((score) => score?.estimate),
    ...realised,
    ...bands.flatMap(([, low, high]) => [low, high]),
    onReference,
  ].filter((value): value is number => value !== undefined && Number.isFinite(value));
  if (values.length === 0) return nothing;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = 0.08 * (high - low || Math.abs(high) || 1);
  const svg = svgChart(
    {
      ...chunkAxes(
        shown.map(({ key }) => shortened(keyText(key), 20)),
        { min: low - margin, max: high + margin, showMinLabel: false, formatter: formatNumber },
      ),
      series: [
        intervalLines(bands),
        {
          type: 'line',
          silent: true,
          showAllSymbol: true,
          lineStyle: { color: paint('text'), width: 1.5 },
          data: estimates.map((score, index) => ({
            value: finite(score?.estimate),
            ...estimateMarker(shown[index]!),
          })),
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            data: [
              ...(onReference === undefined ? [] : [{ yAxis: onReference, lineStyle: dashes }]),
              ...(firstCurrent > 0 ? [{ xAxis: firstCurrent, lineStyle: dots }] : []),
            ],
          },
        },
        {
          type: 'line',
          silent: true,
          showAllSymbol: true,
          symbol: 'diamond',
          symbolSize: 11,
          lineStyle: { width: 0, opacity: 0 },
          itemStyle: { color: paint('drift') },
          data: realised.map(finite),
        },
      ],
    },
    height,
    describe(name, chunks, onReference),
  );
  return html`<figure>
${svg}
<figcaption>
${held === undefined ? nothing : html`<p>${formatCount(held.held)} of ${formatCount(held.chunks)} bands hold the computed score.</p>\n`}${chunks.length > shown.length ? html`<p>The last ${shown.length} of ${counted(chunks.length, 'chunk')}; the table has all.</p>\n` : nothing}<ul class="key"><li><i class="sign ok" aria-hidden="true">●</i>estimate</li><li><i class="line interval"></i>95 % band</li>${shown.some(({ withdrawn }) => withdrawn !== undefined) ? html`<li><i class="sign insufficient" aria-hidden="true">○</i>estimate that does not hold</li>` : nothing}<li><i class="sign drift" aria-hidden="true">◆</i>computed from targets</li>${onReference === undefined ? nothing : html`<li><i class="line reference"></i>on the reference, ${formatNumber(onReference)}</li>`}${firstCurrent > 0 ? html`<li><i class="line start"></i>first current chunk</li>` : nothing}</ul>
</figcaption>
</figure>`;
}

const dashes = { color: paint('reference'), width: 1.5, type: [7, 4] };
const dots = { color: paint('text'), width: 1.5, type: [2, 4] };

/** The name of a chunk; the rows of a data set that is not cut have none. */
export function keyText(key: string): string {
  return key === '' ? 'all rows' : displayName(key);
}

function finite(value: number | undefined): number | string {
  return value !== undefined && Number.isFinite(value) ? value : gap;
}

function estimateMarker({ withdrawn }: ChunkQuality) {
  const hollow = {
    color: paint('ground'),
    borderColor: paint('insufficient'),
    borderWidth: 2,
  };
  return {
    symbol: 'circle',
    symbolSize: 7,
    itemStyle: withdrawn === undefined ? { color: paint('ok') } : hollow,
  };
}

function describe(
  name: ScoreName,
  chunks: readonly ChunkQuality[],
  onReference: number | undefined,
): string {
  const last = chunks.at(-1)!;
  const parts = [
    onReference === undefined ? '' : `${formatNumber(onReference)} on the reference`,
    last.estimated[name] === undefined
      ? ''
      : `estimated ${formatNumber(last.estimated[name].estimate)} in ${keyText(last.key)}`,
    last.realised[name] === undefined ? '' : `computed ${formatNumber(last.realised[name])} there`,
  ].filter((part) => part !== '');
  return `${name} by chunk: ${parts.join(', ')}.`;
}
