import { buildDashboard, type DashboardSpec } from './build.js';
import { dataDrift } from './data-drift.js';
import { modelPerformance } from './model-performance.js';
import { servingLatency } from './serving-latency.js';
import { systemHealth } from './system-health.js';

/** Every dashboard; the file name is `<name>.json`. */
export const dashboards: readonly DashboardSpec[] = [
  modelPerformance,
  servingLatency,
  dataDrift,
  systemHealth,
];

/** A dashboard as the text of its committed file. */
export function renderDashboard(spec: DashboardSpec): string {
  return `${JSON.stringify(buildDashboard(spec), null, 2)}\n`;
}
