import { type Counts, requireCounts } from '../checks/counts.js';
import { requireSampleSize } from '../checks/number-arguments.js';
import { chiSquareQuantile } from '../distributions/chi-square.js';
import { fSurvival } from '../distributions/fisher-snedecor.js';
import { KernelError } from '../errors.js';
import { sum } from '../numeric/sum.js';
import { chiSquareContingency } from './chi-square-contingency.js';
import { minimumExpectedRows, poolRareBins } from './pool-rare-bins.js';
import { populationStabilityIndex } from './psi.js';

/** How much the shares of a feature move between comparable periods, in addition to sampling noise. */
export interface OrdinaryMovement {
  /**
   * ρ in [0, 1]: the variance of a share p between periods is ρ p (1 - p); 0 where the periods
   * differ by no more than sampling noise.
   */
  readonly correlation: number;
  /**
   * Design effects: rows that tell as much as one independent row, 1 or more, in the reference
   * (the sum of the periods) and in a current sample of the given size.
   */
  readonly rowsPerBlock: { readonly reference: number; readonly current: number };
  /**
   * Degrees of freedom of a comparison: of the movement, 1 to bins - 1 (fewer where the bins move
   * together), and of its estimate, which few periods leave uncertain.
   */
  readonly degreesOfFreedom: { readonly comparison: number; readonly estimate: number };
  /** Median PSI of one period against all others, in nats. */
  readonly psi: number;
}

/** Below it nothing can be said of the variance between periods. */
const leastPeriods = 3;

/**
 * Estimates the ordinary movement of a feature from its counts in comparable periods, such as the
 * same hours of several weeks.
 *
 * The chi-square statistic of the periods x bins table exceeds its degrees of freedom by the
 * variance between periods: ρ by moments, as in a one-way random-effects analysis, in the bins that
 * remain when rare ones are pooled. The degrees of freedom are those of Satterthwaite for the
 * eigenvalues of the covariance between periods, so that bins that move together, as after a shift
 * of the mean, count once. Rows before the division by the design effects are compared by
 * `movementTest`. O(periods² bins).
 *
 * @param periods Counts per bin of each period; the reference is their sum. Empty ones are left out.
 * @param currentRows Rows of the current sample, 0 or more.
 * @param others Further groups of periods that are comparable among themselves but not with
 * `periods`, such as the same hours of other days of the week. They make the estimate more certain.
 * @returns undefined when fewer than three periods have rows. Where one bin is left after rare ones were
 * pooled, ρ is 0.
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite;
 * INVALID_ARGUMENT when `currentRows` is negative or not finite.
 *
 * Sources: Rao and Scott 1981, JASA 76 (design effects); Satterthwaite 1946, Biometrics 2; Brier
 * 1980, Biometrika 67 (the Dirichlet-multinomial case, where all bins have one ρ).
 */
export function ordinaryMovement(
  periods: readonly Counts[],
  currentRows: number,
  others: readonly (readonly Counts[])[] = [],
): OrdinaryMovement | undefined {
  requireSampleSize('ordinaryMovement(currentRows)', currentRows);
  const groups = [periods, ...others].map(withRows);
  requireSameBins(groups);
  const usable = groups.filter((group) => group.length >= 2);
  if (groups[0]!.length < leastPeriods) return undefined;
  const pooled = pooledGroups(usable);
  const deviations = pooled.flatMap(deviationsOf);
  const bins = Math.max(...pooled.map(binsWithRows));
  if (bins < 2) return withoutMovement(usable);

  // Sums over groups of: (w - 1), N - Σ n² / N, and the chi-square statistic per degree of freedom.
  let freedom = 0;
  let spread = 0;
  let statistic = 0;
  for (const group of pooled) {
    const rows = group.map(sum);
    const all = sum(rows);
    const groupBins = binsWithRows(group);
    if (groupBins < 2) continue;
    freedom += group.length - 1;
    spread += all - squares(rows) / all;
    statistic += squaredLength(deviationsOf(group)) / (groupBins - 1);
  }
  const rowsOfPeriod = spread / freedom;
  const correlation =
    rowsOfPeriod > 1 ? Math.min(1, Math.max(0, (statistic / freedom - 1) / (rowsOfPeriod - 1))) : 0;
  const rows = groups[0]!.map(sum);
  const all = sum(rows);
  const rowsPerBlock = {
    reference: 1 + correlation * Math.max(0, squares(rows) / all - 1),
    current: 1 + correlation * Math.max(0, currentRows - 1),
  };
  return {
    correlation,
    rowsPerBlock,
    degreesOfFreedom: degreesOfFreedom({
      bins,
      freedom,
      rowsOfPeriod,
      dispersion: statistic / freedom,
      squaredTrace: traceOfSquare(deviations, freedom),
      sampling: 1 / all + 1 / currentRows,
      movement: squares(rows) / all ** 2 + 1,
    }),
    psi: medianPsi(groups[0]!),
  };
}

/** Where all rows are in one bin: nothing moves, so sampling noise decides about rows elsewhere. */
function withoutMovement(groups: readonly (readonly Counts[])[]): OrdinaryMovement {
  const estimate = groups.reduce((freedom, group) => freedom + group.length - 1, 0);
  return {
    correlation: 0,
    rowsPerBlock: { reference: 1, current: 1 },
    degreesOfFreedom: { comparison: 1, estimate },
    psi: 0,
  };
}

/**
 * The chi-square test of a reference against a current sample, with their ordinary movement as the
 * noise: the statistic after division by the design effects, per degree of freedom, against the F
 * distribution.
 *
 * Bins are pooled by the rows before that division. An empty sample or one bin alone gives statistic
 * 0 and p 1. Source: Rao and Scott 1984, Annals of Statistics 12 (second-order correction).
 *
 * @returns The statistic, whose mean is about 1 in ordinary periods, and its p-value in [0, 1].
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 */
export function movementTest(
  reference: Counts,
  current: Counts,
  { rowsPerBlock, degreesOfFreedom: { comparison, estimate } }: OrdinaryMovementTest,
): { readonly statistic: number; readonly pValue: number } {
  const pooled = poolRareBins(reference, current);
  const test = chiSquareContingency(
    pooled.reference.map((rows) => rows / rowsPerBlock.reference),
    pooled.current.map((rows) => rows / rowsPerBlock.current),
  );
  if (test.degreesOfFreedom === 0) return { statistic: 0, pValue: 1 };
  const statistic = test.statistic / test.degreesOfFreedom;
  const freedom = Math.min(comparison, test.degreesOfFreedom);
  return { statistic, pValue: fSurvival(statistic, freedom, estimate) };
}

/** What `movementTest` needs of an `OrdinaryMovement`. */
export type OrdinaryMovementTest = Pick<OrdinaryMovement, 'rowsPerBlock' | 'degreesOfFreedom'>;

/**
 * A comparison has the covariance A I + B M in units of one row, with the movement M of trace
 * ρ (bins - 1). Both degrees of freedom are those of Satterthwaite, (trace)² / trace of the square,
 * at an upper quartile of ρ: with few periods, ρ may by chance look far smaller than it is.
 */
function degreesOfFreedom(estimate: {
  readonly bins: number;
  readonly freedom: number;
  readonly rowsOfPeriod: number;
  /** Chi-square statistic of the periods per degree of freedom. */
  readonly dispersion: number;
  readonly squaredTrace: number;
  readonly sampling: number;
  readonly movement: number;
}): OrdinaryMovement['degreesOfFreedom'] {
  const { bins, freedom, rowsOfPeriod, dispersion, squaredTrace, sampling, movement } = estimate;
  const free = bins - 1;
  const ofPeriods = Math.min(free, Math.max(1, (dispersion * free) ** 2 / squaredTrace || 1));
  const estimateFreedom = freedom * ofPeriods;
  const upper = (dispersion * estimateFreedom) / chiSquareQuantile(0.25, estimateFreedom);
  const correlation = Math.max(0, upper - 1) / rowsOfPeriod;
  const trace = correlation * free;
  // Of M²: between that of a movement that all bins share and that of one in a single direction.
  const scale = (upper / dispersion) ** 2 || 1;
  const squared = (squaredTrace * scale - free - 2 * rowsOfPeriod * trace) / rowsOfPeriod ** 2;
  const movementSquared = Math.min(trace ** 2, Math.max(trace ** 2 / free, squared));
  const compared =
    (sampling * free + movement * trace) ** 2 /
    (sampling ** 2 * free + 2 * sampling * movement * trace + movement ** 2 * movementSquared);
  // Sampling noise is known: only the part of the movement is uncertain.
  const uncertain =
    (movement * (1 / rowsOfPeriod + correlation)) / (sampling + movement * correlation);
  return {
    comparison: Number.isFinite(sampling) ? compared : free,
    estimate: Math.max(1e-3, estimateFreedom / uncertain ** 2),
  };
}

/**
 * Trace of the square of the covariance between periods, from deviations from group means. With few
 * periods it is too large, so that the degrees of freedom are too few rather than too many.
 */
function traceOfSquare(deviations: readonly Float64Array[], freedom: number): number {
  let squared = 0;
  for (const [index, a] of deviations.entries()) {
    squared += product(a, a) ** 2;
    for (const b of deviations.slice(index + 1)) squared += 2 * product(a, b) ** 2;
  }
  return squared / freedom ** 2;
}

/** √n (p_i - p) / √p of every period of a group: their squares add up to its chi-square statistic. */
function deviationsOf(group: readonly Counts[]): Float64Array[] {
  const sums = sumOf(group);
  const rows = sum(sums);
  return group.map((period) => {
    const size = sum(period);
    return sums.map((both, bin) => {
      if (both === 0) return 0;
      const expected = (both / rows) * size;
      return (period[bin]! - expected) / Math.sqrt(expected);
    });
  });
}

/** The groups in the bins whose expected rows reach the minimum in a period of average size. */
function pooledGroups(groups: readonly (readonly Counts[])[]): Float64Array[][] {
  const all = groups.flat();
  const sums = sumOf(all);
  const { pooledInto, bins } = poolRareBins(
    sums,
    sums.map((rows) => rows / all.length),
    minimumExpectedRows,
  );
  return groups.map((group) =>
    group.map((period) => {
      const rows = new Float64Array(bins);
      for (const [bin, target] of pooledInto.entries()) rows[target]! += period[bin]!;
      return rows;
    }),
  );
}

function medianPsi(periods: readonly Counts[]): number {
  const sums = sumOf(periods);
  const values = periods
    .map((period) => {
      const rest = sums.map((rows, bin) => Math.max(0, rows - period[bin]!));
      const pooled = poolRareBins(rest, period);
      return populationStabilityIndex(pooled.reference, pooled.current);
    })
    .sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}

function withRows(group: readonly Counts[]): Counts[] {
  return group.filter((period) => requireCounts('ordinaryMovement(periods)', period) > 0);
}

function requireSameBins(groups: readonly (readonly Counts[])[]): void {
  const all = groups.flat();
  const other = all.find((period) => period.length !== all[0]!.length);
  if (other === undefined) return;
  throw new KernelError('INVALID_COUNTS', {
    place: 'ordinaryMovement(periods).length',
    value: other.length,
    nextStep: `count every period over the same bins; the first has ${all[0]!.length}`,
  });
}

function sumOf(group: readonly Counts[]): Float64Array {
  const sums = new Float64Array(group[0]!.length);
  for (const period of group) {
    for (let bin = 0; bin < sums.length; bin += 1) sums[bin]! += period[bin]!;
  }
  return sums;
}

function binsWithRows(group: readonly Counts[]): number {
  return sumOf(group).filter((rows) => rows > 0).length;
}

function squares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += a[index]! * b[index]!;
  return sum;
}

function squaredLength(vectors: readonly Float64Array[]): number {
  return vectors.reduce((sum, vector) => sum + product(vector, vector), 0);
}
