import type { ColumnProfile, EmbeddingProfile, FeatureProfile } from '@modelmeter/kernel/profiles';
import type { OrdinaryMovementTest } from '@modelmeter/kernel/statistics';
import type { ComparedBins } from '../bins/decision-bins.js';
import type { Period } from '../history/comparable-periods.js';
import type { FeatureConfig } from '../settings/features.js';

/** A feature in both samples, counted on the same grid or vocabulary. */
export interface ComparedFeature {
  readonly feature: Pick<FeatureConfig, 'name' | 'type' | 'drift'>;
  /** Set when both samples hold the rows of one segment only. */
  readonly segment?: string;
  readonly reference: ColumnProfile;
  /**
   * The current rows. If the reference has every name (its `other` is 0), the rows in `other` have
   * categories that the reference never saw.
   */
  readonly current: ColumnProfile;
  /**
   * Set when the current rows are known in the exported bins only, as for a fleet. Then `current`
   * has the bin edges as its grid, or the exported names as its categories.
   */
  readonly exported?: ComparedBins;
  /** Current rows whose value was not of the declared type; they also count as missing. */
  readonly invalid?: number;
  /** Current rows that lack the feature, not only its value; they also count as missing. */
  readonly absent?: number;
  /** Effective block size of each sample if it was measured; default: as configured. */
  readonly rowsPerBlock?: { readonly reference: number; readonly current: number } | undefined;
  /** How much the feature moves between comparable periods without drift, where that is known. */
  readonly ordinary?: OrdinaryPeriods;
  /** Why drift of this feature cannot be evaluated, whatever its counts. */
  readonly notReady?: string;
}

/** An embedding, or the numeric features together, in both samples on the same basis. */
export interface ComparedEmbedding {
  readonly feature: Pick<FeatureConfig, 'name' | 'type' | 'drift'>;
  readonly reference: EmbeddingProfile;
  readonly current: EmbeddingProfile;
  readonly rowsPerBlock?: ComparedFeature['rowsPerBlock'];
  readonly notReady?: string;
}

/** What a drift run compares: columns and embeddings. */
export interface Compared extends Omit<ComparedFeature, 'reference' | 'current'> {
  readonly reference: FeatureProfile;
  /** A profile of the same kind as the reference. */
  readonly current: FeatureProfile;
}

export function isEmbedding<Sample extends Compared>(
  sample: Sample,
): sample is Sample & ComparedEmbedding {
  return sample.reference.type === 'embedding';
}

/** The movement of a feature between comparable periods, in addition to sampling noise. */
export interface OrdinaryPeriods extends OrdinaryMovementTest {
  /** Median PSI of one period against the others. */
  readonly psi: number;
  /** The same hours of the day, or of the week. */
  readonly period: Period;
  /** Comparable periods in the history of the reference. */
  readonly periods: number;
}
