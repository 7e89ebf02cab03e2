import type { DashboardSpec } from './build.js';
import { dataDrift } from './data-drift.js';
import { modelPerformance } from './model-performance.js';
import { overview } from './overview.js';
import { servingLatency } from './serving-latency.js';
import { systemHealth } from './system-health.js';

/** Every dashboard, the overview first. */
export const dashboards: readonly DashboardSpec[] = [
  overview,
  modelPerformance,
  servingLatency,
  dataDrift,
  systemHealth,
];
