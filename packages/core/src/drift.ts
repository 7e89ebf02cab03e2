import {
  benjaminiHochberg,
  chiSquareContingency,
  jensenShannonDistance,
  ksFromCells,
  ksTwoSamplePValue,
  poolRareCells,
  populationStabilityIndex,
  psiNoiseFloor,
} from '@modelmeter/kernel';
import type { DriftConfig } from './config.js';
import {
  type FeatureBins,
  type FeatureCells,
  type FeatureCounts,
  featureBins,
  missingCategory,
  referenceCells,
} from './feature-window.js';

/**
 * `drift`: too big to be noise and big enough to matter. `investigate`: the same below the drift
 * threshold. `insufficient_data`: too few rows to tell, or a window that is not whole yet.
 */
export type DriftState = 'ok' | 'investigate' | 'drift' | 'insufficient_data';

export const driftStates: readonly DriftState[] = [
  'ok',
  'investigate',
  'drift',
  'insufficient_data',
];

/** How much one bin or category moved. */
export interface Mover {
  /** Category, or bin as `(lower, upper]` with bounds of four digits, or `__missing__`. */
  readonly cell: string;
  readonly referenceRatio: number;
  readonly currentRatio: number;
}

/** What a drift run found about one feature. */
export interface FeatureDrift {
  readonly name: string;
  readonly type: 'numeric' | 'categorical';
  /** Rows of the reference and of the window, missing ones included. */
  readonly referenceRows: number;
  readonly currentRows: number;
  readonly missingRatio: { readonly reference: number; readonly current: number };
  readonly scores: {
    readonly psi: number;
    readonly chi2_statistic: number;
    readonly js_distance: number;
    /** Numeric features only. */
    readonly ks_statistic?: number;
  };
  readonly noiseFloor: { readonly psi: number };
  /** How far the KS distance may be short of the true one; 0 where the grid holds every value. */
  readonly ksResolution?: number;
  /** The test that decides significance. */
  readonly test: 'ks' | 'chi2';
  readonly pValue: number;
  readonly adjustedPValue: number;
  readonly significant: boolean;
  readonly state: DriftState;
  /** Why the state is `insufficient_data`. */
  readonly reason?: string;
  /** The cells that moved most, first the largest. */
  readonly movers: readonly Mover[];
}

/** What one drift run found. */
export interface DriftReport {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly referenceId: string;
  /** Time of the run in milliseconds since the Unix epoch, on the clock of the monitor. */
  readonly timeMs: number;
  readonly features: readonly FeatureDrift[];
  readonly driftedFeatures: readonly string[];
  readonly state: DriftState;
}

/** A feature, the rows that the run found in its window, and why it cannot be judged if so. */
export interface FeatureSample {
  readonly cells: FeatureCells;
  readonly counts: FeatureCounts;
  readonly notReady?: string;
}

/** Distinct reference values up to which a numeric feature is tested by categories, not by KS. */
const discreteValues = 30;
const moversReported = 3;

/**
 * Compares the window of every feature with the reference and decides.
 *
 * A feature is `significant` when its p-value survives Benjamini-Hochberg over the features of
 * the run, and in state `drift` when beside that its population stability index reaches
 * `psi_threshold`. The index, its noise floor and the chi-square test share one pooling of rare
 * cells and one smoothing. A window whose noise floor reaches the investigate threshold is too
 * small to tell a shift worth looking at from chance: `insufficient_data`.
 *
 * O(features x cells).
 */
export function evaluateDrift(
  samples: readonly FeatureSample[],
  settings: Pick<DriftConfig, 'psi_threshold' | 'psi_investigate_threshold' | 'significance_level'>,
): FeatureDrift[] {
  const measured = samples.map((sample) => measure(sample, settings.psi_investigate_threshold));
  const judged = measured.filter(({ reason }) => reason === undefined);
  const adjusted = benjaminiHochberg(judged.map(({ pValue }) => pValue));
  const adjustedOf = new Map(judged.map((feature, index) => [feature.name, adjusted[index]!]));
  return measured.map((feature) => {
    const adjustedPValue = adjustedOf.get(feature.name) ?? 1;
    const significant = adjustedPValue < settings.significance_level;
    return { ...feature, adjustedPValue, significant, state: decide(feature, significant) };
  });

  function decide(feature: MeasuredFeature, significant: boolean): DriftState {
    if (feature.reason !== undefined) return 'insufficient_data';
    if (!significant) return 'ok';
    if (feature.scores.psi >= settings.psi_threshold) return 'drift';
    return feature.scores.psi >= settings.psi_investigate_threshold ? 'investigate' : 'ok';
  }
}

/** The state of a model: that of its worst feature; unknown only where no feature is known. */
export function overallState(features: readonly FeatureDrift[]): DriftState {
  for (const state of ['drift', 'investigate', 'ok'] as const) {
    if (features.some((feature) => feature.state === state)) return state;
  }
  return 'insufficient_data';
}

type MeasuredFeature = Omit<FeatureDrift, 'adjustedPValue' | 'significant' | 'state'>;

function measure({ cells, counts, notReady }: FeatureSample, investigate: number): MeasuredFeature {
  const { profile, feature } = cells;
  const bins = featureBins(cells);
  const reference = Float64Array.of(...bins.reference, profile.missing);
  const current = Float64Array.of(...bins.fold(counts.cells), counts.missing);
  const referenceRows = sum(reference);
  const currentRows = sum(current);
  const base = {
    name: feature.name,
    type: feature.type,
    referenceRows,
    currentRows,
    missingRatio: {
      reference: ratio(profile.missing, referenceRows),
      current: ratio(counts.missing, currentRows),
    },
  };
  if (referenceRows === 0 || currentRows === 0) {
    return {
      ...base,
      scores: { psi: 0, chi2_statistic: 0, js_distance: 0 },
      noiseFloor: { psi: 0 },
      test: 'chi2',
      pValue: 1,
      reason: notReady ?? `the ${referenceRows === 0 ? 'reference' : 'window'} has no rows`,
      movers: [],
    };
  }
  const pooled = poolRareCells(reference, current);
  const chi2 = chiSquareContingency(pooled.reference, pooled.current);
  // One cell has no chance variation at all, however few its rows: ask at least two of it.
  const noiseFloor = psiNoiseFloor(referenceRows, currentRows, Math.max(2, pooled.cells));
  const ks =
    profile.type === 'numeric' ? ksFromCells(referenceCells(profile), counts.cells) : undefined;
  const continuous = profile.type === 'numeric' && profile.grid.length > discreteValues;
  const reason =
    notReady ??
    (noiseFloor >= investigate
      ? `${currentRows} rows in the window: chance alone reaches a PSI of ${noiseFloor.toFixed(3)}`
      : undefined);
  return {
    ...base,
    scores: {
      psi: populationStabilityIndex(pooled.reference, pooled.current),
      chi2_statistic: chi2.statistic,
      js_distance: jensenShannonDistance(reference, current),
      ...(ks === undefined ? {} : { ks_statistic: ks.statistic }),
    },
    noiseFloor: { psi: noiseFloor },
    ...(ks === undefined ? {} : { ksResolution: ks.resolution }),
    ...(continuous && ks !== undefined
      ? { test: 'ks' as const, pValue: combinedPValue(ks, chi2, profile.missing + counts.missing) }
      : { test: 'chi2' as const, pValue: chi2.pValue }),
    ...(reason === undefined ? {} : { reason }),
    movers: movers(bins, reference, current),
  };
}

/**
 * KS leaves the missing rows out, so where there are any the contingency test, which counts them
 * as a cell, has its say too: the smaller of the two p-values, doubled (Bonferroni).
 */
function combinedPValue(
  ks: { readonly statistic: number; readonly n: number; readonly m: number },
  chi2: { readonly pValue: number },
  missing: number,
): number {
  const ksPValue = ksTwoSamplePValue(ks.statistic, ks.n, ks.m);
  return missing === 0 ? ksPValue : Math.min(1, 2 * Math.min(ksPValue, chi2.pValue));
}

function movers(bins: FeatureBins, reference: Float64Array, current: Float64Array): Mover[] {
  const names = cellNames(bins);
  const referenceRows = sum(reference);
  const currentRows = sum(current);
  return names
    .map((cell, index) => ({
      cell,
      referenceRatio: ratio(reference[index]!, referenceRows),
      currentRatio: ratio(current[index]!, currentRows),
    }))
    .sort((a, b) => moved(b) - moved(a))
    .filter((mover) => moved(mover) > 0)
    .slice(0, moversReported);
}

function moved({ referenceRatio, currentRatio }: Mover): number {
  return Math.abs(currentRatio - referenceRatio);
}

function cellNames({ edges, categories }: FeatureBins): string[] {
  if (categories.length > 0) return [...categories, missingCategory];
  const bounds = [Number.NEGATIVE_INFINITY, ...edges, Number.POSITIVE_INFINITY];
  const names = bounds
    .slice(1)
    .map((upper, index) => `(${shortBound(bounds[index]!)}, ${shortBound(upper)}]`);
  return [...names, missingCategory];
}

/** A bound for people: four digits. */
function shortBound(bound: number): string {
  if (!Number.isFinite(bound)) return bound < 0 ? '-∞' : '∞';
  return String(Number(bound.toPrecision(4)));
}

function sum(counts: Float64Array): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
