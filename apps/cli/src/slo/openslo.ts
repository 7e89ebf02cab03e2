import { type ExporterConfig, type ModelConfig, writtenConfig } from '@modelmeter/config-file';
import { stringify } from 'yaml';
import type { BudgetWindow } from './budgets.js';
import { type ObjectiveKind, objectiveKinds } from './objectives.js';

/** The longest name of an object of OpenSLO, which is a DNS label. */
const longestName = 63;

/** The target of the notifications of a burn rate. */
const notificationTarget = 'alertmanager';

/** An objective that a model has. */
interface Objective extends ObjectiveKind {
  readonly target: number;
  /** What a good event keeps to, such as a time, as the configuration has it. */
  readonly limit: string | undefined;
}

/** The settings of objectives as a file has them. */
type WrittenObjectives = Readonly<Record<string, unknown>>;

/** What of a burn rate is alerted on: part of a budget of 30 days in a time. */
const burnRates = [
  { severity: 'page', threshold: 14.4, lookbackWindow: '1h', alertAfter: '2m' },
  { severity: 'page', threshold: 6, lookbackWindow: '6h', alertAfter: '15m' },
  { severity: 'ticket', threshold: 1, lookbackWindow: '3d', alertAfter: '3h' },
] as const;

/**
 * The objectives of every model as YAML of OpenSLO v1 (openslo.com): a Service for each model, an SLO
 * for each objective with the Prometheus queries of its good and total events, and the burn rates of
 * The Site Reliability Workbook (Google 2018, chapter 5) as AlertPolicies.
 */
export function openSlo(config: ExporterConfig, window: BudgetWindow): string {
  const written = writtenConfig(config) as {
    readonly alerts: WrittenObjectives;
    readonly models: readonly { readonly objectives?: WrittenObjectives }[];
  };
  const services = new Set(config.models.map(({ name }) => name));
  const documents = [
    ...[...services].map((name) => ({
      ...object('Service', [name]),
      spec: { description: `The model ${name}.` },
    })),
    {
      ...object('AlertNotificationTarget', [notificationTarget]),
      spec: { description: 'Alertmanager, which routes by severity.', target: notificationTarget },
    },
    ...burnRates.map(alertPolicy),
    ...config.models.flatMap((model, index) =>
      objectivesOf({ ...written.alerts, ...written.models[index]?.objectives }).map((objective) =>
        sloOf(model, objective, window),
      ),
    ),
  ];
  return documents.map((document) => `---\n${stringify(document, { lineWidth: 0 })}`).join('');
}

function sloOf({ name, version }: ModelConfig, objective: Objective, window: BudgetWindow): object {
  const model = `model_name=${JSON.stringify(name)},model_version=${JSON.stringify(version)}`;
  const source = (matchers: string): object => ({
    metricSource: {
      type: 'Prometheus',
      spec: { query: `sum(model_slo_events_total{${model},${matchers}})` },
    },
  });
  const { slo, target, limitSetting, limit, describe, total } = objective;
  const parts = [name, version, slo];
  const annotations = limit === undefined ? {} : { annotations: { [limitSetting!]: limit } };
  return {
    ...object('SLO', parts, annotations),
    spec: {
      description: describe(limit ?? ''),
      service: nameOf([name]),
      indicator: {
        metadata: { name: nameOf([...parts, 'events']) },
        spec: {
          ratioMetric: {
            counter: true,
            good: source(`slo="${slo}",result="good"`),
            total: source(total ?? `slo="${slo}"`),
          },
        },
      },
      timeWindow: [{ duration: window, isRolling: true }],
      budgetingMethod: 'Occurrences',
      objectives: [{ displayName: slo, target }],
      alertPolicies: burnRates.map((rate) => nameOf(['burn', rate.lookbackWindow])),
    },
  };
}

function alertPolicy({
  severity,
  threshold,
  lookbackWindow,
  alertAfter,
}: (typeof burnRates)[number]): object {
  const description = `The error budget burns at ${threshold} times its rate over ${lookbackWindow}.`;
  return {
    ...object('AlertPolicy', ['burn', lookbackWindow]),
    spec: {
      description,
      alertWhenBreaching: true,
      alertWhenResolved: true,
      alertWhenNoData: false,
      conditions: [
        {
          kind: 'AlertCondition',
          metadata: { name: nameOf(['burn', lookbackWindow, 'condition']) },
          spec: {
            description,
            severity,
            condition: { kind: 'burnrate', op: 'gte', threshold, lookbackWindow, alertAfter },
          },
        },
      ],
      notificationTargets: [{ targetRef: notificationTarget }],
    },
  };
}

/** The objectives that are set, with the limits that they need. */
function objectivesOf(set: WrittenObjectives): Objective[] {
  return objectiveKinds.flatMap((kind) => {
    const target = kind.fixedTarget ?? set[kind.targetSetting];
    const value = kind.limitSetting === undefined ? undefined : set[kind.limitSetting];
    if (typeof target !== 'number' || (kind.needsLimit && value === undefined)) return [];
    return [{ ...kind, target, limit: value === undefined ? undefined : String(value) }];
  });
}

function object(kind: string, parts: readonly string[], metadata: object = {}): object {
  return {
    apiVersion: 'openslo/v1',
    kind,
    metadata: { name: nameOf(parts), displayName: parts.join(' '), ...metadata },
  };
}

/** A DNS label: small letters, digits and hyphens, the last characters of a long one left out. */
function nameOf(parts: readonly string[]): string {
  return parts
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longestName)
    .replace(/^-|-$/g, '');
}
