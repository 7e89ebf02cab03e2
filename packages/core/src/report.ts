import type { DriftState, FindingKind } from './vocabulary.js';
/** A bin or category: its share of the rows of the reference and of the current sample. */
export interface BinShares {
  /** Category, or bin as `≤ 12`, `(12, 14]`, `> 14`, `< 0` and `= 0`; or `__missing__`. */
  readonly bin: string;
  readonly referenceRatio: number;
  readonly currentRatio: number;
}

export interface Finding {
  readonly kind: FindingKind;
  /** Share of the rows that it concerns: of the reference for `vanished_categories`, else current. */
  readonly ratio: number;
  /** A short sentence. */
  readonly message: string;
}

/** What a drift run found about one feature. */
export interface FeatureDrift {
  readonly name: string;
  /** The segment whose rows were judged; left out for all rows. */
  readonly segment?: string;
  readonly type: 'numeric' | 'categorical';
  /** Rows of the reference and of the current sample, missing ones included. */
  readonly referenceRows: number;
  readonly currentRows: number;
  readonly missingRatio: { readonly reference: number; readonly current: number };
  /** Scores by name of the statistic; one that does not apply or failed is not there. */
  readonly scores: Readonly<Record<string, number>>;
  /** The score that chance alone reaches in 5 % of such samples, where it is known. */
  readonly noiseFloor: Readonly<Record<string, number>>;
  /** How far the KS distance may be short of the true one; 0 where the grid holds every value. */
  readonly ksResolution?: number;
  /** The statistic that says whether a shift matters, and from which score on. */
  readonly statistic: string;
  readonly thresholds: { readonly investigate: number; readonly drift: number };
  /** The test that decides significance. */
  readonly test: string;
  readonly pValue: number;
  readonly adjustedPValue: number;
  readonly significant: boolean;
  readonly state: DriftState;
  /** Runs in a row, this one included, whose shift was significant and reached the drift threshold. */
  readonly consecutiveRuns: number;
  /** Why the state is `insufficient_data`. */
  readonly reason?: string;
  readonly findings: readonly Finding[];
  /** The bins that moved most, first the largest. */
  readonly largestShifts: readonly BinShares[];
  /** Every bin, in the order of the values; `__missing__` is the last. */
  readonly bins: readonly BinShares[];
  /** One or two sentences for whoever is on call. */
  readonly explanation: string;
}

/** The thresholds of a feature by name of the statistic that is compared with them. */
export type DriftThresholds = ReadonlyMap<string, FeatureDrift['thresholds']>;

/** What was found among the rows of one value of the segment feature. */
export interface SegmentDrift {
  readonly segment: string;
  readonly features: readonly FeatureDrift[];
  readonly driftedFeatures: readonly string[];
  readonly state: DriftState;
}

/** What one drift run found. */
export interface DriftReport {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly referenceId: string;
  /** Time of the run in milliseconds since the Unix epoch, on the clock of the monitor. */
  readonly timeMs: number;
  readonly features: readonly FeatureDrift[];
  /** The segments that the reference has, where the configuration names a segment feature. */
  readonly segments?: readonly SegmentDrift[];
  readonly driftedFeatures: readonly string[];
  readonly state: DriftState;
}

/** The names of the features that drift, and the state of all together. */
export function verdictOf(
  features: readonly FeatureDrift[],
): Pick<DriftReport, 'driftedFeatures' | 'state'> {
  return {
    driftedFeatures: features.filter(({ state }) => state === 'drift').map(({ name }) => name),
    state: overallState(features),
  };
}

/** The state of a model: that of its worst feature; unknown only where no feature is known. */
export function overallState(features: readonly Pick<FeatureDrift, 'state'>[]): DriftState {
  for (const state of ['drift', 'investigate', 'ok'] as const) {
    if (features.some((feature) => feature.state === state)) return state;
  }
  return 'insufficient_data';
}
