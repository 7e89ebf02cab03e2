import type { DashboardLink } from './rule.js';

/** The URL of a dashboard with its variables set from the labels of the alert. */
export function dashboardUrl({ name, variables }: DashboardLink, base: string): string {
  const uid = `modelmeter-${name.replaceAll('_', '-')}`;
  const query = variables.map((variable) => `var-${variable}={{ $labels.${variable} | urlquery }}`);
  return `${base.replace(/\/+$/, '')}/d/${uid}${query.length === 0 ? '' : `?${query.join('&')}`}`;
}
