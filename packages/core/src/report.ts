import type { FeatureConfig } from './settings/features.js';
import type { DriftState, FindingKind } from './vocabulary.js';

/** The share of a bin in the rows of the reference and of the current sample, 0 to 1. */
export interface BinShares {
  /** Category, or bin as `≤ 12`, `(12, 14]`, `> 14`, `= 0`; or `__missing__`. */
  readonly bin: string;
  readonly referenceRatio: number;
  readonly currentRatio: number;
}

/** A data-quality problem of a feature. */
export interface Finding {
  readonly kind: FindingKind;
  /**
   * Share of the affected current rows, 0 to 1; of reference rows for `vanished_categories`, the
   * largest move of a bin for `trend`, and the change of the correlation, at most 1, for
   * `correlation_changed`.
   */
  readonly ratio: number;
  /** The finding in a sentence. */
  readonly message: string;
  /** The state that the feature has at least because of it. */
  readonly state: 'ok' | 'investigate';
}

/** How large a shift is, without what chance adds to it, with its 95 % interval. */
export interface SizeOfShift {
  readonly estimate: number;
  readonly low: number;
  /** Infinity where the rows do not bound it. */
  readonly high: number;
  readonly thresholds: { readonly investigate: number; readonly drift: number };
}

/** The result of a drift run for one feature. */
export interface FeatureDrift {
  readonly name: string;
  /** The segment whose rows were compared; left out for all rows. */
  readonly segment?: string;
  readonly type: FeatureConfig['type'];
  /** Rows of the reference and of the current sample, missing ones included. */
  readonly referenceRows: number;
  readonly currentRows: number;
  readonly missingRatio: { readonly reference: number; readonly current: number };
  /** Whether the samples could be compared; otherwise the state is `insufficient_data`. */
  readonly compared: boolean;
  /** Scores by name of the statistic; one that does not apply or that failed is left out. */
  readonly scores: Readonly<Record<string, number>>;
  /** The score that chance alone reaches in 5 % of samples of these sizes, where it is known. */
  readonly noiseFloor: Readonly<Record<string, number>>;
  /** Largest amount by which the KS distance may be too small; 0 where it is exact. */
  readonly ksResolution?: number;
  /** The sizes that decide, by statistic; without those that could not be measured. */
  readonly effects: Readonly<Record<string, SizeOfShift>>;
  /** The statistic of the size that decides: the largest on the scale of its thresholds. */
  readonly statistic: string;
  readonly thresholds: SizeOfShift['thresholds'];
  /**
   * Where the window was compared with the same hours of the reference: how many such periods it
   * has, and the typical PSI of one of them against the others.
   */
  readonly ordinary?: {
    readonly period: 'day' | 'week';
    readonly periods: number;
    readonly psi: number;
  };
  /** The test that decides significance. */
  readonly test: string;
  readonly pValue: number;
  readonly adjustedPValue: number;
  readonly significant: boolean;
  readonly state: DriftState;
  /** Consecutive runs, including this one, whose shift was significant with an estimate at the drift threshold. */
  readonly consecutiveRuns: number;
  /**
   * With state `drift` in runs of a monitor: time of the first run that found this shift, in
   * milliseconds since the Unix epoch. A shift that pauses for at most a week goes on.
   */
  readonly driftSinceMs?: number;
  /** Why the state is `insufficient_data`. */
  readonly reason?: string;
  /**
   * Since when the feature has differed, in milliseconds since the Unix epoch, in scheduled runs that
   * find a shift. Exact to a window.
   */
  readonly sinceMs?: number;
  readonly findings: readonly Finding[];
  /** The three bins whose share changed most, the largest change first. */
  readonly largestShifts: readonly BinShares[];
  /** Every bin in the order of its values; `__missing__` is the last. */
  readonly bins: readonly BinShares[];
  /** Set for an embedding. */
  readonly embedding?: EmbeddingShift;
  /** How much the shift changes the scores of the model, from `rankByHarm`. */
  readonly harm?: Harm;
  /** One or two sentences for the person on call. */
  readonly explanation: string;
}

/** The mean absolute change of the model's scores by a shift, in their unit, with its 95 % interval. */
export interface Harm {
  readonly estimate: number;
  readonly low: number;
  /** Infinity for a single row. */
  readonly high: number;
  /** Reference rows that were scored, and how many of them got another value. */
  readonly rows: number;
  readonly changedRows: number;
}

/** How the vectors of an embedding moved. */
export interface EmbeddingShift {
  readonly meanNorm: { readonly reference: number; readonly current: number };
  /** Mean cosine of the angle to the mean vector of the reference, -1 to 1. */
  readonly meanCosine: { readonly reference: number; readonly current: number };
}

/** The thresholds of a feature by name of the statistic. */
export type DriftThresholds = ReadonlyMap<string, SizeOfShift['thresholds']>;

/** The result of a drift run for the rows of one segment. */
export interface SegmentDrift {
  readonly segment: string;
  readonly features: readonly FeatureDrift[];
  readonly driftedFeatures: readonly string[];
  readonly state: DriftState;
}

/** The result of one drift run. */
export interface DriftReport {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly referenceId: string;
  /** Time of the run in milliseconds since the Unix epoch, on the clock of the monitor. */
  readonly timeMs: number;
  readonly features: readonly FeatureDrift[];
  /** The segments of the reference, if the settings name a segment feature. */
  readonly segments?: readonly SegmentDrift[];
  readonly driftedFeatures: readonly string[];
  readonly state: DriftState;
}

/** The names of the features in state `drift`, and the overall state. */
export function verdictOf(
  features: readonly FeatureDrift[],
): Pick<DriftReport, 'driftedFeatures' | 'state'> {
  return {
    driftedFeatures: features.filter(({ state }) => state === 'drift').map(({ name }) => name),
    state: overallState(features),
  };
}

/**
 * The state of a model: `drift`, `investigate` or `ok`, whichever is the worst of its features.
 * `insufficient_data` if no feature has one of them.
 */
export function overallState(features: readonly Pick<FeatureDrift, 'state'>[]): DriftState {
  for (const state of ['drift', 'investigate', 'ok'] as const) {
    if (features.some((feature) => feature.state === state)) return state;
  }
  return 'insufficient_data';
}
