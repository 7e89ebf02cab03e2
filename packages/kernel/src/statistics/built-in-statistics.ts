import type { Counts } from '../counts.js';
import { chiSquareContingency } from './chi-square-contingency.js';
import { jensenShannonDistance } from './jensen-shannon.js';
import { ksFromCells, ksNoiseFloor } from './ks-from-cells.js';
import { ksTwoSamplePValue } from './ks-p-value.js';
import { type PooledCells, poolRareCells } from './pool-rare-cells.js';
import { populationStabilityIndex, psiNoiseFloor } from './psi.js';
import type { Statistic, StatisticOn, StatisticResult } from './statistic.js';

/**
 * Every drift statistic of this package in the form that a user's own has.
 *
 * Tests on bins pool rare cells first, so that their laws hold; see `poolRareCells`.
 */
export const builtInStatistics: readonly Statistic[] = [
  onBins({
    name: 'psi',
    compute: pooled(({ reference, current }) => ({
      score: populationStabilityIndex(reference, current),
    })),
    noiseFloor: (reference, current, alpha) =>
      psiNoiseFloor(rows(reference), rows(current), poolRareCells(reference, current).cells, alpha),
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
  onProfile({
    name: 'ks_statistic',
    compute: (reference, current) => {
      const { statistic, n, m } = ksFromCells(reference.cells, current.cells);
      return { score: statistic, pValue: ksTwoSamplePValue(statistic, n, m) };
    },
    noiseFloor: (reference, current, alpha) => ksNoiseFloor(reference.count, current.count, alpha),
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

function pooled(compute: (cells: PooledCells) => StatisticResult): StatisticOn<'bins'>['compute'] {
  return (reference, current) => compute(poolRareCells(reference, current));
}

function rows(counts: Counts): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
