import { z } from 'zod';

/** How drift of a feature is decided; settings that are left out follow `driftDetection`. */
export interface CriteriaOptions {
  /**
   * Which size of a shift must be large enough to matter: `auto`, PSI or the share moved, whichever
   * is larger on the scale of its thresholds; or the name of one statistic. A statistic or test of
   * `driftDetection` that does not apply to a feature's type is replaced by the default there.
   */
  readonly statistic?: string | undefined;
  /**
   * Effect from which a significant change is drift. Above `investigateThreshold`. Of `statistic`; of
   * PSI with `auto`.
   */
  readonly driftThreshold?: number | undefined;
  /** Effect from which a significant change is worth investigating. Of `statistic`; of PSI with `auto`. */
  readonly investigateThreshold?: number | undefined;
  /**
   * Largest move of one bin or category, as a share of the rows, from which a significant change is
   * drift, with `auto`. Above `shareMovedInvestigateThreshold`.
   */
  readonly shareMovedThreshold?: number | undefined;
  /** The move from which a significant change is worth investigating, with `auto`. */
  readonly shareMovedInvestigateThreshold?: number | undefined;
  /** `auto`, or a statistic with a p-value, named without its `_statistic`: `ks`, `chi2`. */
  readonly test?: string | undefined;
  /**
   * Effective block size: how many correlated rows (for example of one user) count as one
   * independent row. At least 1.
   */
  readonly rowsPerBlock?: number | undefined;
  /** Consecutive runs that must find drift before the state says so. 1 to 100. */
  readonly consecutiveRuns?: number | undefined;
  /** Rows that a window must have before anything is concluded. */
  readonly minimumRows?: number | undefined;
}

export const criteriaSchema = z.strictObject({
  statistic: z.string().min(1).optional(),
  driftThreshold: z.number().positive().optional(),
  investigateThreshold: z.number().positive().optional(),
  shareMovedThreshold: z.number().positive().max(1).optional(),
  shareMovedInvestigateThreshold: z.number().positive().max(1).optional(),
  test: z.string().min(1).optional(),
  rowsPerBlock: z.number().min(1).optional(),
  consecutiveRuns: z.int().min(1).max(100).optional(),
  minimumRows: z.int().min(1).optional(),
});
