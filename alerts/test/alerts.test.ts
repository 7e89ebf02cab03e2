import { describe, expect, it } from 'vitest';
import { alertsOf, ruleFiles } from '../src/rules/rule-files.js';
import { play } from './alert-scenario.js';
import { isInMixin } from './mixin.js';
import { expectPassed, promtoolMissing } from './promtool.js';
import { scenarios } from './scenarios/index.js';

const alerts = [...new Set(alertsOf(ruleFiles()).map(({ alert }) => alert))];

// The tests of the mixin, which mixin.test.ts runs, are the other scenarios.
describe.skipIf(promtoolMissing !== undefined)('the alert', () => {
  for (const scenario of scenarios.filter((one) => !isInMixin(one))) {
    it.concurrent(`${scenario.alert} ${scenario.name}`, async () => {
      expectPassed(await play(scenario));
    });
  }
});

describe('the scenarios', () => {
  const of = (alert: string) => scenarios.filter((scenario) => scenario.alert === alert);
  // The watchdog always fires.
  const conditional = alerts.filter((alert) => alert !== 'Watchdog');

  it.each(alerts)('make %s fire', (alert) => {
    expect(of(alert).some(({ firing }) => firing !== undefined)).toBe(true);
  });

  it.each(conditional)('show when %s must not fire', (alert) => {
    expect(of(alert).some(({ firing }) => firing === undefined)).toBe(true);
  });

  it.each(
    alertsOf(ruleFiles()).flatMap(({ alert, holdsFor }) => (holdsFor === undefined ? [] : [alert])),
  )('show %s silent shortly before it fires', (alert) => {
    const bounded = of(alert).filter(({ firing, silentAt }) => firing && silentAt.length > 0);
    expect(bounded.length).toBeGreaterThan(0);
  });

  it.each(
    conditional.filter((alert) => alert.startsWith('Model') && alert !== 'ModelExporterAbsent'),
  )('cover a lost target for %s', (alert) => {
    const isLost = /target.* (is|are) (lost|taken out)|failures are two days past/;
    expect(of(alert).some(({ name }) => isLost.test(name))).toBe(true);
  });
});
