import {
  BarChart,
  type BarSeriesOption,
  CustomChart,
  type CustomSeriesOption,
  LineChart,
  type LineSeriesOption,
} from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  MarkLineComponent,
  type MarkLineComponentOption,
} from 'echarts/components';
import { type ComposeOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { html, Markup } from './markup.js';
import { withVariables } from './palette.js';

use([BarChart, CustomChart, LineChart, GridComponent, MarkLineComponent, SVGRenderer]);

export type ChartOption = ComposeOption<
  | BarSeriesOption
  | CustomSeriesOption
  | LineSeriesOption
  | GridComponentOption
  | MarkLineComponentOption
>;

/** Wide enough for one column of a large screen and for the whole of a small one. */
export const chartWidth = 360;
export const chartFontSize = 12;

/**
 * Draws a chart as SVG that scales with its column.
 *
 * @param label Text alternative of the chart.
 */
export function svgChart(option: ChartOption, height: number, label: string): Markup {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: chartWidth, height });
  try {
    chart.setOption({ animation: false, ...option });
    const drawing = plainDrawing(withVariables(chart.renderToSVGString()));
    return html`<svg viewBox="0 0 ${chartWidth} ${height}" role="img" aria-label="${label}">${new Markup(drawing)}</svg>`;
  } finally {
    chart.dispose();
  }
}

/**
 * The drawing without what only a pointer needs, and without clips, whose ids differ from run to
 * run: every axis holds all of its values. Text from the data is escaped there, so that what looks
 * like a tag or an attribute is one.
 */
function plainDrawing(svg: string): string {
  return svg
    .replace(/^<svg[^>]*>|<\/svg>$/g, '')
    .replace(/<(style|defs)[\s\S]*?<\/\1>/g, '')
    .replace(/ (?:class|clip-path|style|pointer-events|xml:space|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/\n+/g, '\n');
}
