import { expect, it } from 'vitest';
import { followGradualDrift, gradualDriftRows } from '../src/checks/gradual-drift.js';
import { missed } from './condensed-checks.js';

it('a feature that moves by one percent a week is reported before it has drifted for a month', async () => {
  expect(missed(gradualDriftRows(await followGradualDrift(2001, 14)))).toEqual([]);
});
