import { defaultRuleOptions, type RuleOptions } from '../src/index.js';
import type { AlertRule } from '../src/rule.js';
import { alertsOf, ruleFiles } from '../src/rule-files.js';
import { runbookUrl } from '../src/runbook-links.js';
import { type InputSeries, runUnitTests, type Verdict } from './promtool.js';

/** An alert that must be firing. */
export interface FiringAlert {
  /** Labels beside the name, `severity` and those that the rule sets. */
  readonly labels: Readonly<Record<string, string>>;
  readonly description: string;
  /** Labels that tell apart rules of one name. */
  readonly rule?: Readonly<Record<string, string>>;
}

/** What happens, and what an alert must do. */
export interface Scenario {
  readonly alert: string;
  /** A sentence that the name of the alert begins. */
  readonly name: string;
  /** Steps that the series last; a target that is lost has fewer. */
  readonly steps: number;
  /** Time between scrapes; default a minute. */
  readonly step?: string;
  /** Time between evaluations; default that between scrapes. */
  readonly evaluatedEvery?: string;
  readonly series: (steps: number) => readonly InputSeries[];
  /** Times at which the alert must not be firing. */
  readonly silentAt: readonly string[];
  /** Times at which exactly these alerts of the name must be firing. */
  readonly firing?: readonly { readonly at: string; readonly alerts: readonly FiringAlert[] }[];
  readonly options?: Partial<RuleOptions>;
}

/** The labels of the model that scenarios are about. */
export const model = { job: 'modelmeter', model_name: 'm', model_version: '1' } as const;

/** A series of that model on one instance. */
export function ofModel(
  metric: string,
  values: string,
  labels: Readonly<Record<string, string>> = {},
  instance = 'a:8001',
): InputSeries {
  return series(metric, values, { ...model, instance, ...labels });
}

/** A series of a process as a whole. */
export function ofProcess(
  metric: string,
  values: string,
  labels: Readonly<Record<string, string>> = {},
): InputSeries {
  return series(metric, values, { job: 'modelmeter', instance: 'a:8001', ...labels });
}

export function series(
  metric: string,
  values: string,
  labels: Readonly<Record<string, string>>,
): InputSeries {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return { series: `${metric}{${pairs.join(',')}}`, values };
}

/** Plays a scenario on the rule file that holds the alert. */
export function play(scenario: Scenario): Promise<Verdict> {
  const { alert, steps, step = '1m', series: input, silentAt, firing = [], options } = scenario;
  const file = ruleFiles(options).find((candidate) =>
    alertsOf([candidate]).some((rule) => rule.alert === alert),
  );
  if (file === undefined) throw new Error(`No rule file has the alert ${alert}`);
  const rules = alertsOf([file]).filter((rule) => rule.alert === alert);
  return runUnitTests(
    [
      {
        interval: step,
        input_series: input(steps),
        alert_rule_test: [
          ...silentAt.map((at) => ({ eval_time: at, alertname: alert, exp_alerts: [] })),
          ...firing.map(({ at, alerts }) => ({
            eval_time: at,
            alertname: alert,
            exp_alerts: alerts.map((one) => expected(rules, one)),
          })),
        ],
      },
    ],
    {
      ...(options === undefined ? {} : { rules: options }),
      files: [`${file.name}.yaml`],
      evaluationInterval: scenario.evaluatedEvery ?? step,
    },
  );
}

function expected(
  rules: readonly AlertRule[],
  { labels, description, rule: own = {} }: FiringAlert,
) {
  const rule = rules.find((one) =>
    Object.entries(own).every(([label, value]) => one.labels?.[label] === value),
  );
  if (rule === undefined) throw new Error(`No rule has the labels ${JSON.stringify(own)}`);
  const { name, variables } = rule.dashboard;
  const query = variables.map(
    (variable) => `var-${variable}=${encodeURIComponent(labels[variable] ?? '')}`,
  );
  return {
    exp_labels: { severity: rule.severity, ...rule.labels, ...labels },
    exp_annotations: {
      summary: rule.summary,
      description,
      runbook_url: runbookUrl(rule.alert, defaultRuleOptions.runbookBase),
      dashboard_url: `${defaultRuleOptions.dashboardBase}/d/modelmeter-${name.replaceAll('_', '-')}${query.length === 0 ? '' : `?${query.join('&')}`}`,
    },
  };
}
