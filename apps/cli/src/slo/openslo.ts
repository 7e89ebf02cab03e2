import type { ExporterConfig, ModelConfig } from '@modelmeter/config-file';
import { stringify } from 'yaml';
import type { BudgetWindow } from './budgets.js';

/** The longest name of an object of OpenSLO, which is a DNS label. */
const longestName = 63;

/** An objective of a model, and the counters that hold its good and its total events. */
interface Objective {
  readonly slo: string;
  readonly target: number;
  readonly description: string;
  /** Label matchers of the events that count as all; the good ones are those of `slo`. */
  readonly total: string;
}

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
  const services = new Set(config.models.map(({ name }) => name));
  const documents = [
    ...[...services].map((name) => ({
      ...object('Service', [name]),
      spec: { description: `The model ${name}.` },
    })),
    ...burnRates.map(alertPolicy),
    ...config.models.flatMap((model) =>
      objectivesOf(model, config).map((objective) => sloOf(model, objective, window)),
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
  const parts = [name, version, objective.slo];
  return {
    ...object('SLO', parts),
    spec: {
      description: objective.description,
      service: nameOf([name]),
      indicator: {
        metadata: { name: nameOf([...parts, 'events']) },
        spec: {
          ratioMetric: {
            counter: true,
            good: source(`slo="${objective.slo}",result="good"`),
            total: source(objective.total),
          },
        },
      },
      timeWindow: [{ duration: window, isRolling: true }],
      budgetingMethod: 'Occurrences',
      objectives: [{ displayName: objective.slo, target: objective.target }],
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
      notificationTargets: [],
    },
  };
}

/** The objectives that are set, those of the model in place of those of all models. */
function objectivesOf(model: ModelConfig, { alerts }: ExporterConfig): Objective[] {
  const set = { ...alerts, ...model.objectives };
  // A failed call is bad for its latency too, so that the good calls are all that succeed.
  const succeeded = 'slo="errors",result="good"';
  const latency = (slo: string, target: number, limitMs: number | undefined) => ({
    slo,
    target: limitMs === undefined ? undefined : target,
    description: `Successful calls that take at most ${limitMs} ms.`,
    total: succeeded,
  });
  const all = (slo: string, target: number | undefined, description: string) => ({
    slo,
    target,
    description,
    total: `slo="${slo}"`,
  });
  return [
    all('errors', set.successObjective, 'Calls that succeed.'),
    latency('latency', set.latencyObjective, set.latencyP99Ms),
    latency('latency_p95', 0.95, set.latencyP95Ms),
    latency('latency_p50', 0.5, set.latencyP50Ms),
    all('quality', set.qualityObjective, 'Predictions that are right, by their targets.'),
    all('drift_free', set.driftFreeObjective, 'Drift runs without a feature in drift.'),
    all(
      'freshness',
      set.expectedTargetDelay === undefined ? undefined : set.freshnessObjective,
      `Targets that arrive within ${(set.expectedTargetDelay ?? 0) / 3_600_000} h of their prediction.`,
    ),
  ].filter((objective): objective is Objective => objective.target !== undefined);
}

function object(kind: string, parts: readonly string[]): object {
  return {
    apiVersion: 'openslo/v1',
    kind,
    metadata: { name: nameOf(parts), displayName: parts.join(' ') },
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
