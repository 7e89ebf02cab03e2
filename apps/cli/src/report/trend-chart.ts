import type { FeatureDrift } from '@modelmeter/core';
import { driftStates } from '@modelmeter/core/catalogue';
import { scoreName, sizeText } from '@modelmeter/core/drift';
import { chunkAxes } from './chunk-axes.js';
import { counted, displayName, shortened, shortName } from './format.js';
import { intervalLines } from './interval-lines.js';
import { html, type Markup } from './markup.js';
import { paint } from './palette.js';
import { countStates, stateLooks } from './states.js';
import { svgChart } from './svg-chart.js';
import type { TrendPoint } from './trends.js';

const height = 230;
const markerSizes = { ok: 7, investigate: 11, drift: 13, insufficient: 8 } as const;
/** A missing value in ECharts. */
const gap = '-';

/** An interval is drawn up to this multiple of the drift threshold, so that the estimates stay apart. */
const intervalReach = 2;

/** The size that decides about a feature by chunk, with its 95 % interval and its thresholds. */
export function trendChart(feature: FeatureDrift, points: readonly TrendPoint[]): Markup {
  const { statistic, thresholds } = feature;
  const effects = points.map(({ found }) => shownEffect(found, statistic));
  const estimates = effects.map((effect) => effect?.estimate);
  const most = Math.max(thresholds.drift, ...estimates.map(orZero));
  const highs = effects.map((effect) => Math.min(orZero(effect?.high), intervalReach * most));
  const top = Math.max(most, ...highs) * 1.08;
  const svg = svgChart(
    {
      ...chunkAxes(
        points.map(({ key }) => shortened(displayName(key), 20)),
        { min: 0, max: top, formatter: (value) => sizeText(statistic, value) },
      ),
      series: [
        intervalLines(
          effects.flatMap((effect, index) =>
            effect === undefined ? [] : [[index, effect.low, highs[index]!]],
          ),
        ),
        {
          type: 'line',
          silent: true,
          showAllSymbol: true,
          lineStyle: { color: paint('text'), width: 1.5 },
          data: points.map(({ found }, index) => ({
            value: estimates[index] ?? gap,
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
<ul class="key">${states}<li><i class="line drift"></i>drift from ${sizeText(statistic, thresholds.drift)}</li><li><i class="line investigate"></i>investigate from ${sizeText(statistic, thresholds.investigate)}</li><li><i class="line interval"></i>95 % interval</li></ul>
</figcaption>
</figure>`;
}

/** The effect of a chunk, where one is known. */
function shownEffect(found: TrendPoint['found'], statistic: string) {
  return found?.compared ? found.effects[statistic] : undefined;
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
  const title = `${scoreName(statistic)} of ${shortName(name)} in ${counted(points.length, 'chunk')}`;
  const found = points.flatMap(({ found }) => (found === undefined ? [] : [found]));
  const estimateOf = ({ found }: TrendPoint): number =>
    orZero(shownEffect(found, statistic)?.estimate);
  const highest = Math.max(...points.map(estimateOf));
  const counts = countStates(found);
  const states = driftStates
    .filter((state) => counts[state] > 0)
    .map((state) => `${stateLooks[state].words} in ${counts[state]}`);
  const at = highest > 0 ? points.find((point) => estimateOf(point) === highest) : undefined;
  const peak =
    at === undefined ? '' : `, highest ${sizeText(statistic, highest)} in ${shortName(at.key)}`;
  return `${[`${title}${peak}`, ...states].join('; ')}.`;
}

function orZero(value: number | undefined): number {
  return value ?? 0;
}
