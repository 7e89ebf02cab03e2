import { describe, expect, it } from 'vitest';
import type { Dashboard } from '../src/grafana.js';
import { buildDashboards } from '../src/index.js';
import {
  contentPanels,
  dashboardRules,
  lintDashboard,
  panelRules,
  queryRules,
} from './lint-rules.js';

/** Where a rule is not kept, and why. */
interface Exception {
  readonly rule: string;
  readonly dashboard: string;
  readonly panels: readonly string[];
  readonly reason: string;
}

const exceptions: readonly Exception[] = [
  {
    rule: 'target-instance-rule',
    dashboard: 'overview',
    panels: ['Firing alerts now', 'Models', 'Firing alerts'],
    reason:
      'ALERTS of models are about all processes together and have no instance; the job, model and version are matched.',
  },
  {
    rule: 'target-instance-rule',
    dashboard: 'data_drift',
    panels: [
      'Population stability index of the fleet',
      'Share moved of the fleet',
      'Kolmogorov-Smirnov distance of the fleet',
      'Jensen-Shannon distance of the fleet',
    ],
    reason: 'Rules record the scores of a fleet over all processes, without an instance.',
  },
  {
    rule: 'target-instance-rule',
    dashboard: 'serving_latency',
    panels: ['Burn rate over an hour', 'Level of the call detector'],
    reason: 'Rules record the bad events of an objective over all processes, without an instance.',
  },
  {
    rule: 'target-instance-rule',
    dashboard: 'model_performance',
    panels: ['Level of the quality detector'],
    reason: 'Rules record the level of a detector over all processes, without an instance.',
  },
  {
    rule: 'target-rate-interval-rule',
    dashboard: 'overview',
    panels: ['Prediction calls', 'Failed calls', 'Models'],
    reason: 'What is now means the five minutes of the alert rules, and accuracy their hour.',
  },
  {
    rule: 'target-rate-interval-rule',
    dashboard: 'overview',
    panels: ['Accuracy above the threshold', 'Targets by model'],
    reason: 'Targets come late and seldom; accuracy is what ModelAccuracyDrop sees, over an hour.',
  },
  {
    rule: 'target-rate-interval-rule',
    dashboard: 'model_performance',
    panels: [
      'Accuracy of the fleet',
      'Accuracy now',
      'Precision',
      'Recall',
      'F1',
      'Outcomes of binary classifiers',
      'F1 by class',
      'Mean absolute error',
      'Root mean squared error',
      'Means of the fleet',
      'Targets of the last hour',
      'Delay of targets',
      'Pending predictions',
    ],
    reason: 'Targets come late and seldom; the hour is that of ModelAccuracyDrop.',
  },
  {
    rule: 'target-rate-interval-rule',
    dashboard: 'serving_latency',
    panels: ['p99', 'Slow calls now', 'Failed calls'],
    reason: 'What is now means the five minutes of ModelLatencyHigh and ModelErrorRateHigh.',
  },
  {
    rule: 'target-rate-interval-rule',
    dashboard: 'serving_latency',
    panels: ['Latency budget left', 'Error budget left', 'Burn rate over an hour'],
    reason: 'A budget is that of the shown time, and a burn rate has a window in its name.',
  },
  {
    rule: 'target-rate-interval-rule',
    dashboard: 'data_drift',
    panels: ['Numeric: current and reference', 'Categorical: current and reference'],
    reason: 'A distribution needs all rows of the shown time.',
  },
  {
    rule: 'target-rate-interval-rule',
    dashboard: 'system_health',
    panels: ['Drift runs', 'Duration of drift runs, p95', 'Dropped series'],
    reason: 'Drift runs and refusals are some a day; per scrape interval they would be 0.',
  },
];

const built = buildDashboards();

const isExcepted = (name: string, rule: string, panel: string): boolean =>
  exceptions.some(
    (exception) =>
      exception.dashboard === name && exception.rule === rule && exception.panels.includes(panel),
  );

describe('the rules of the linter for dashboards', () => {
  it.each(Object.entries(built))(
    'hold for %s except for the listed exceptions',
    (name, dashboard) => {
      const violations = lintDashboard(dashboard);
      expect(violations.filter(({ rule, panel }) => !isExcepted(name, rule, panel))).toEqual([]);
    },
  );

  it.each(
    exceptions.flatMap(({ dashboard, rule, panels }) =>
      panels.map((panel) => ({ dashboard, rule, panel })),
    ),
  )('still need the exception of $rule for $dashboard / $panel', ({ dashboard, rule, panel }) => {
    const violations = lintDashboard(built[dashboard]!);
    expect(violations.filter((found) => found.rule === rule && found.panel === panel)).not.toEqual(
      [],
    );
  });

  const broken: Readonly<Record<string, (dashboard: Mutable) => void>> = {
    'template-datasource-rule': ({ templating }) => templating.list.shift(),
    'template-job-rule': ({ templating }) => Object.assign(templating.list[1]!, { allValue: '.*' }),
    'template-instance-rule': ({ templating }) =>
      Object.assign(templating.list[2]!, { multi: false }),
    'template-label-promql-rule': ({ templating }) =>
      Object.assign(templating.list[1]!, { query: 'label_values(model_info{job=~, job)' }),
    'template-on-time-change-reload-rule': ({ templating }) =>
      Object.assign(templating.list[1]!, { refresh: 1 }),
    'uneditable-dashboard-rule': (dashboard) => Object.assign(dashboard, { editable: true }),
    'panel-datasource-rule': (dashboard) =>
      Object.assign(firstPanel(dashboard), { datasource: { type: 'prometheus', uid: 'prom' } }),
    'panel-title-description-rule': (dashboard) =>
      Object.assign(firstPanel(dashboard), { description: '' }),
    'panel-units-rule': (dashboard) =>
      Object.assign(firstPanel(dashboard), {
        fieldConfig: { defaults: { unit: 'furlongs' }, overrides: [] },
      }),
    'panel-no-targets-rule': (dashboard) => Object.assign(firstPanel(dashboard), { targets: [] }),
    'target-promql-rule': (dashboard) =>
      query(dashboard, 'up{job=~"$job",instance=~"$instance"} +'),
    'target-rate-interval-rule': (dashboard) =>
      query(dashboard, 'rate(model_predictions_total{job=~"$job",instance=~"$instance"}[3m])'),
    'target-job-rule': (dashboard) => query(dashboard, 'up{instance=~"$instance"}'),
    'target-instance-rule': (dashboard) => query(dashboard, 'up{job=~"$job"}'),
    'target-counter-agg-rule': (dashboard) =>
      query(dashboard, 'sum(model_predictions_total{job=~"$job",instance=~"$instance"})'),
  };

  it('all have a dashboard that violates them', () => {
    const rules = [dashboardRules, panelRules, queryRules].flatMap(Object.keys);
    expect(Object.keys(broken).sort()).toEqual(rules.sort());
  });

  it.each(Object.entries(broken))('report exactly the violation of %s', (rule, breakIt) => {
    const dashboard = structuredClone(built.serving_latency) as Mutable;
    const rulesBroken = (): string[] =>
      lintDashboard(dashboard)
        .filter(
          (found) => !isExcepted('serving_latency', found.rule, found.panel) || found.rule === rule,
        )
        .map((found) => found.rule);
    const before = rulesBroken().length;
    breakIt(dashboard);
    const after = rulesBroken();
    expect(after.length).toBeGreaterThan(before);
    expect([...new Set(after)]).toEqual([rule]);
  });
});

type Mutable = Omit<Dashboard, 'templating'> & {
  templating: { list: Dashboard['templating']['list'][number][] };
};

function firstPanel(dashboard: Mutable): object {
  return contentPanels(dashboard.panels).find(({ title }) => title === 'Rows per second')!;
}

function query(dashboard: Mutable, expr: string): void {
  const panel = firstPanel(dashboard) as { targets: { expr: string }[] };
  panel.targets[0]!.expr = expr;
}
