import type { Statistic, StatisticOn } from '@modelmeter/kernel/statistics';
import type { ComparedFeature } from './compared-feature.js';

/** A statistic that needs only counts, which every window and profile has. */
export type CountedStatistic = StatisticOn<'bins'> | StatisticOn<'profile'>;

/** A measure of the size of a shift, and the effects from which it matters. */
export interface SizeCriterion {
  readonly statistic: CountedStatistic;
  readonly thresholds: { readonly investigate: number; readonly drift: number };
}

/** How drift of one feature is decided. */
export interface DriftCriteria {
  /** A shift matters by the size that is largest on the scale of its thresholds. */
  readonly sizes: readonly SizeCriterion[];
  /** Decides whether a shift is significant. */
  readonly test: 'auto' | CountedStatistic;
  readonly rowsPerBlock: number;
  readonly consecutiveRuns: number;
  readonly minimumRows: number;
}

/** The statistic of embeddings; its score is in standard deviations of the reference. */
export const embeddingStatistic = {
  name: 'mmd',
  // A normal feature that moves by as much has a PSI near 0.1 and 0.25.
  levels: { investigate: 0.3, drift: 0.5 },
} as const;

/** How drift of an embedding is decided. */
export interface EmbeddingCriteria
  extends Pick<DriftCriteria, 'rowsPerBlock' | 'consecutiveRuns' | 'minimumRows'> {
  readonly statistic: Pick<CountedStatistic, 'name'>;
  readonly thresholds: SizeCriterion['thresholds'];
}

/** The name of a test in settings, metrics and reports: `ks` for the statistic `ks_statistic`. */
export function testName(statistic: Pick<Statistic, 'name'>): string {
  return statistic.name.replace(/_statistic$/, '');
}

/** The effective block size of each sample: as measured, otherwise as configured. */
export function blocksOf(
  { rowsPerBlock: measured }: Pick<ComparedFeature, 'rowsPerBlock'>,
  { rowsPerBlock: configured }: Pick<DriftCriteria, 'rowsPerBlock'>,
): NonNullable<ComparedFeature['rowsPerBlock']> {
  return measured ?? { reference: configured, current: configured };
}
