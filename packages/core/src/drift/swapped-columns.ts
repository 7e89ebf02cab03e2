import { normalSurvival } from '@modelmeter/kernel/distributions';
import type { CategoricalProfile, NumericProfile } from '@modelmeter/kernel/profiles';
import { ksFromBins } from '@modelmeter/kernel/statistics';
import type { Finding } from '../report.js';
import type { ComparedFeature } from './compared-feature.js';

/** A column whose shift is significant. */
export interface ShiftedColumn {
  readonly sample: ComparedFeature;
  /** Effective block sizes of the two samples. */
  readonly blocks: { readonly reference: number; readonly current: number };
}

const levels = {
  chance: 0.0001,
  /** Least distance from the column's own reference. */
  distance: 0.05,
  /** The distance from the other reference is at most this part of it. */
  closer: 1 / 3,
  /** Least share of the rows whose names both columns have. */
  commonNames: 0.5,
  /** Counts settle a distance when they leave less than this open. */
  open: 0.05,
} as const;

/** The shares of two values are one number, so that they may change places by coincidence. */
const fewestValues = 3;
/** Columns of a segment that are compared with each other, those furthest from their reference. */
const mostColumns = 40;
/** Points of each grid at which two numeric columns are compared. */
const pointsCompared = 128;

/**
 * Pairs of columns of one kind whose current rows are far closer to each other's reference than to
 * their own, both ways and beyond chance. A column is in one pair at most: the closest.
 *
 * The distance is that of Kolmogorov and Smirnov for numbers, the total variation for categories.
 * The current rows are known on the grid or the names of their own reference only. So values beyond
 * the grid are compared by their mean and deviation, where the profile has those of its values, and
 * columns of categories must have most of their names in common. Coarse bins of a fleet say too
 * little. The margin for chance is the inequality of Dvoretzky, Kiefer and Wolfowitz (Massart 1990,
 * Annals of Probability 18(3)), divided by the number of pairs (Bonferroni). O(columns² x bins) for
 * at most 40 columns of a segment.
 */
export function findSwappedColumns(
  columns: readonly ShiftedColumn[],
): Map<ComparedFeature, Finding> {
  const measured = columns.flatMap((column) => measure(column) ?? []);
  const found = new Map<ComparedFeature, Finding>();
  for (const key of new Set(measured.map(keyOf))) {
    const furthest = measured
      .filter((column) => keyOf(column) === key)
      .sort((a, b) => b.distance - a.distance)
      .slice(0, mostColumns);
    const pairs = pairsOf(furthest).flatMap(([a, b], _, { length }) => {
      const cross = swappedDistance(a, b, levels.chance / length);
      return cross === undefined ? [] : [{ a: a.sample, b: b.sample, cross }];
    });
    for (const { a, b } of pairs.sort((one, other) => one.cross - other.cross)) {
      if (found.has(a) || found.has(b)) continue;
      found.set(a, findingOf(b));
      found.set(b, findingOf(a));
    }
  }
  return found;
}

function findingOf({ feature }: ComparedFeature): Finding {
  return {
    kind: 'swapped_columns',
    ratio: 1,
    message: `The values look like those of ${JSON.stringify(feature.name)} in the reference, and the other way round.`,
    state: 'investigate',
  };
}

/** A column with what every comparison of it needs. */
interface Measured extends ShiftedColumn {
  /** Distance of the current rows from the reference of the column, 0 to 1. */
  readonly distance: number;
  /** Distance of the current rows from the reference of another column, 0 to 1. */
  distanceTo(other: ComparedFeature): number;
}

function measure(column: ShiftedColumn): Measured | undefined {
  const { reference, current, exported } = column.sample;
  if (exported !== undefined || reference.count === 0 || current.count === 0) return undefined;
  if (reference.type === 'numeric' && current.type === 'numeric') {
    if (reference.grid.length < fewestValues) return undefined;
    const distance = ksFromBins(reference.counts, current.counts).statistic;
    const distanceTo = ({ reference: other }: ComparedFeature): number =>
      numericDistance(current, other as NumericProfile);
    return distance < levels.distance ? undefined : { ...column, distance, distanceTo };
  }
  if (reference.type === 'categorical' && current.type === 'categorical') {
    if (reference.categories.length < fewestValues) return undefined;
    const distance = nameDistance(current, reference);
    const distanceTo = ({ reference: other }: ComparedFeature): number =>
      hasCommonNames(current, other as CategoricalProfile)
        ? nameDistance(current, other as CategoricalProfile)
        : 1;
    return distance < levels.distance ? undefined : { ...column, distance, distanceTo };
  }
  return undefined;
}

function keyOf({ sample }: Measured): string {
  return JSON.stringify([sample.segment, sample.reference.type]);
}

function pairsOf<Item>(items: readonly Item[]): (readonly [Item, Item])[] {
  return items.flatMap((a, index) => items.slice(index + 1).map((b) => [a, b] as const));
}

/** The sum of both distances from the other reference; undefined if the columns are not swapped. */
function swappedDistance(a: Measured, b: Measured, chance: number): number | undefined {
  const toOther = crossDistance(a, b, chance);
  const back = toOther === undefined ? undefined : crossDistance(b, a, chance);
  return toOther === undefined || back === undefined ? undefined : toOther + back;
}

function crossDistance(column: Measured, other: Measured, chance: number): number | undefined {
  const own = column.distance;
  const { reference, current } = column.sample;
  const referenceRows = Math.min(
    reference.count / column.blocks.reference,
    other.sample.reference.count / other.blocks.reference,
  );
  const currentRows = current.count / column.blocks.current;
  const margin = Math.sqrt((Math.log(2 / chance) / 2) * (1 / referenceRows + 1 / currentRows));
  if (own <= margin) return undefined;
  const cross = column.distanceTo(other.sample);
  return cross <= own * levels.closer && own - cross > margin ? cross : undefined;
}

/** The Kolmogorov-Smirnov distance of profiles on two grids, as far as their counts tell it. */
function numericDistance(current: NumericProfile, reference: NumericProfile): number {
  const currentShares = sharesUpTo(current);
  const referenceShares = sharesUpTo(reference);
  let low = 0;
  let high = 0;
  for (const value of [...pointsOf(current), ...pointsOf(reference)]) {
    const [currentLow, currentHigh] = currentShares(value);
    const [referenceLow, referenceHigh] = referenceShares(value);
    low = Math.max(low, currentLow - referenceHigh, referenceLow - currentHigh);
    high = Math.max(high, currentHigh - referenceLow, referenceHigh - currentLow);
  }
  return high - low < levels.open ? low : Math.max(low, momentDistance(current, reference));
}

function pointsOf({ grid }: NumericProfile): Float64Array {
  const step = Math.ceil(grid.length / pointsCompared);
  return grid.filter((_, point) => point % step === 0 || point === grid.length - 1);
}

/** Bounds of the share of the rows at or below a value. O(k), and O(log k) for each value. */
function sharesUpTo({
  grid,
  counts,
  count,
  min,
  max,
  infinite,
}: NumericProfile): (value: number) => readonly [low: number, high: number] {
  const sums = new Float64Array(counts.length + 1);
  for (const [bin, rows] of counts.entries()) sums[bin + 1] = sums[bin]! + rows;
  const isBounded = infinite === 0 && min !== null && max !== null;
  return (value) => {
    if (isBounded && value < min) return [0, 0];
    if (isBounded && value >= max) return [1, 1];
    let points = 0;
    for (let end = grid.length; points < end; ) {
      const middle = (points + end) >> 1;
      if (grid[middle]! <= value) points = middle + 1;
      else end = middle;
    }
    const low = sums[2 * points]! / count;
    const isPoint = points > 0 && grid[points - 1] === value;
    return [low, isPoint ? low : sums[2 * points + 1]! / count];
  };
}

/**
 * The Kolmogorov-Smirnov distance of two normal distributions with the means and deviations of the
 * profiles: exactly for means that differ, to first order for deviations that differ. 1 where the
 * profile of a window has no moments of its values.
 */
function momentDistance(current: NumericProfile, reference: NumericProfile): number {
  if (current.min === null || reference.min === null) return 1;
  const variance = ({ m2, count, infinite }: NumericProfile): number => m2 / (count - infinite);
  const variances = [variance(current), variance(reference)] as const;
  const difference = Math.abs(current.mean - reference.mean);
  if (variances[0] === 0 && variances[1] === 0) return difference === 0 ? 0 : 1;
  const deviation = Math.sqrt((variances[0] + variances[1]) / 2);
  const byMean = 1 - 2 * normalSurvival(difference / deviation / 2);
  // The density of the standard normal at one deviation.
  const bySpread = (0.242 * Math.abs(Math.log(variances[0] / variances[1]))) / 2;
  const distance = Math.max(byMean, bySpread);
  return Number.isFinite(distance) ? Math.min(1, distance) : 1;
}

/** Total variation; names that only one of both has count as one. */
function nameDistance(current: CategoricalProfile, reference: CategoricalProfile): number {
  const rows = new Map(current.categories.map((name, code) => [name, current.counts[code]!]));
  let sum = 0;
  let currentOther = 1;
  let referenceOther = 1;
  for (const [code, name] of reference.categories.entries()) {
    const inCurrent = rows.get(name);
    if (inCurrent === undefined) continue;
    const share = inCurrent / current.count;
    const before = reference.counts[code]! / reference.count;
    sum += Math.abs(share - before);
    currentOther -= share;
    referenceOther -= before;
  }
  return (sum + Math.abs(currentOther - referenceOther)) / 2;
}

/** Whether most rows of both have names that both know. */
function hasCommonNames(current: CategoricalProfile, reference: CategoricalProfile): boolean {
  return isKnown(current, reference.categories) && isKnown(reference, current.categories);
}

function isKnown(
  { categories, counts, count }: CategoricalProfile,
  names: readonly string[],
): boolean {
  const known = new Set(names);
  const rows = categories.reduce(
    (sum, name, code) => (known.has(name) ? sum + counts[code]! : sum),
    0,
  );
  return rows >= levels.commonNames * count;
}
