import { buildDashboard } from './build.js';
import { dashboards } from './dashboards.js';
import type { Dashboard } from './grafana.js';

export type { Dashboard } from './grafana.js';

/**
 * Builds every dashboard as classic Grafana JSON, by the name of its committed file. The result
 * depends only on the options.
 *
 * @param options.runbookBase Base URL of the runbooks; default: that of the exporter in the docker
 * compose stack.
 */
export function buildDashboards(
  options: { readonly runbookBase?: string } = {},
): Readonly<Record<string, Dashboard>> {
  return Object.fromEntries(
    dashboards.map((spec) => [spec.name, buildDashboard(spec, options.runbookBase)]),
  );
}
