import { defaultRuleOptions, type GivenRuleOptions } from '../src/index.js';
import type { AlertRule } from '../src/rules/rule.js';
import { alertsOf, ruleFiles } from '../src/rules/rule-files.js';
import { runbookUrl } from '../src/rules/runbook-links.js';
import { type InputSeries, runUnitTests, type UnitTest, type Verdict } from './promtool.js';

/** An alert that must fire. */
export interface FiringAlert {
  /** Labels other than the name, `severity` and those that the rule sets. */
  readonly labels: Readonly<Record<string, string>>;
  readonly description: string;
  /** Labels that distinguish rules of the same name. */
  readonly rule?: Readonly<Record<string, string>>;
}

/** Input series, and when an alert must and must not fire. */
export interface Scenario {
  readonly alert: string;
  /** The rest of a sentence that begins with the name of the alert. */
  readonly name: string;
  /** Number of steps of the series; fewer than the times below when the target is lost. */
  readonly steps: number;
  /** Time between scrapes; default a minute. */
  readonly step?: string;
  /** Time between evaluations; default that between scrapes. */
  readonly evaluatedEvery?: string;
  readonly series: (steps: number) => readonly InputSeries[];
  /** Times at which the alert must not fire. */
  readonly silentAt: readonly string[];
  /** Times at which exactly these alerts of the name must fire. */
  readonly firing?: readonly { readonly at: string; readonly alerts: readonly FiringAlert[] }[];
  readonly options?: GivenRuleOptions;
}

/** The labels of the model of the scenarios. */
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

/** A series of a process. */
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

/** Runs a scenario against the rule file that holds the alert. */
export function play(scenario: Scenario): Promise<Verdict> {
  const { step = '1m', options } = scenario;
  const { files, test } = unitTest(scenario);
  return runUnitTests([test], {
    ...(options === undefined ? {} : { rules: options }),
    files,
    evaluationInterval: scenario.evaluatedEvery ?? step,
  });
}

/** A scenario as a test of promtool, and the rule files that it needs. */
export function unitTest(scenario: Scenario): {
  readonly files: readonly string[];
  readonly test: UnitTest;
} {
  const { alert, name, steps, step = '1m', series: input, silentAt, firing = [] } = scenario;
  const file = ruleFiles(scenario.options).find((candidate) =>
    alertsOf([candidate]).some((rule) => rule.alert === alert),
  );
  if (file === undefined) throw new Error(`No rule file has the alert ${alert}`);
  const rules = alertsOf([file]).filter((rule) => rule.alert === alert);
  return {
    files: [...new Set(['increases.yaml', 'slo.yaml', `${file.name}.yaml`])],
    test: {
      name: `${alert} ${name}`,
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
  };
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
