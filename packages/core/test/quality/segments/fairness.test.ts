import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareGroups, type GroupOutcomes } from '../../../src/quality/segments/fairness.js';

interface Gap {
  readonly difference: number;
  readonly ratio: number;
}

interface Case {
  readonly outcomes: readonly GroupOutcomes[];
  readonly selection: Gap & {
    readonly highest: [number, number];
    readonly interval: [number, number];
  };
  readonly true_positive: Gap;
  readonly false_positive: Gap;
}

const cases = JSON.parse(
  readFileSync(new URL('../../fixtures/fairness.json', import.meta.url), 'utf8'),
) as readonly Case[];

describe('compareGroups', () => {
  it.each(cases)('equals fairlearn and statsmodels, case $#', (fixture) => {
    const found = compareGroups(fixture.outcomes, 1);
    for (const rate of ['selection', 'true_positive', 'false_positive'] as const) {
      expect(found[rate]!.difference).toBeCloseTo(fixture[rate].difference, 12);
      expect(found[rate]!.ratio).toBeCloseTo(fixture[rate].ratio, 12);
    }
    const { selection } = found;
    expect(selection!.groups[0]!.low).toBeCloseTo(fixture.selection.highest[0], 12);
    expect(selection!.groups[0]!.high).toBeCloseTo(fixture.selection.highest[1], 12);
    expect(selection!.low).toBeCloseTo(fixture.selection.interval[0], 12);
    expect(selection!.high).toBeCloseTo(fixture.selection.interval[1], 12);
  });

  it('leaves out rates of too few rows, and those that one group has', () => {
    const a = { group: 'a', tp: 20, fp: 30, tn: 40, fn: 10 };
    const b = { group: 'b', tp: 5, fp: 20, tn: 30, fn: 0 };
    expect(compareGroups([], 1)).toEqual({});
    expect(compareGroups([a], 1)).toEqual({});
    const { selection, true_positive, false_positive } = compareGroups([a, b], 30);
    expect([selection?.groups.length, false_positive?.groups.length]).toEqual([2, 2]);
    expect(true_positive).toBeUndefined();
  });

  it('has a ratio of 1 for groups that are never selected', () => {
    const never = (group: string) => ({ group, tp: 0, fp: 0, tn: 90, fn: 10 });
    const { selection } = compareGroups([never('a'), never('b')], 30);
    expect(selection).toMatchObject({ difference: 0, ratio: 1 });
    expect(selection!.low).toBeLessThan(0);
    expect(selection!.high).toBeGreaterThan(0);
  });
});
