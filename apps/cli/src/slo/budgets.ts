import { CliError } from '../errors.js';
import type { Query, Sample } from './prometheus.js';

/** The ranges of the burn rates, shortest first. */
export const burnRanges = ['1h', '6h', '3d'] as const;
export type BurnRange = (typeof burnRanges)[number];

/** Lengths of the window of a budget. */
export const budgetWindows = ['28d', '30d'] as const;
export type BudgetWindow = (typeof budgetWindows)[number];

/**
 * Burn rates at which a budget of 30 days is spent too fast: 2 % in an hour, 5 % in six hours, 10 %
 * in three days. Source: Google, The Site Reliability Workbook, 2018, chapter 5.
 */
const tooFast: Readonly<Record<BurnRange, number>> = { '1h': 14.4, '6h': 6, '3d': 1 };

/**
 * `exhausted`: more bad events than the window allows. `burning`: a burn rate that a page or a ticket
 * is due for. `no_events`: nothing to decide from.
 */
export const budgetStates = ['exhausted', 'burning', 'ok', 'no_events'] as const;
export type BudgetState = (typeof budgetStates)[number];

/** One objective of one version of a model, and what is left of its error budget. */
export interface Budget {
  readonly job: string;
  readonly modelName: string;
  readonly modelVersion: string;
  readonly slo: string;
  /** Share of the events that must be good. */
  readonly objective: number;
  readonly window: BudgetWindow;
  /** Events of the window; estimates, since Prometheus extrapolates to the ends of a range. */
  readonly good: number;
  readonly total: number;
  /** Bad events as a share of those that the window allows; null without events. */
  readonly budgetUsed: number | null;
  /** Share of bad events, as a multiple of what the objective allows; null without events. */
  readonly burnRates: Readonly<Record<BurnRange, number | null>>;
  /**
   * Seconds until the budget is used up if events come as often as in the window and burn as in the
   * last six hours; 0 once it is used up, null where it lasts.
   */
  readonly secondsToExhaustion: number | null;
  readonly state: BudgetState;
}

/** Which objectives are read. */
export interface BudgetScope {
  readonly window: BudgetWindow;
  readonly timeMs: number;
  readonly job?: string | undefined;
  readonly model?: string | undefined;
}

/** The good and the bad events of a range, by the key of an objective. */
type Events = ReadonlyMap<string, { readonly good: number; readonly bad: number }>;

/**
 * Reads the objectives of every model and their events from the counters of all replicas.
 *
 * @throws CliError OBJECTIVES_MISSING when no objective is found.
 */
export async function readBudgets(query: Query, scope: BudgetScope): Promise<Budget[]> {
  const { window, timeMs } = scope;
  const selector = selectorOf(scope);
  const objectives = await query(
    `max by (${groupLabels}, slo) (model_slo_objective_ratio${selector})`,
    timeMs,
  );
  if (objectives.length === 0) {
    throw new CliError(
      'OBJECTIVES_MISSING',
      `Prometheus has no series model_slo_objective_ratio${selector} at ${new Date(timeMs).toISOString()}. Check that it scrapes the exporter, and correct --job, --model or --at.`,
    );
  }
  const ranges = [window, ...burnRanges];
  const events = await Promise.all(
    ranges.map(async (range) =>
      eventsOf(
        await query(
          `sum by (${groupLabels}, slo, result) (increase(model_slo_events_total${selector}[${range}]))`,
          timeMs,
        ),
      ),
    ),
  );
  return objectives
    .map(({ labels, value }) => budgetOf(labels, value, window, events))
    .sort((one, other) => keyOfBudget(one).localeCompare(keyOfBudget(other)));
}

const groupLabels = 'job, model_name, model_version';

function selectorOf({ job, model }: BudgetScope): string {
  const matchers = [
    ...(job === undefined ? [] : [`job=${JSON.stringify(job)}`]),
    ...(model === undefined ? [] : [`model_name=${JSON.stringify(model)}`]),
  ];
  return matchers.length === 0 ? '' : `{${matchers.join(',')}}`;
}

function keyOf(labels: Sample['labels'], slo: string): string {
  return JSON.stringify([labels.job ?? '', labels.model_name, labels.model_version, slo]);
}

function keyOfBudget({ job, modelName, modelVersion, slo }: Budget): string {
  return JSON.stringify([modelName, modelVersion, job, slo]);
}

function eventsOf(samples: readonly Sample[]): Events {
  const events = new Map<string, { good: number; bad: number }>();
  for (const { labels, value } of samples) {
    const key = keyOf(labels, labels.slo ?? '');
    const counted = events.get(key) ?? { good: 0, bad: 0 };
    counted[labels.result === 'good' ? 'good' : 'bad'] += value;
    events.set(key, counted);
  }
  return events;
}

function budgetOf(
  labels: Sample['labels'],
  objective: number,
  window: BudgetWindow,
  events: readonly Events[],
): Budget {
  const slo = labels.slo ?? '';
  const [inWindow, ...inRanges] = events.map((of) => countsOf(of, labels, slo));
  const burn = ({ good, bad }: { good: number; bad: number }): number | null =>
    good + bad === 0 ? null : bad / (good + bad) / (1 - objective);
  const rates = Object.fromEntries(
    burnRanges.map((range, index) => [range, burn(inRanges[index]!)]),
  ) as Record<BurnRange, number | null>;
  // Over the window itself the burn rate is the part of the budget that is used.
  const used = burn(inWindow!);
  return {
    job: labels.job ?? '',
    modelName: labels.model_name ?? '',
    modelVersion: labels.model_version ?? '',
    slo,
    objective,
    window,
    good: inWindow!.good,
    total: inWindow!.good + inWindow!.bad,
    budgetUsed: used,
    burnRates: rates,
    secondsToExhaustion: timeLeft(used, rates['6h'], window),
    state: stateOf(used, rates),
  };
}

/**
 * A failed call is bad for its latency too; it is the objective of errors that counts it. What is
 * left are the successful calls.
 */
function countsOf(
  events: Events,
  labels: Sample['labels'],
  slo: string,
): { good: number; bad: number } {
  const counted = events.get(keyOf(labels, slo)) ?? { good: 0, bad: 0 };
  if (!slo.startsWith('latency')) return counted;
  const failed = events.get(keyOf(labels, 'errors'))?.bad ?? 0;
  return { good: counted.good, bad: Math.max(0, counted.bad - failed) };
}

function timeLeft(
  used: number | null,
  burnRate: number | null,
  window: BudgetWindow,
): number | null {
  if (used !== null && used >= 1) return 0;
  if (used === null || burnRate === null || burnRate === 0) return null;
  return ((1 - used) / burnRate) * Number.parseInt(window, 10) * 86_400;
}

function stateOf(used: number | null, rates: Budget['burnRates']): BudgetState {
  if (used === null) return 'no_events';
  if (used >= 1) return 'exhausted';
  const isBurning = burnRanges.some((range) => (rates[range] ?? 0) >= tooFast[range]);
  return isBurning ? 'burning' : 'ok';
}
