import type { FeatureProfile } from '@modelmeter/kernel';
import type { ComparedBins } from '../bins/decision-bins.js';
import type { FeatureConfig } from '../settings/features.js';

/** A feature in both samples, counted on one grid or over one vocabulary. */
export interface ComparedFeature {
  readonly feature: Pick<FeatureConfig, 'name' | 'type' | 'drift'>;
  /** Set when both samples hold the rows of one segment only. */
  readonly segment?: string;
  readonly reference: FeatureProfile;
  /**
   * The current rows. Where the reference kept every name (`other` is 0), rows in `other` are of
   * categories that it never saw.
   */
  readonly current: FeatureProfile;
  /**
   * Set where the current rows are known by the exported bins alone, as those of a fleet: `current`
   * then has the edges of the bins as its grid, or the exported names as its categories.
   */
  readonly exported?: ComparedBins;
  /** Current rows whose value was not of the declared type; they are counted as missing too. */
  readonly invalid?: number;
  /** Rows that count as one in either sample, where they were measured; else as configured. */
  readonly rowsPerBlock?: { readonly reference: number; readonly current: number };
  /** Why this sample cannot be judged, whatever it holds. */
  readonly notReady?: string;
}
