import {
  burnRate,
  detector,
  type NamedRule,
  ratioOfAnHour,
  ratioOfFiveMinutes,
  windowsOfEvidence,
} from '../alert-rules.js';
import { arrivals, type Counts, drawCounts } from '../counts.js';
import type { Row } from '../row.js';
import { randomFor } from '../sampling.js';

/** An alert, what is healthy for it, and what it must find. */
export interface AlertCheck {
  readonly alert: string;
  readonly stepMinutes: number;
  /** Share of bad events from which the alert is wanted. */
  readonly limit: number;
  readonly healthy: readonly { readonly name: string; readonly share: number }[];
  readonly fault: { readonly name: string; readonly share: number };
  /** History before a month or a fault starts, in steps. */
  readonly history: number;
  /** Whether models without any history are simulated too. */
  readonly young?: true;
  readonly shipped: NamedRule;
  /** Other rules, for comparison. */
  readonly others: readonly NamedRule[];
  /** Most hours until the fault is found in half of the cases, by events an hour. */
  readonly delayGoals: Readonly<Record<number, number>>;
}

/** Alerts on calls allow one bad call of a hundred. */
const healthyCalls: AlertCheck['healthy'] = [
  { name: 'half of it', share: 0.005 },
  { name: 'exactly on it', share: 0.01 },
];

export const alertChecks: readonly AlertCheck[] = [
  {
    alert: 'ModelAccuracyDrop',
    stepMinutes: 5,
    limit: 0.15,
    healthy: [
      { name: 'two points above', share: 0.13 },
      { name: 'three points above', share: 0.12 },
      { name: 'exactly on it', share: 0.15 },
    ],
    fault: { name: 'falls from two above to five below', share: 0.2 },
    history: 8 * 24 * 12,
    young: true,
    shipped: { name: 'as shipped', rule: detector('outcomes') },
    others: [
      { name: 'windows of evidence', rule: windowsOfEvidence },
      { name: 'ratio of an hour', rule: ratioOfAnHour },
    ],
    delayGoals: { 180: 6, 1200: 1 },
  },
  {
    alert: 'ModelErrorRateHigh',
    stepMinutes: 5,
    limit: 0.01,
    healthy: healthyCalls,
    fault: { name: 'five times of it', share: 0.05 },
    history: 8 * 24 * 12,
    shipped: { name: 'as shipped', rule: detector('calls') },
    others: [{ name: 'ratio of five minutes', rule: ratioOfFiveMinutes(1) }],
    delayGoals: {},
  },
  {
    alert: 'ModelLatencyHigh',
    stepMinutes: 5,
    limit: 0.01,
    healthy: healthyCalls,
    fault: { name: 'five times of it', share: 0.05 },
    history: 8 * 24 * 12,
    shipped: { name: 'as shipped', rule: detector('calls') },
    others: [{ name: 'ratio of five minutes', rule: ratioOfFiveMinutes(2) }],
    delayGoals: {},
  },
  {
    alert: 'page of the error budget',
    stepMinutes: 1,
    limit: 0.01,
    healthy: healthyCalls,
    fault: { name: 'a fifth of the calls fails', share: 0.2 },
    history: 8 * 1440,
    shipped: { name: 'as shipped', rule: burnRate('evidence') },
    others: [{ name: 'with a hundred calls', rule: burnRate('calls') }],
    delayGoals: {},
  },
];

export const ratesPerHour: readonly number[] = [20 / 24, 20, 180, 1200, 20_000];

const minutesPerMonth = 30 * 1440;

/** False alarms of a rule over simulated months. */
interface FalseAlarms {
  alarms: number;
  monthsWithOne: number;
}

interface Options {
  readonly months: number;
  readonly seed: number;
  readonly rates?: readonly number[];
  /** The kinds of arrival by their place in `arrivals`. */
  readonly kinds?: readonly number[];
}

/**
 * False alarms a model-year, the share of months with one, and the delay until a fault is found, for
 * each alert, rate and kind of arrival.
 */
export function alertRateRows(
  checks: readonly AlertCheck[],
  { months, seed, rates = ratesPerHour, kinds = [0, 1] }: Options,
): Row[] {
  return checks.flatMap((check) =>
    rates.flatMap((perHour) =>
      kinds.flatMap((kind) => {
        // Blocks of many calls take long to draw, and their months differ little.
        const simulated = perHour > 5000 ? Math.ceil(months / 10) : months;
        return [
          ...check.healthy.map((healthy) =>
            falseAlarmRow(check, healthy, { perHour, kind, months: simulated, seed }),
          ),
          ...(check.young ? [youngRow(check, { perHour, kind, months: simulated, seed })] : []),
          delayRow(check, { perHour, kind, trials: simulated, seed }),
        ];
      }),
    ),
  );
}

interface Place {
  readonly perHour: number;
  readonly kind: number;
  readonly seed: number;
}

function title({ alert }: AlertCheck, { perHour, kind }: Place, name: string): string {
  const rate = perHour < 1 ? `${perHour * 24} a day` : `${perHour} an hour`;
  return `${alert}, ${rate}, ${arrivals[kind]!.name}: ${name}`;
}

function drawFor(
  { stepMinutes, alert }: AlertCheck,
  { perHour, kind, seed }: Place,
  purpose: string,
): (steps: number, shareAt: (step: number) => number) => Counts {
  const random = randomFor(seed, `${alert} ${perHour} ${kind} ${purpose}`);
  const { block, correlation } = arrivals[kind]!;
  return (steps, shareAt) =>
    drawCounts(random, { perHour, stepMinutes, block, correlation }, steps, shareAt);
}

function falseAlarmRow(
  check: AlertCheck,
  { name, share }: AlertCheck['healthy'][number],
  place: Place & { readonly months: number },
): Row {
  const { months } = place;
  const draw = drawFor(check, place, name);
  const rules = [check.shipped, ...check.others];
  const found: FalseAlarms[] = rules.map(() => ({ alarms: 0, monthsWithOne: 0 }));
  for (let month = 0; month < months; month += 1) {
    const counts = draw(check.history + minutesPerMonth / check.stepMinutes, () => share);
    for (const [index, { rule }] of rules.entries()) {
      const starts = startsOf(rule(counts, check.limit, check.history));
      found[index]!.alarms += starts;
      found[index]!.monthsWithOne += starts > 0 ? 1 : 0;
    }
  }
  const text = ({ alarms, monthsWithOne }: FalseAlarms): string =>
    `${((alarms * 12) / months).toFixed(1)} a year, ${Math.round((100 * monthsWithOne) / months)} % of months`;
  const [shipped, ...others] = found;
  const measured = [
    text(shipped!),
    ...others.map((other, index) => `${check.others[index]!.name} ${text(other)}`),
  ].join('; ');
  const isOnLimit = share === check.limit;
  return {
    check: title(check, place, name),
    measured,
    goal: isOnLimit ? '≤ 25 % of months' : '≤ 1 a year',
    met: isOnLimit ? shipped!.monthsWithOne <= months / 4 : shipped!.alarms * 12 <= months,
  };
}

/** Days in which a model has no history, and how often chance may fire in them. */
const youngDays = 4;
const mostYoung = 0.05;

/** How many models that are exactly on the limit an alert fires for in their first days. */
function youngRow(check: AlertCheck, place: Place & { readonly months: number }): Row {
  const draw = drawFor(check, place, 'young');
  const steps = (youngDays * 1440) / check.stepMinutes;
  const rules = [check.shipped, ...check.others];
  const firing = rules.map(() => 0);
  for (let model = 0; model < place.months; model += 1) {
    const counts = draw(steps, () => check.limit);
    for (const [index, { rule }] of rules.entries()) {
      if (rule(counts, check.limit, 1).includes(1)) firing[index]! += 1;
    }
  }
  const [shipped, ...others] = firing.map((count) => count / place.months);
  return {
    check: title(check, place, `exactly on it, first ${youngDays} days of a model`),
    measured: [
      `${Math.round(100 * shipped!)} % of models`,
      ...others.map((share, index) => `${check.others[index]!.name} ${Math.round(100 * share)} %`),
    ].join('; '),
    goal: `≤ ${100 * mostYoung} % of models`,
    met: shipped! <= mostYoung + 2 * Math.sqrt((mostYoung * (1 - mostYoung)) / place.months),
  };
}

/** Times at which an alert starts to fire. */
function startsOf(fires: Uint8Array): number {
  let starts = 0;
  for (let step = 1; step < fires.length; step += 1) {
    if (fires[step] === 1 && fires[step - 1] === 0) starts += 1;
  }
  return starts;
}

function delayRow(check: AlertCheck, place: Place & { readonly trials: number }): Row {
  const { fault, healthy, history, stepMinutes, limit, delayGoals } = check;
  const { trials, perHour, kind } = place;
  const draw = drawFor(check, place, fault.name);
  const rules = [check.shipped, ...check.others];
  const delays: number[][] = rules.map(() => []);
  const before = healthy[0]!.share;
  for (let trial = 0; trial < trials; trial += 1) {
    const counts = draw(history + minutesPerMonth / stepMinutes, (step) =>
      step < history ? before : fault.share,
    );
    for (const [index, { rule }] of rules.entries()) {
      const step = rule(counts, limit, history).indexOf(1);
      delays[index]!.push(
        step < 0 ? Number.POSITIVE_INFINITY : ((step - history) * stepMinutes) / 60,
      );
    }
  }
  const text = (hours: readonly number[]): string =>
    `${hoursText(quantile(hours, 0.5))}, 90 % ${hoursText(quantile(hours, 0.9))}`;
  const goal = kind === 0 ? delayGoals[perHour] : undefined;
  const [shipped, ...others] = delays;
  return {
    check: title(check, place, fault.name),
    measured: [
      `found after ${text(shipped!)}`,
      ...others.map((other, index) => `${check.others[index]!.name} ${text(other)}`),
    ].join('; '),
    goal: goal === undefined ? '' : `half within ${goal} h`,
    ...(goal === undefined ? {} : { met: quantile(shipped!, 0.5) <= goal }),
  };
}

function hoursText(hours: number): string {
  if (!Number.isFinite(hours)) return 'never';
  return hours < 1 ? `${Math.round(hours * 60)} min` : `${hours.toFixed(1)} h`;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
