import type { DashboardLink } from './rule.js';

/** The address of a dashboard with the variables that the labels of an alert give. */
export function dashboardUrl({ name, variables }: DashboardLink, base: string): string {
  const uid = `modelmeter-${name.replaceAll('_', '-')}`;
  const query = variables.map((variable) => `var-${variable}={{ $labels.${variable} | urlquery }}`);
  return `${base.replace(/\/+$/, '')}/d/${uid}${query.length === 0 ? '' : `?${query.join('&')}`}`;
}
