import { alignedColumns } from '../report/drift-table.js';
import { displayName, formatCount, formatShare } from '../report/format.js';
import { type Budget, budgetStates, burnRanges } from './budgets.js';

const hourSeconds = 3600;
const daySeconds = 24 * hourSeconds;

/** The budgets for a terminal: one line per objective, those that need attention first. */
export function budgetTable(budgets: readonly Budget[]): string {
  const [first] = budgets;
  const hasJobs = new Set(budgets.map(({ job }) => job)).size > 1;
  const urgency = ({ state }: Budget): number => budgetStates.indexOf(state);
  const lines = alignedColumns([
    [
      ...(hasJobs ? ['job'] : []),
      ...['model', 'version', 'objective', 'goal', `good, ${first?.window}`, 'events'],
      ...['budget used', ...burnRanges.map((range) => `burn ${range}`), 'lasts', 'state'],
    ],
    ...[...budgets]
      .sort((one, other) => urgency(one) - urgency(other))
      .map((budget) => [...(hasJobs ? [displayName(budget.job)] : []), ...columnsOf(budget)]),
  ]);
  const states = budgetStates
    .map((state) => ({ state, count: budgets.filter((one) => one.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`);
  return `${[...lines, '', states.join(', ')].join('\n')}\n`;
}

function columnsOf(budget: Budget): string[] {
  const { modelName, modelVersion, slo, objective, good, total, budgetUsed, burnRates } = budget;
  return [
    displayName(modelName),
    displayName(modelVersion),
    slo,
    formatShare(objective),
    total === 0 ? '–' : shareOfGood(good / total),
    formatCount(Math.round(total)),
    budgetUsed === null ? '–' : formatShare(budgetUsed),
    ...burnRanges.map((range) => formatRate(burnRates[range])),
    formatTimeLeft(budget),
    budget.state,
  ];
}

/** Shares of good events are close to 1, where every digit is a tenth of the budget. */
function shareOfGood(ratio: number): string {
  return `${(ratio * 100).toFixed(3)} %`;
}

function formatRate(rate: number | null): string {
  return rate === null ? '–' : String(Number(rate.toPrecision(rate < 1 ? 2 : 3)));
}

function formatTimeLeft({ secondsToExhaustion: seconds, state }: Budget): string {
  if (seconds === null) return state === 'no_events' ? '–' : 'all';
  if (seconds === 0) return 'used up';
  if (seconds < 60) return '< 1 min';
  if (seconds < hourSeconds) return `${Math.round(seconds / 60)} min`;
  if (seconds < 2 * daySeconds) return `${(seconds / hourSeconds).toFixed(1)} h`;
  return `${formatCount(Math.round(seconds / daySeconds))} d`;
}
