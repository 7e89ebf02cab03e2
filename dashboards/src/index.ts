import { buildDashboard } from './build.js';
import { dashboards } from './dashboards.js';
import type { Dashboard } from './grafana.js';

export type { Dashboard } from './grafana.js';

/**
 * Every dashboard as classic Grafana JSON, by the name of its committed file; the same options
 * always give the same JSON.
 *
 * @param options.runbookBase Address of the runbooks that panels and alerts link to; default: where
 * the exporter of the docker compose stack serves them.
 */
export function buildDashboards(
  options: { readonly runbookBase?: string } = {},
): Readonly<Record<string, Dashboard>> {
  return Object.fromEntries(
    dashboards.map((spec) => [spec.name, buildDashboard(spec, options.runbookBase)]),
  );
}
