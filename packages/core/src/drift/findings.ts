import { binomialSurvival, normalQuantile } from '@modelmeter/kernel/distributions';
import type { CategoricalProfile, NumericProfile } from '@modelmeter/kernel/profiles';
import { fisherExact, type Proportion } from '@modelmeter/kernel/statistics';
import { profileCounts } from '../bins/feature-bins.js';
import type { Finding } from '../report.js';
import type { Compared, ComparedFeature } from './compared-feature.js';
import { percent } from './words/percent.js';
import { shortNumber } from './words/short-number.js';

/**
 * Levels of the data-quality findings. A finding is reported when the share of rows reaches its level
 * and chance explains it in at most one of ten thousand samples.
 */
const levels = {
  chance: 0.0001,
  invalid: 0.01,
  /** A share has grown when it rose by a point, or doubled and is no longer negligible. */
  rise: 0.01,
  doubled: 2,
  negligible: 0.001,
  outOfRange: 0.001,
  stuck: 0.5,
  /** A value is a spike from this share on, if it had at most a fifth of it in the reference. */
  spike: 0.01,
  spikeGrowth: 5,
  vanished: 0.01,
  /** From this share on, a finding makes a feature worth investigating. */
  matters: 0.01,
} as const;

const namesShown = 3;

/** Effective block sizes of the two samples. */
type Blocks = { readonly reference: number; readonly current: number };

/** The data-quality findings of the current sample, independent of drift. O(bins). */
export function findFindings(sample: ComparedFeature, rowsPerBlock: Blocks): Finding[] {
  const { reference, current, exported } = sample;
  const rows = current.count + current.missing;
  if (rows === 0 || reference.count + reference.missing === 0) return [];
  const findings = [typeChanged(sample, rows), missingIncreased(sample, rows, rowsPerBlock)];
  if (current.count > 0 && reference.count > 0) {
    findings.push(concentrated(sample, rowsPerBlock));
    if (reference.type === 'numeric' && current.type === 'numeric') {
      findings.push(outOfRange(reference, current, rowsPerBlock, exported));
      if (exported === undefined) findings.push(spike(reference, current, rowsPerBlock));
    } else if (reference.type === 'categorical' && current.type === 'categorical') {
      // In the counts of a fleet, `other` also holds names that the reference has.
      const unseenRows = exported?.current.at(-2) ?? current.other;
      findings.push(unseen(reference, current, rowsPerBlock, unseenRows));
      findings.push(vanished(reference, current, rowsPerBlock));
    }
  }
  return findings.filter((finding) => finding !== undefined);
}

/** The state of a feature with a finding that affects a share of the rows. */
function stateAt(ratio: number): Finding['state'] {
  return ratio >= levels.matters ? 'investigate' : 'ok';
}

function typeChanged({ invalid = 0, feature }: ComparedFeature, rows: number): Finding | undefined {
  const ratio = invalid / rows;
  if (ratio < levels.invalid) return undefined;
  const expected = feature.type === 'numeric' ? 'numbers' : 'categories';
  return {
    kind: 'type_changed',
    ratio,
    message: `${percent(ratio)} of the values are not ${expected}; they count as missing.`,
    state: 'investigate',
  };
}

/** More rows are missing than in the reference. */
export function missingIncreased(
  { reference, current, absent }: Compared,
  rows: number,
  blocks: Blocks,
): Finding | undefined {
  const referenceRows = reference.count + reference.missing;
  const before = reference.missing / referenceRows;
  const ratio = current.missing / rows;
  if (!hasGrown(ratio, before)) return undefined;
  const { pValue } = fisherExact(
    proportion(reference.missing, referenceRows, blocks.reference),
    proportion(current.missing, rows, blocks.current),
  );
  if (pValue > levels.chance) return undefined;
  if (absent === rows) {
    return {
      kind: 'column_missing',
      ratio,
      message: 'No row has this feature any more; every value counts as missing.',
      state: 'investigate',
    };
  }
  return {
    kind: 'missing_increased',
    ratio,
    message: `${percent(ratio)} of the rows are missing, ${percent(before)} in the reference.`,
    state: 'investigate',
  };
}

function hasGrown(ratio: number, before: number): boolean {
  if (ratio - before >= levels.rise) return true;
  return ratio >= levels.negligible && ratio >= levels.doubled * before;
}

/** Rows as independent blocks, rounded to whole ones. */
function proportion(successes: number, rows: number, block: number): Proportion {
  const blocks = Math.round(successes / block);
  return { successes: blocks, rows: blocks + Math.round((rows - successes) / block) };
}

/** All rows have one value, or most rows have a value that is rare in the reference. */
function concentrated(sample: ComparedFeature, blocks: Blocks): Finding | undefined {
  const { reference, current, exported } = sample;
  // A coarse bin holds many values, so its rows need not be stuck on one.
  if (exported !== undefined && reference.type === 'numeric') return undefined;
  const counts = exported?.current.subarray(0, -1) ?? profileCounts(current, reference);
  const referenceCounts =
    exported?.reference.subarray(0, -1) ?? profileCounts(reference, reference);
  let largest = 0;
  for (const [bin, count] of counts.entries()) if (count > counts[largest]!) largest = bin;
  // The bins of other and unseen categories hold many names, and a gap between grid points many
  // values: their rows are not stuck on one.
  if (reference.type === 'categorical' && largest >= counts.length - 2) return undefined;
  if (!isOneValue(current, largest)) return undefined;
  const ratio = counts[largest]! / current.count;
  const before = referenceCounts[largest]! / reference.count;
  const isConstant = ratio === 1 && current.count > 1;
  if (!isConstant && (ratio < levels.stuck || before > ratio / 2)) return undefined;
  const { pValue } = fisherExact(
    proportion(referenceCounts[largest]!, reference.count, blocks.reference),
    proportion(counts[largest]!, current.count, blocks.current),
  );
  // All rows of a reference with one value alone are that value: it has not changed.
  if (before === 1 || pValue > levels.chance) return undefined;
  const value = binName(current, largest);
  return isConstant
    ? {
        kind: 'constant',
        ratio,
        message: `Every value is ${value}; ${percent(before)} of the reference.`,
        state: 'investigate',
      }
    : {
        kind: 'stuck',
        ratio,
        message: `${percent(ratio)} of the values are ${value}; ${percent(before)} in the reference.`,
        state: 'investigate',
      };
}

/**
 * A value within the range of the reference that is far more frequent than there, such as a default
 * that replaces missing values.
 */
function spike(
  reference: NumericProfile,
  current: NumericProfile,
  blocks: Blocks,
): Finding | undefined {
  const { counts } = current;
  const n = reference.count / blocks.reference;
  const m = current.count / blocks.current;
  let largest: number | undefined;
  for (let bin = 1; bin < counts.length - 1; bin += 1) {
    const ratio = counts[bin]! / current.count;
    const before = reference.counts[bin]! / reference.count;
    if (ratio < levels.spike || ratio < levels.spikeGrowth * before) continue;
    // A shift of the whole column raises the neighbours of a bin as well.
    const atLeast = (reference.counts[bin]! + 1) / reference.count;
    if (ratio < levels.spikeGrowth * atLeast * growthAround(reference, current, bin)) continue;
    if (ratio >= levels.stuck && isOneValue(current, bin)) continue;
    if (largest !== undefined && counts[bin]! <= counts[largest]!) continue;
    const rows = Math.round(counts[bin]! / blocks.current);
    // The grid is taken from the reference, which costs one of its rows; every bin is looked at.
    const trials = rows + Math.max(0, Math.round(reference.counts[bin]! / blocks.reference) - 1);
    const chance = binomialSurvival(rows - 1, trials, m / (n + m));
    if (chance * counts.length <= levels.chance) largest = bin;
  }
  if (largest === undefined) return undefined;
  const ratio = counts[largest]! / current.count;
  const before = percent(reference.counts[largest]! / reference.count);
  const verb = isOneValue(current, largest) ? 'are' : 'lie';
  return {
    kind: 'spike',
    ratio,
    message: `${percent(ratio)} of the values ${verb} ${binName(current, largest)}; ${before} in the reference.`,
    state: stateAt(ratio),
  };
}

/** Bins on each side of one that are looked at as its neighbours. */
const neighbours = 8;

/** How much more frequent the neighbours of a bin are than in the reference; at least 1. */
function growthAround(reference: NumericProfile, current: NumericProfile, bin: number): number {
  let before = 1;
  let now = 1;
  const last = Math.min(reference.counts.length - 1, bin + neighbours);
  for (let other = Math.max(0, bin - neighbours); other <= last; other += 1) {
    if (other === bin) continue;
    before += reference.counts[other]!;
    now += current.counts[other]!;
  }
  return Math.max(1, now / current.count / (before / reference.count));
}

function isOneValue(profile: NumericProfile | CategoricalProfile, bin: number): boolean {
  if (profile.type === 'categorical') return true;
  return bin % 2 === 1 || (profile.min !== null && profile.min === profile.max);
}

function binName(profile: NumericProfile | CategoricalProfile, bin: number): string {
  if (profile.type === 'categorical') return JSON.stringify(profile.categories[bin]);
  const { grid, min, max } = profile;
  if (min !== null && min === max) return shortNumber(min);
  const point = bin >> 1;
  if (bin % 2 === 1) return shortNumber(grid[point]!);
  if (bin === 0) return `below ${shortNumber(grid[0]!)}`;
  if (point === grid.length) return `above ${shortNumber(grid.at(-1)!)}`;
  return `between ${shortNumber(grid[point - 1]!)} and ${shortNumber(grid[point]!)}`;
}

function outOfRange(
  reference: NumericProfile,
  current: NumericProfile,
  blocks: Blocks,
  exported: ComparedFeature['exported'],
): Finding | undefined {
  const { grid } = reference;
  if (grid.length === 0) return undefined;
  const n = reference.count / blocks.reference;
  const m = current.count / blocks.current;
  const { counts } = current;
  const referenceCounts = exported?.reference.subarray(0, -1) ?? reference.counts;
  const beyond = [0, -1]
    // An outer bin that has rows in the reference, such as infinite values, is within its range.
    .filter((end) => referenceCounts.at(end) === 0)
    .filter((end) => isBeyondChance(counts.at(end)! / blocks.current, n, m))
    .reduce((sum, end) => sum + counts.at(end)!, 0);
  const ratio = beyond / current.count;
  if (ratio < levels.outOfRange) return undefined;
  const extremes =
    current.min === null || current.max === null
      ? ''
      : `, from ${shortNumber(current.min)} to ${shortNumber(current.max)}`;
  return {
    kind: 'out_of_range',
    state: stateAt(ratio),
    ratio,
    message: `${percent(ratio)} of the values lie outside the range of the reference, ${shortNumber(grid[0]!)} to ${shortNumber(grid.at(-1)!)}${extremes}.`,
  };
}

/**
 * The expected share of rows with new categories is the share of rows whose category the reference
 * saw once (Good 1953, Biometrika 40). Fisher's test compares the two shares; as names come in more
 * rows than one, the difference must exceed its standard error too (Esty 1983, Annals of Statistics
 * 11(3), at the share of both samples together).
 */
function unseen(
  reference: CategoricalProfile,
  current: CategoricalProfile,
  blocks: Blocks,
  unseenRows: number,
): Finding | undefined {
  if (reference.other > 0) return undefined;
  const ratio = unseenRows / current.count;
  const seen = (times: number): number =>
    reference.counts.filter((count) => count === times).length;
  const once = seen(1);
  const expected = once / reference.count;
  if (!hasGrown(ratio, expected)) return undefined;
  const before = proportion(once, reference.count, blocks.reference);
  const after = proportion(unseenRows, current.count, blocks.current);
  if (fisherExact(before, after).pValue > levels.chance) return undefined;
  const share = (before.successes + after.successes) / (before.rows + after.rows);
  const rowsPerName = 1 + (2 * seen(2)) / (once + 1);
  const variance =
    (share * (rowsPerName - share)) / before.rows + (share * (1 - share)) / after.rows;
  if (ratio - expected < normalQuantile(1 - levels.chance) * Math.sqrt(variance)) return undefined;
  return {
    kind: 'unseen_categories',
    state: 'investigate',
    ratio,
    message: `${percent(ratio)} of the values are of categories that the reference never saw.`,
  };
}

function vanished(
  reference: CategoricalProfile,
  current: CategoricalProfile,
  blocks: Blocks,
): Finding | undefined {
  const n = reference.count / blocks.reference;
  const m = current.count / blocks.current;
  const names = current.categories.filter((_, index) => {
    const rows = reference.counts[index]!;
    return (
      rows / reference.count >= levels.vanished &&
      current.counts[index] === 0 &&
      isBeyondChance(rows / blocks.reference, m, n)
    );
  });
  if (names.length === 0) return undefined;
  const ratio =
    reference.counts.reduce(
      (sum, rows, index) => (names.includes(reference.categories[index]!) ? sum + rows : sum),
      0,
    ) / reference.count;
  const shown = names.slice(0, namesShown).map((name) => JSON.stringify(name));
  const more = names.length > namesShown ? ` and ${names.length - namesShown} more` : '';
  return {
    kind: 'vanished_categories',
    state: 'investigate',
    ratio,
    message: `${shown.join(', ')}${more} no longer occur${names.length === 1 ? 's' : ''}; ${percent(ratio)} of the reference.`,
  };
}

/**
 * Whether `rows` rows in a sample of m, with none in a sample of n, are too many for chance. With
 * rows in random order, the probability is at most (m / (n + m)) ^ rows.
 */
function isBeyondChance(rows: number, n: number, m: number): boolean {
  return rows > 0 && rows * Math.log(m / (n + m)) < Math.log(levels.chance);
}
