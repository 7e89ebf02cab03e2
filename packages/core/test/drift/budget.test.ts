import { describe, expect, test } from 'vitest';
import {
  budgetAfter,
  correctWithinBudget,
  type DriftBudget,
  yearlyBudget,
} from '../../src/drift/budget.js';

const unspentBudget = yearlyBudget(1460);
const { share } = unspentBudget;

/** One run at a level of 5 %, and the budget after it. */
function run(pValues: Record<string, number>, budget: DriftBudget) {
  const adjusted = correctWithinBudget(new Map(Object.entries(pValues)), budget);
  const tested = new Map([...adjusted].map(([key, p]) => [key, p < 0.05]));
  const significant = [...tested].filter(([, isIt]) => isIt).map(([key]) => key);
  return { significant, budget: budgetAfter(budget, tested) };
}

describe('the budget of a year', () => {
  test('a p-value that one run alone would find gives one run of 1460 no alarm', () => {
    expect(run({ a: 1e-4, b: 0.5 }, unspentBudget).significant).toEqual([]);
    expect(run({ a: 1e-6, b: 0.5 }, unspentBudget).significant).toEqual(['a']);
  });

  test('a feature stays significant while its run alone says so, and ends with it', () => {
    const first = run({ a: 1e-9, b: 0.5 }, unspentBudget);
    const second = run({ a: 1e-3, b: 1e-3 }, first.budget);
    expect(second.significant).toEqual(['a']);
    const third = run({ a: 0.2, b: 0.5 }, second.budget);
    expect(third.significant).toEqual([]);
    expect(run({ a: 1e-3, b: 0.5 }, third.budget).significant).toEqual([]);
  });

  test('only the begin of a shift counts as a discovery, however long it lasts', () => {
    let { budget } = run({ a: 1e-9, b: 0.5 }, unspentBudget);
    for (let runs = 0; runs < 500; runs += 1) ({ budget } = run({ a: 1e-9, b: 0.5 }, budget));
    expect(budget.significant).toEqual(['a']);
    expect(budget.discoveries).toBeCloseTo((1 - share) ** 500, 12);
  });

  test('a feature that cannot be tested for a while does not count again afterwards', () => {
    const first = run({ a: 1e-9, b: 0.5 }, unspentBudget);
    const without = run({ b: 0.5 }, first.budget);
    expect(without.budget.significant).toEqual(['a']);
    const again = run({ a: 1e-3, b: 0.5 }, without.budget);
    expect(again.significant).toEqual(['a']);
    expect(again.budget.discoveries).toBeLessThan(1);
  });

  test('a budget that was spent is there again: the level of a run never falls', () => {
    let { budget } = run({ a: 1e-9, b: 0.5 }, unspentBudget);
    for (let runs = 0; runs < 5000; runs += 1) ({ budget } = run({ a: 0.5, b: 0.5 }, budget));
    expect(run({ a: 0.5, b: 1e-6 }, budget).significant).toEqual(['b']);
  });

  test('a budget survives JSON', () => {
    const { budget } = run({ a: 1e-9, b: 1e-9 }, unspentBudget);
    expect(JSON.parse(JSON.stringify(budget))).toEqual(budget);
  });

  test('a run without features leaves the budget of before, a little forgotten', () => {
    const { budget } = run({ a: 1e-9 }, unspentBudget);
    expect(run({}, budget)).toEqual({
      significant: [],
      budget: { share, discoveries: 1 - share, significant: ['a'] },
    });
  });
});
