import { defaultRunbookBase, runbookUrl } from '@modelmeter/alerts/runbook-links';
import type { Link } from './grafana.js';

/** The target of a link of a value or a panel. */
export type LinkSpec =
  | {
      readonly to: 'dashboard';
      readonly title: string;
      readonly dashboard: string;
      /** Variables of that dashboard, and the source of their values. */
      readonly set: Readonly<Record<string, string>>;
    }
  /** The runbook whose path is the clicked value. */
  | { readonly to: 'runbook-of-value'; readonly title: string };

/** The uid of a dashboard, used by links and imports. */
export function dashboardUid(name: string): string {
  return `modelmeter-${name.replaceAll('_', '-')}`;
}

/** A link of a value in a panel, with the shown time and the chosen data source and processes. */
export function valueLink(spec: LinkSpec, runbookBase: string = defaultRunbookBase): Link {
  if (spec.to === 'runbook-of-value') {
    const base = runbookBase.replace(/\/+$/, '');
    return {
      ...linkDefaults,
      title: spec.title,
      url: `${base}/\${__value.text:raw}`,
      targetBlank: true,
    };
  }
  const variables = Object.entries(spec.set).map(
    ([name, value]) => `var-${name}=\${${value}:percentencode}`,
  );
  const kept = ['datasource', 'job', 'instance'].map((name) => `\${${name}:queryparam}`);
  return {
    ...linkDefaults,
    title: spec.title,
    url: `/d/${dashboardUid(spec.dashboard)}?${[...kept, ...variables].join('&')}&\${__url_time_range}`,
  };
}

/** A link from a panel to the runbook of an alert about its metric. */
export function runbookLink(alert: string, runbookBase?: string): Link {
  return {
    ...linkDefaults,
    title: `Runbook of ${alert}`,
    url: runbookUrl(alert, runbookBase),
    targetBlank: true,
  };
}

const linkDefaults = {
  type: 'link',
  icon: 'external link',
  tooltip: '',
  tags: [],
  asDropdown: false,
  targetBlank: false,
  includeVars: false,
  keepTime: false,
} as const;

/** The links at the top of every dashboard: the other dashboards, with time and variables. */
export const dashboardLinks: readonly Link[] = [
  {
    ...linkDefaults,
    type: 'dashboards',
    title: 'Modelmeter',
    tags: ['modelmeter'],
    asDropdown: true,
    includeVars: true,
    keepTime: true,
  },
];
