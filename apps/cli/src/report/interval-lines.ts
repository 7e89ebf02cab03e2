import type { CustomSeriesOption } from 'echarts/charts';
import { paint } from './palette.js';

/** Vertical lines from the lower to the upper end of intervals: `[position, low, high]` each. */
export function intervalLines(data: readonly (readonly number[])[]): CustomSeriesOption {
  return {
    type: 'custom',
    silent: true,
    data: data.map((one) => [...one]),
    renderItem: (_, api) => {
      const at = (end: 1 | 2) => api.coord([api.value(0), api.value(end)]);
      const [x, low] = at(1) as [number, number];
      const [, high] = at(2) as [number, number];
      return {
        type: 'line',
        shape: { x1: x, y1: low, x2: x, y2: high },
        style: { fill: 'none', stroke: paint('interval'), lineWidth: 4 },
      };
    },
  };
}
