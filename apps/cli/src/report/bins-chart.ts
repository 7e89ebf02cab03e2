import type { BinShares, FeatureDrift } from '@modelmeter/core';
import type { CustomSeriesOption } from 'echarts/charts';
import { binLabel, formatShare, isSpecialBin, shortened, shortName } from './format.js';
import { html, type Markup, nothing } from './markup.js';
import { noiseBand } from './noise-band.js';
import { paint } from './palette.js';
import { chartFontSize, svgChart } from './svg-chart.js';

const categoriesShown = 20;
const labelWidth = 112;
/** ECharts measures text in a narrow font; the font of the reader may be wider. */
const wideFont = 1.16;
const rowHeight = 26;
const axisHeight = 34;

/** Share from which the axis goes up to all rows. */
const fullAxisFrom = 0.8;

/** The shares of the bins of a feature as pairs of bars, with the band that chance alone explains. */
export function binsChart(feature: FeatureDrift): Markup {
  const bins = shownBins(feature);
  if (bins.length === 0) return html`<p>There are no rows to show.</p>`;
  const rows = { reference: feature.referenceRows, current: feature.currentRows };
  const bands = bins.map(({ referenceRatio }) => noiseBand(referenceRatio, rows));
  const height = bins.length * rowHeight + axisHeight;
  const svg = svgChart(
    {
      grid: {
        left: labelWidth * wideFont + 8,
        right: 20,
        top: 4,
        bottom: axisHeight - 4,
        outerBoundsMode: 'none',
      },
      xAxis: {
        type: 'value',
        min: 0,
        // Shares end at 1; the axis of large ones must not go beyond.
        max: ({ max }: { max: number }) => (max > fullAxisFrom ? 1 : null),
        splitNumber: 4,
        axisLabel: {
          color: paint('text'),
          fontSize: chartFontSize,
          hideOverlap: true,
          formatter: axisShare,
        },
        splitLine: { lineStyle: { color: paint('grid') } },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: bins.map(({ bin }) => binLabel(bin)),
        axisLabel: {
          color: paint('text'),
          fontSize: chartFontSize,
          interval: 0,
          width: labelWidth,
          overflow: 'truncate',
          ellipsis: '…',
        },
        axisLine: { lineStyle: { color: paint('text') } },
        axisTick: { show: false },
      },
      series: [
        {
          type: 'bar',
          silent: true,
          barWidth: 8,
          barGap: '12%',
          itemStyle: {
            color: paint('reference-fill'),
            borderColor: paint('reference'),
            borderWidth: 1.25,
          },
          data: bins.map(({ referenceRatio }) => referenceRatio),
        },
        {
          type: 'bar',
          silent: true,
          barWidth: 8,
          itemStyle: { color: paint('current') },
          data: bins.map(({ currentRatio }) => currentRatio),
        },
        {
          type: 'custom',
          silent: true,
          renderItem: drawBand,
          encode: { x: [0, 1], y: 2 },
          data: bands.map(({ lower, upper }, index) => [lower, upper, index]),
        },
      ],
    },
    height,
    describe(feature),
  );
  return html`<figure>
${svg}
<figcaption>
<ul class="key"><li><i class="swatch reference"></i>reference</li><li><i class="swatch current"></i>current</li><li><i class="swatch band"></i>range of 95 % of the current shares under chance alone</li></ul>
${leftOutSentence(feature)}
</figcaption>
</figure>`;
}

/** All numeric bins; of the categories the largest, in their order. Empty special bins are left out. */
function shownBins({ bins, type }: FeatureDrift): readonly BinShares[] {
  const filled = bins.filter((bin) => !isSpecialBin(bin.bin) || largestShare(bin) > 0);
  if (type === 'numeric' || filled.length <= categoriesShown) return filled;
  const largest = new Set(
    [...filled].sort((a, b) => largestShare(b) - largestShare(a)).slice(0, categoriesShown),
  );
  return filled.filter((bin) => largest.has(bin));
}

function largestShare({ referenceRatio, currentRatio }: BinShares): number {
  return Math.max(referenceRatio, currentRatio);
}

function leftOutSentence(feature: FeatureDrift): Markup {
  const shown = shownBins(feature).length;
  const filled = feature.bins.filter((bin) => largestShare(bin) > 0).length;
  if (feature.type === 'numeric' || shown < categoriesShown || filled <= shown) return nothing;
  return html`<p>The chart shows the ${shown} largest categories; the table below also has the ${filled - shown} smaller ones.</p>`;
}

function describe({ name, largestShifts }: FeatureDrift): string {
  const title = `Shares of the rows of ${shortName(name)} by bin, reference and current.`;
  const [largest] = largestShifts;
  if (largest === undefined) return title;
  const bin = shortened(binLabel(largest.bin), 60);
  return `${title} Largest change: ${bin}, from ${formatShare(largest.referenceRatio)} to ${formatShare(largest.currentRatio)}.`;
}

function axisShare(value: number): string {
  return `${Number((value * 100).toPrecision(3))} %`;
}

/** A bracket over both bars of a bin: translucent, so that their ends stay visible. */
const drawBand: NonNullable<CustomSeriesOption['renderItem']> = (_, api) => {
  const [left = 0, middle = 0] = api.coord([api.value(0), api.value(2)]);
  const [right = 0] = api.coord([api.value(1), api.value(2)]);
  return {
    type: 'rect',
    shape: { x: left, y: middle - 10, width: Math.max(1, right - left), height: 20 },
    style: { fill: paint('band'), fillOpacity: 0.22, stroke: paint('band'), lineWidth: 1 },
  };
};
