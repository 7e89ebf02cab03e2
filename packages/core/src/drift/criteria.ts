import type { Statistic, StatisticOn } from '@modelmeter/kernel/statistics';
import type { ComparedFeature } from './compared-feature.js';

/** A statistic that can be computed from counts, as every window and profile has them. */
export type CountedStatistic = StatisticOn<'bins'> | StatisticOn<'profile'>;

/** How one feature is judged. */
export interface DriftCriteria {
  /** Decides whether a shift is big enough to matter. */
  readonly statistic: CountedStatistic;
  readonly thresholds: { readonly investigate: number; readonly drift: number };
  /** Decides whether a shift is too big to be noise. */
  readonly test: 'auto' | CountedStatistic;
  readonly rowsPerBlock: number;
  readonly consecutiveRuns: number;
  readonly minimumRows: number;
}

/** `ks` of `ks_statistic`: what a test is called in configuration, metrics and reports. */
export function testName(statistic: Pick<Statistic, 'name'>): string {
  return statistic.name.replace(/_statistic$/, '');
}

/** Rows that count as one in either sample: as measured, else as configured. */
export function blocksOf(
  { rowsPerBlock: measured }: ComparedFeature,
  { rowsPerBlock: configured }: DriftCriteria,
): NonNullable<ComparedFeature['rowsPerBlock']> {
  return measured ?? { reference: configured, current: configured };
}
