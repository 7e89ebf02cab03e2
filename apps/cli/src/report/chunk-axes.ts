import { paint } from './palette.js';
import { chartFontSize } from './svg-chart.js';

/** The axes of a chart over chunks: their names, and values of which the ends of the range have no label. */
export function chunkAxes(
  names: readonly string[],
  values: {
    readonly min: number;
    readonly max: number;
    readonly showMinLabel?: false;
    readonly formatter: (value: number) => string;
  },
) {
  const { min, max, ...labels } = values;
  return {
    grid: { left: 4, right: 14, top: 10, bottom: 4, outerBoundsMode: 'same' as const },
    xAxis: {
      type: 'category' as const,
      data: [...names],
      axisLabel: { color: paint('text'), fontSize: chartFontSize, hideOverlap: true },
      axisLine: { lineStyle: { color: paint('text') }, onZero: false },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value' as const,
      min,
      max,
      splitNumber: 4,
      axisLabel: {
        color: paint('text'),
        fontSize: chartFontSize,
        showMaxLabel: false,
        ...labels,
      },
      splitLine: { lineStyle: { color: paint('grid') } },
    },
  };
}
