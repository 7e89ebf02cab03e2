import type { ObjectiveTotals } from '../quality/budget-watch.js';
import type { Outcome } from '../quality/scoring.js';
import type { DriftReport } from '../report.js';
import type { ObjectivesConfig } from '../settings/objectives.js';
import { type Objective, objectiveResults } from '../vocabulary.js';
import type { ModelLabels } from './label-sets.js';
import type { CounterSeries } from './series.js';
import { byLabel } from './series-by-label.js';
import type { SeriesStore } from './tracked-store.js';

/** Counts the good and the bad events of the objectives of one model. */
export interface ObjectiveEvents {
  /** A finished call that its caller did not cancel. */
  call(durationSeconds: number, hasFailed: boolean): void;
  /** A prediction whose target arrived. */
  outcome(outcome: Outcome): void;
  /** The time from a prediction to its target. */
  targetDelay(seconds: number): void;
  /** Predictions so far that were forgotten before their target arrived. */
  targetsExpired(total: number): void;
  /** A drift run that succeeded; one that could decide nothing is neither good nor bad. */
  driftRun(report: DriftReport): void;
  /** All events so far of the objectives that are set; failed calls are not slow ones. */
  totals(): ObjectiveTotals[];
  save(): SavedObjectiveEvents;
  restore(saved: SavedObjectiveEvents): void;
}

/** All events so far, those that failed among the slow ones. */
export interface SavedObjectiveEvents {
  readonly totals: ReadonlyMap<Objective, { readonly good: number; readonly bad: number }>;
  readonly expired: number;
}

/** The events of one objective, and their counters. */
interface Events {
  readonly slo: Objective;
  readonly objective: number;
  readonly totals: { good: number; bad: number };
  readonly counters: Readonly<Record<(typeof objectiveResults)[number], CounterSeries>>;
}

/** The events of the objectives that are set, all at 0, and the objectives themselves. */
export function createObjectiveEvents(
  store: SeriesStore,
  model: ModelLabels,
  alerts: ObjectivesConfig,
): ObjectiveEvents {
  const all: Events[] = [];
  function eventsOf(slo: Objective, objective: number | undefined): Events | undefined {
    if (objective === undefined) return undefined;
    store.gauge('model_slo_objective_ratio', { ...model, slo }).set(objective);
    const counters = byLabel(objectiveResults, (result) =>
      store.counter('model_slo_events_total', { ...model, slo, result }),
    );
    const events = { slo, objective, totals: { good: 0, bad: 0 }, counters };
    all.push(events);
    return events;
  }

  const errors = eventsOf('errors', alerts.successObjective);
  const latencies = [
    { events: eventsOf('latency', alerts.latencyObjective), limitMs: alerts.latencyP99Ms },
    {
      events: eventsOf('latency_p95', alerts.latencyP95Ms === undefined ? undefined : 0.95),
      limitMs: alerts.latencyP95Ms,
    },
    {
      events: eventsOf('latency_p50', alerts.latencyP50Ms === undefined ? undefined : 0.5),
      limitMs: alerts.latencyP50Ms,
    },
  ].flatMap(({ events, limitMs }) =>
    events === undefined || limitMs === undefined ? [] : [{ events, limit: limitMs / 1000 }],
  );
  const quality = eventsOf('quality', alerts.qualityObjective);
  const driftFree = eventsOf('drift_free', alerts.driftFreeObjective);
  const freshness = eventsOf('freshness', alerts.freshnessObjective);
  const { expectedTargetDelay } = alerts;
  let expired = 0;

  return {
    call(durationSeconds, hasFailed) {
      count(errors, !hasFailed);
      for (const { events, limit } of latencies) {
        count(events, !hasFailed && durationSeconds <= limit);
      }
    },
    outcome(outcome) {
      const isGood = isGoodOutcome(outcome, alerts.qualityErrorTolerance);
      if (isGood !== undefined) count(quality, isGood);
    },
    targetDelay(seconds) {
      if (expectedTargetDelay !== undefined)
        count(freshness, 1000 * seconds <= expectedTargetDelay);
    },
    targetsExpired(total) {
      count(freshness, false, total - expired);
      expired = total;
    },
    driftRun({ features, driftedFeatures }) {
      if (features.every(({ state }) => state === 'insufficient_data')) return;
      count(driftFree, driftedFeatures.length === 0);
    },
    totals: () =>
      all.map(({ slo, objective, totals: { good, bad } }) => {
        const failed = slo.startsWith('latency') ? (errors?.totals.bad ?? 0) : 0;
        return { slo, objective, good, bad: bad - failed };
      }),
    save: () => ({ totals: new Map(all.map(({ slo, totals }) => [slo, totals])), expired }),
    restore(saved) {
      for (const { slo, totals } of all) Object.assign(totals, saved.totals.get(slo));
      expired = saved.expired;
    },
  };
}

function count(events: Events | undefined, isGood: boolean, amount = 1): void {
  if (events === undefined) return;
  const result = isGood ? 'good' : 'bad';
  events.totals[result] += amount;
  events.counters[result].add(amount);
}

/** Whether a prediction was right; undefined without the tolerance that it needs. */
function isGoodOutcome(outcome: Outcome, tolerance: number | undefined): boolean | undefined {
  if (outcome.task === 'binary') return outcome.outcome === 'tp' || outcome.outcome === 'tn';
  if (outcome.task === 'multiclass' || outcome.task === 'multilabel') {
    return outcome.predicted === outcome.actual;
  }
  // Every score of a ranking is above 0 where it has a right item, and 0 where it has none.
  if (outcome.task === 'ranking') return outcome.values.some((value) => value > 0);
  if (tolerance === undefined) return undefined;
  return Math.abs(outcome.error) <= tolerance;
}
