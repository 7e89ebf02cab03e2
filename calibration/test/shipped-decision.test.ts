import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedRules } from '../src/rules.js';
import {
  type CondensedData,
  condensedChecks,
  loadCondensedData,
  missed,
} from './condensed-checks.js';

describe('the decision as it is shipped, on real data', () => {
  let data: CondensedData;
  beforeAll(async () => {
    data = await loadCondensedData();
  });
  afterAll(() => data.database.close());

  it.each([
    ['fires without drift no more often than promised, and its tests keep their levels', 'noDrift'],
    ['finds every certain fault from 60 rows on', 'faults'],
    ['gives intervals that hold the size of a known shift', 'coverage'],
    ['sees a shift of a quarter deviation and a move of ten points', 'smallShifts'],
    ['calls a shift of 0.7 deviations drift', 'largeShift'],
    ['never calls a shift of 0.02 deviations drift, however many rows', 'tinyShift'],
    ['is not blinded by an outlier', 'outlier'],
    ['finds no drift in real weeks and days before the incident', 'realWindows'],
    ['keeps its level on dependent rows that are counted as blocks', 'dependentRows'],
    ['compares six hours with the same hours, and finds broken feeds', 'sixHours'],
  ] as const)('%s', async (_, check) => {
    expect(missed(await condensedChecks[check](data, shippedRules))).toEqual([]);
  });
});
