import { expect, it } from 'vitest';
import {
  everyRunAlone,
  scenarios,
  withinBudget,
  yearlyBudgetRows,
} from '../src/checks/yearly-budget.js';
import { missed } from './condensed-checks.js';

const seed = 2001;
const incidents = scenarios.filter(({ name }) => name === '6 incidents a year');

it('an on-call person gets few false alarms a year and hears of incidents in the third year too', () => {
  expect(missed(yearlyBudgetRows(2, seed, withinBudget, incidents))).toEqual([]);
});

it('a correction of every run alone misses the goals of a year', () => {
  expect(missed(yearlyBudgetRows(2, seed, everyRunAlone, incidents)).length).toBeGreaterThan(0);
});
