import { expect, it } from 'vitest';
import { scheduledPowerRows } from '../src/checks/scheduled-power.js';
import {
  everyRunAlone,
  scenarios,
  withinBudget,
  yearlyBudgetRows,
} from '../src/checks/yearly-budget.js';
import { shippedRules } from '../src/rules.js';
import { missed } from './condensed-checks.js';

const seed = 2001;
const incidents = scenarios.filter(({ name }) => name === '6 incidents a year');

it('an on-call person gets few false alarms a year and hears of incidents in the third year too', () => {
  expect(missed(yearlyBudgetRows(2, seed, withinBudget, incidents))).toEqual([]);
});

it('a correction of every run alone misses the goals of a year', () => {
  expect(missed(yearlyBudgetRows(2, seed, everyRunAlone, incidents)).length).toBeGreaterThan(0);
});

it('scheduled runs find a move of ten points in the first window of enough rows', () => {
  expect(missed(scheduledPowerRows(100, seed, shippedRules))).toEqual([]);
});

it('scheduled runs with an investigate threshold above ten points miss it', () => {
  const rows = scheduledPowerRows(20, seed, (features) =>
    shippedRules(features, { psiInvestigateThreshold: 0.2, shareMovedInvestigateThreshold: 0.2 }),
  );
  expect(missed(rows)).toHaveLength(2);
});
