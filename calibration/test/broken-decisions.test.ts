import { builtInStatistics, type StatisticOn } from '@modelmeter/kernel/statistics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodnessOfFit } from '../src/checks/p-value-recorder.js';
import { type RulesFactory, shippedRules } from '../src/rules.js';
import {
  type CondensedData,
  condensedChecks,
  loadCondensedData,
  missed,
} from './condensed-checks.js';

/** Takes every p-value as it is, however many there are. */
const uncorrected: RulesFactory = (...settings) => ({
  ...shippedRules(...settings),
  correct: (pValues) => Float64Array.from(pValues),
});

/** Asks only whether a shift is large, not whether it is more than noise. */
const everythingSignificant: RulesFactory = (...settings) => ({
  ...shippedRules(...settings),
  correct: (pValues) => new Float64Array(pValues.length),
});

/** Asks only whether a shift is more than noise, not whether it matters. */
const sizeIgnored: RulesFactory = (features, settings = {}, own = []) =>
  shippedRules(features, { ...settings, psiInvestigateThreshold: 1e-6, psiThreshold: 2e-6 }, own);

const psi = builtInStatistics.find(({ name }) => name === 'psi') as StatisticOn<'bins'>;

/** Takes the index of the samples for that of the populations, though chance adds to it. */
const notDebiased: RulesFactory = (features, settings = {}, own = []) =>
  shippedRules(features, settings, [
    ...own,
    {
      ...psi,
      effect(reference: Float64Array, current: Float64Array) {
        const { score } = psi.compute(reference, current);
        const { estimate, low, high } = psi.effect!(reference, current);
        const bias = score - estimate;
        return { estimate: score, low: low + bias, high: high + bias };
      },
    },
  ]);

/** Measures the size by PSI alone. */
const oneSize: RulesFactory = (features, settings = {}, own = []) =>
  shippedRules(features, { ...settings, statistic: 'psi' }, own);

/** Tests the order of the values, not their bins. */
const rankTestOnly: RulesFactory = (features, settings = {}, own = []) =>
  shippedRules(features, { ...settings, test: 'mann_whitney' }, own);

/** Tests as if the reference were the truth. */
const exactReference: RulesFactory = (...settings) => {
  const rules = shippedRules(...settings);
  return {
    ...rules,
    criteriaOf: (feature) => ({ ...rules.criteriaOf(feature), test: goodnessOfFit }),
  };
};

/** Takes each of many rows of one user as a witness of its own. */
const blocksIgnored: RulesFactory = (features, settings = {}, own = []) =>
  shippedRules(features, { ...settings, rowsPerBlock: 1 }, own);

/** Tests as if features moved by sampling noise only. */
const movementIgnored: RulesFactory = (features, settings = {}, own = []) =>
  shippedRules(features, { ...settings, test: 'chi2' }, own);

/** Is never in the wrong, since it never says anything. */
const silent: RulesFactory = (...settings) => ({
  ...shippedRules(...settings),
  correct: (pValues) => new Float64Array(pValues.length).fill(1),
});

describe('a broken decision fails the checks that the shipped one passes', () => {
  let data: CondensedData;
  beforeAll(async () => {
    data = await loadCondensedData();
  });
  afterAll(() => data.database.close());

  it.each([
    ['p-values without correction', uncorrected, 'noDrift'],
    ['no test of significance', everythingSignificant, 'noDrift'],
    ['no size that matters, on a million rows', sizeIgnored, 'tinyShift'],
    ['no size that matters, in real weeks', sizeIgnored, 'realWindows'],
    ['a test of goodness of fit', exactReference, 'noDrift'],
    ['ordinary movement ignored', movementIgnored, 'sixHours'],
    ['silence, on broken feeds', silent, 'sixHours'],
    ['blocks of dependent rows ignored', blocksIgnored, 'dependentRows'],
    ['silence, on small shifts', silent, 'smallShifts'],
    ['silence, on a large shift', silent, 'largeShift'],
    ['silence, on certain faults', silent, 'faults'],
    ['a test of ranks only', rankTestOnly, 'faults'],
    ['one size only', oneSize, 'faults'],
    ['intervals without debias', notDebiased, 'coverage'],
  ] as const)('%s', async (_, rules, check) => {
    expect(missed(await condensedChecks[check](data, rules))).not.toEqual([]);
  });
});
