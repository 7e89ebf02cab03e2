import type { Counts } from '../checks/counts.js';
import { andersonDarling } from './anderson-darling.js';
import { chiSquareContingency } from './chi-square-contingency.js';
import { cramerVonMises } from './cramer-von-mises.js';
import { cramersV } from './cramers-v.js';
import { energyFromProfiles } from './energy-distance.js';
import { gTest, williamsPValue } from './g-test.js';
import { hellingerDistance } from './hellinger.js';
import { jensenShannonDistance } from './jensen-shannon.js';
import { ksFromBins, ksNoiseFloor } from './ks-from-bins.js';
import { ksTwoSamplePValue } from './ks-p-value.js';
import { kullbackLeibler } from './kullback-leibler.js';
import { lInfinity } from './l-infinity.js';
import { mannWhitney } from './mann-whitney.js';
import { largestAndRest, type PooledBins, poolRareBins } from './pool-rare-bins.js';
import { populationStabilityIndex, psiEffect, psiNoiseFloor } from './psi.js';
import { shareMovedEffect } from './share-moved.js';
import type { Statistic, StatisticOn, StatisticResult } from './statistic.js';
import { totalVariationDistance } from './total-variation.js';
import { profileDeviation, wassersteinFromProfiles } from './wasserstein.js';
import { welchT } from './welch-t.js';

/**
 * Every drift statistic of this package in the form that a user's own has.
 *
 * Tests on bins pool rare bins first, so that their distributions hold; see `poolRareBins`.
 */
export const builtInStatistics: readonly Statistic[] = [
  onBins({
    name: 'psi',
    compute: pooled(({ reference, current }) => ({
      score: populationStabilityIndex(reference, current),
    })),
    noiseFloor: (reference, current, alpha) =>
      psiNoiseFloor(
        rows(reference),
        rows(current),
        // One bin has no chance variation at all, however few its rows: ask at least two of it.
        Math.max(2, poolRareBins(reference, current).bins),
        alpha,
      ),
    effect: (reference, current) => {
      const pooled = poolRareBins(reference, current);
      // With one bin left, what moved to or from its most frequent part is still bounded.
      const bins = pooled.bins > 1 ? pooled : largestAndRest(reference, current);
      return psiEffect(bins.reference, bins.current);
    },
    levels: { investigate: 0.1, drift: 0.25 },
  }),
  onBins({
    name: 'share_moved',
    compute: (reference, current) => ({ score: lInfinity(reference, current) }),
    effect: shareMovedEffect,
    levels: { investigate: 0.1, drift: 0.25 },
  }),
  onBins({
    name: 'chi2_statistic',
    compute: pooled(({ reference, current }) => {
      const { statistic, pValue } = chiSquareContingency(reference, current);
      return { score: statistic, pValue };
    }),
  }),
  onBins({
    name: 'js_distance',
    compute: (reference, current) => ({ score: jensenShannonDistance(reference, current) }),
    levels: { investigate: 0.1, drift: 0.2 },
  }),
  onBins({
    name: 'g_statistic',
    compute: pooled(({ reference, current }) => {
      const test = gTest(reference, current);
      return { score: test.statistic, pValue: williamsPValue(reference, current, test) };
    }),
  }),
  onBins({
    name: 'kullback_leibler',
    compute: pooled(({ reference, current }) => ({ score: kullbackLeibler(reference, current) })),
  }),
  onBins({
    name: 'hellinger_distance',
    compute: (reference, current) => ({ score: hellingerDistance(reference, current) }),
    levels: { investigate: 0.1, drift: 0.2 },
  }),
  onBins({
    name: 'total_variation',
    compute: (reference, current) => ({ score: totalVariationDistance(reference, current) }),
    levels: { investigate: 0.1, drift: 0.2 },
  }),
  onBins({
    name: 'cramers_v',
    compute: (reference, current) => ({ score: cramersV(reference, current) }),
  }),
  onProfile({
    name: 'ks_statistic',
    supportsCoarseBins: true,
    compute: (reference, current) => {
      const { statistic, n, m } = ksFromBins(reference.counts, current.counts);
      return { score: statistic, pValue: ksTwoSamplePValue(statistic, n, m) };
    },
    noiseFloor: (reference, current, alpha) => ksNoiseFloor(reference.count, current.count, alpha),
    levels: { investigate: 0.1, drift: 0.2 },
  }),
  onProfile({
    name: 'cramer_von_mises',
    compute: (reference, current) => {
      const { statistic, pValue } = cramerVonMises(reference.counts, current.counts);
      // The average under chance alone counts as no shift.
      const mean = (1 + 1 / Math.max(1, reference.count + current.count)) / 6;
      return { score: Math.max(0, statistic - mean), pValue };
    },
  }),
  onProfile({
    name: 'anderson_darling',
    compute: (reference, current) => {
      const { statistic, pValue } = andersonDarling([reference.counts, current.counts]);
      // Standardised, so it may be below its mean of 0: there is nothing to see there.
      return { score: Math.max(0, statistic), pValue };
    },
  }),
  onProfile({
    name: 'mann_whitney',
    compute: (reference, current) => {
      const { superiority, pValue } = mannWhitney(reference.counts, current.counts);
      return { score: Math.abs(2 * superiority - 1), pValue };
    },
    levels: { investigate: 0.15, drift: 0.3 },
  }),
  onProfile({
    name: 'wasserstein_distance',
    compute: (reference, current) => ({
      score: wassersteinFromProfiles(reference, current, profileDeviation(reference)).distance,
    }),
    levels: { investigate: 0.1, drift: 0.25 },
  }),
  onProfile({
    name: 'energy_distance',
    compute: (reference, current) => ({
      score: energyFromProfiles(reference, current).distance,
    }),
  }),
  onProfile({
    name: 'welch_t',
    compute: (reference, current) => {
      const { statistic, pValue } = welchT(reference, current);
      return { score: Math.min(Math.abs(statistic), Number.MAX_VALUE), pValue };
    },
  }),
];

function onBins(statistic: Omit<StatisticOn<'bins'>, 'appliesTo' | 'input'>): StatisticOn<'bins'> {
  return { ...statistic, appliesTo: ['numeric', 'categorical'], input: 'bins' };
}

function onProfile(
  statistic: Omit<StatisticOn<'profile'>, 'appliesTo' | 'input'>,
): StatisticOn<'profile'> {
  return { ...statistic, appliesTo: ['numeric'], input: 'profile' };
}

function pooled(compute: (bins: PooledBins) => StatisticResult): StatisticOn<'bins'>['compute'] {
  return (reference, current) => compute(poolRareBins(reference, current));
}

function rows(counts: Counts): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
