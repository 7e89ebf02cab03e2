import type { FeatureDrift } from '@modelmeter/core';
import { driftStates } from '@modelmeter/core/catalogue';
import { counted, displayName, formatNumber, shortened, shortName } from './format.js';
import { html, type Markup } from './markup.js';
import { paint } from './palette.js';
import { countStates, stateLooks } from './states.js';
import { chartFontSize, svgChart } from './svg-chart.js';
import type { TrendPoint } from './trends.js';

const height = 230;
const markerSizes = { ok: 7, investigate: 11, drift: 13, insufficient: 8 } as const;
/** A missing value in ECharts. */
const gap = '-';

/** The deciding score of a feature by chunk, with its thresholds. */
export function trendChart(feature: FeatureDrift, points: readonly TrendPoint[]): Markup {
  const { statistic, thresholds } = feature;
  const floors = points.map(({ found }) => finite(found?.noiseFloor[statistic]));
  const scores = points.map(({ found }) => finite(found?.scores[statistic]));
  const svg = svgChart(
    {
      grid: { left: 4, right: 14, top: 10, bottom: 4, outerBoundsMode: 'same' },
      xAxis: {
        type: 'category',
        data: points.map(({ key }) => shortened(displayName(key), 20)),
        axisLabel: { color: paint('text'), fontSize: chartFontSize, hideOverlap: true },
        axisLine: { lineStyle: { color: paint('text') } },
        axisTick: { show: false },
      },
      yAxis: {
        type: 'value',
        min: 0,
        max: Math.max(thresholds.drift, ...floors.map(orZero), ...scores.map(orZero)) * 1.08,
        splitNumber: 4,
        axisLabel: {
          color: paint('text'),
          fontSize: chartFontSize,
          showMaxLabel: false,
          formatter: formatAxisScore,
        },
        splitLine: { lineStyle: { color: paint('grid') } },
      },
      series: [
        {
          type: 'line',
          silent: true,
          symbol: 'rect',
          symbolSize: [10, 1.5],
          showAllSymbol: true,
          itemStyle: { color: paint('noise') },
          lineStyle: { color: paint('noise'), width: 1.5, type: [2, 3] },
          data: floors.map((floor) => floor ?? gap),
        },
        {
          type: 'line',
          silent: true,
          showAllSymbol: true,
          lineStyle: { color: paint('text'), width: 1.5 },
          data: points.map(({ found }, index) => ({
            value: scores[index] ?? gap,
            ...marker(found?.state ?? 'insufficient_data'),
          })),
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            data: [
              threshold(thresholds.investigate, 'investigate', [7, 4]),
              threshold(thresholds.drift, 'drift', 'solid'),
            ],
          },
        },
      ],
    },
    height,
    describe(feature, points),
  );
  const states = driftStates.map((state) => {
    const { words, marker: sign, style } = stateLooks[state];
    return html`<li><i class="sign ${style}" aria-hidden="true">${sign}</i>${words}</li>`;
  });
  return html`<figure>
${svg}
<figcaption>
<ul class="key">${states}<li><i class="line drift"></i>drift from ${formatNumber(thresholds.drift)}</li><li><i class="line investigate"></i>investigate from ${formatNumber(thresholds.investigate)}</li><li><i class="line noise"></i>noise floor</li></ul>
</figcaption>
</figure>`;
}

function marker(state: (typeof driftStates)[number]) {
  const { symbol, style } = stateLooks[state];
  const isHollow = state === 'insufficient_data';
  return {
    symbol,
    symbolSize: markerSizes[style],
    itemStyle: {
      color: isHollow ? paint('ground') : paint(style),
      ...(isHollow ? { borderColor: paint(style), borderWidth: 2 } : {}),
    },
  };
}

function threshold(value: number, name: 'investigate' | 'drift', type: 'solid' | number[]) {
  return { yAxis: value, lineStyle: { color: paint(name), width: 1.5, type } };
}

function describe({ name, statistic }: FeatureDrift, points: readonly TrendPoint[]): string {
  const title = `${statistic} of ${shortName(name)} in ${counted(points.length, 'chunk')}`;
  const found = points.flatMap(({ found }) => (found === undefined ? [] : [found]));
  const highest = Math.max(...found.map(({ scores }) => finite(scores[statistic]) ?? 0));
  const counts = countStates(found);
  const states = driftStates
    .filter((state) => counts[state] > 0)
    .map((state) => `${stateLooks[state].words} in ${counts[state]}`);
  const at = points.find(({ found }) => found?.scores[statistic] === highest);
  const peak = at === undefined ? '' : `, highest ${formatNumber(highest)} in ${shortName(at.key)}`;
  return `${[`${title}${peak}`, ...states].join('; ')}.`;
}

function formatAxisScore(value: number): string {
  return value >= 10_000
    ? value.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 3 })
    : formatNumber(value);
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function orZero(value: number | undefined): number {
  return value ?? 0;
}
