import { expect, it } from 'vitest';
import { ratioOfAnHour } from '../src/alert-rules.js';
import { type AlertCheck, alertChecks, alertRateRows } from '../src/checks/alert-rates.js';
import { missed } from './condensed-checks.js';

const options = { months: 12, seed: 2001, rates: [180], kinds: [0] };
const quality = alertChecks.filter(({ alert }) => alert === 'ModelAccuracyDrop');

it('the alert on accuracy keeps its rate of false alarms and finds a fall in time', () => {
  expect(missed(alertRateRows(quality, options))).toEqual([]);
});

it('a ratio of one hour below its threshold misses the goals', () => {
  const broken: AlertCheck[] = quality.map((check) => ({
    ...check,
    shipped: { name: 'broken', rule: ratioOfAnHour },
    others: [],
  }));
  expect(missed(alertRateRows(broken, options)).length).toBeGreaterThan(0);
});

it('a rule that never fires misses the goals', () => {
  const silent: AlertCheck[] = quality.map((check) => ({
    ...check,
    shipped: { name: 'silent', rule: ({ steps }) => new Uint8Array(steps + 1) },
    others: [],
  }));
  expect(missed(alertRateRows(silent, options)).length).toBeGreaterThan(0);
});
