import type { CategoricalProfile, NumericProfile } from '@modelmeter/kernel/profiles';
import { twoProportionZ } from '@modelmeter/kernel/statistics';
import { profileCounts } from '../bins/feature-bins.js';
import type { Finding } from '../report.js';
import type { Compared, ComparedFeature } from './compared-feature.js';
import { percent } from './words/percent.js';
import { shortNumber } from './words/short-number.js';

/**
 * Levels of the data-quality findings. A finding is reported when the share of rows reaches its level
 * and chance explains it in at most one of a thousand samples.
 */
const levels = {
  chance: 0.001,
  invalid: 0.01,
  missingRise: 0.01,
  outOfRange: 0.001,
  stuck: 0.5,
  unseen: 0.001,
  vanished: 0.01,
} as const;

const namesShown = 3;

/** The data-quality findings of the current sample, independent of drift. O(bins). */
export function findFindings(
  sample: ComparedFeature,
  rowsPerBlock: { readonly reference: number; readonly current: number },
): Finding[] {
  const { reference, current, exported } = sample;
  const rows = current.count + current.missing;
  if (rows === 0 || reference.count + reference.missing === 0) return [];
  const findings = [typeChanged(sample, rows), missingIncreased(sample, rows, rowsPerBlock)];
  if (current.count > 0) {
    findings.push(concentrated(sample));
    if (reference.type === 'numeric' && current.type === 'numeric') {
      findings.push(outOfRange(reference, current, rowsPerBlock, exported));
    } else if (reference.type === 'categorical' && current.type === 'categorical') {
      // In the counts of a fleet, `other` also holds names that the reference has.
      const unseenRows = exported?.current.at(-2) ?? current.other;
      findings.push(unseen(reference, current, rowsPerBlock, unseenRows));
      findings.push(vanished(reference, current, rowsPerBlock));
    }
  }
  return findings.filter((finding) => finding !== undefined);
}

function typeChanged({ invalid = 0, feature }: ComparedFeature, rows: number): Finding | undefined {
  const ratio = invalid / rows;
  if (ratio < levels.invalid) return undefined;
  const expected = feature.type === 'numeric' ? 'numbers' : 'categories';
  return {
    kind: 'type_changed',
    ratio,
    message: `${percent(ratio)} of the values are not ${expected}; they count as missing.`,
  };
}

/** More rows are missing than in the reference. */
export function missingIncreased(
  { reference, current, absent }: Compared,
  rows: number,
  blocks: { readonly reference: number; readonly current: number },
): Finding | undefined {
  const referenceRows = reference.count + reference.missing;
  const before = reference.missing / referenceRows;
  const ratio = current.missing / rows;
  if (ratio - before < levels.missingRise) return undefined;
  const { pValue } = twoProportionZ(
    { successes: reference.missing / blocks.reference, rows: referenceRows / blocks.reference },
    { successes: current.missing / blocks.current, rows: rows / blocks.current },
  );
  if (pValue > levels.chance) return undefined;
  if (absent === rows) {
    return {
      kind: 'column_missing',
      ratio,
      message: 'No row has this feature any more; every value counts as missing.',
    };
  }
  return {
    kind: 'missing_increased',
    ratio,
    message: `${percent(ratio)} of the rows are missing, ${percent(before)} in the reference.`,
  };
}

/** All rows have one value, or most rows have a value that is rare in the reference. */
function concentrated({ reference, current, exported }: ComparedFeature): Finding | undefined {
  if (reference.count === 0) return undefined;
  // A coarse bin holds many values, so its rows need not be stuck on one.
  if (exported !== undefined && reference.type === 'numeric') return undefined;
  const counts = exported?.current.subarray(0, -1) ?? profileCounts(current, reference);
  const referenceCounts =
    exported?.reference.subarray(0, -1) ?? profileCounts(reference, reference);
  let largest = 0;
  for (const [bin, count] of counts.entries()) if (count > counts[largest]!) largest = bin;
  const ratio = counts[largest]! / current.count;
  const before = referenceCounts[largest]! / reference.count;
  if (ratio < levels.stuck || before > ratio / 2) return undefined;
  // The bins of other and unseen categories hold many names, which is not to be stuck on one.
  if (reference.type === 'categorical' && largest >= counts.length - 2) return undefined;
  const value = binName(current, largest);
  if (ratio === 1 && current.count > 1 && isOneValue(current, largest)) {
    return {
      kind: 'constant',
      ratio,
      message: `Every value is ${value}; ${percent(before)} of the reference.`,
    };
  }
  return {
    kind: 'stuck',
    ratio,
    message: `${percent(ratio)} of the values are ${value}; ${percent(before)} in the reference.`,
  };
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
  blocks: { readonly reference: number; readonly current: number },
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
    ratio,
    message: `${percent(ratio)} of the values lie outside the range of the reference, ${shortNumber(grid[0]!)} to ${shortNumber(grid.at(-1)!)}${extremes}.`,
  };
}

/**
 * The expected share of rows with new categories is the share of rows whose category the reference
 * saw once (Good 1953, Biometrika 40).
 */
function unseen(
  reference: CategoricalProfile,
  current: CategoricalProfile,
  blocks: { readonly reference: number; readonly current: number },
  unseenRows: number,
): Finding | undefined {
  if (reference.other > 0) return undefined;
  const ratio = unseenRows / current.count;
  if (ratio < levels.unseen) return undefined;
  const n = reference.count / blocks.reference;
  const m = current.count / blocks.current;
  const rows = unseenRows / blocks.current;
  const once = reference.counts.filter((count) => count === 1).length;
  const expected = (m * once) / Math.max(1, reference.count);
  const spread = 3.3 * Math.sqrt(expected * (1 + m / n));
  if (!isBeyondChance(rows - expected - spread, n, m)) return undefined;
  return {
    kind: 'unseen_categories',
    ratio,
    message: `${percent(ratio)} of the values are of categories that the reference never saw.`,
  };
}

function vanished(
  reference: CategoricalProfile,
  current: CategoricalProfile,
  blocks: { readonly reference: number; readonly current: number },
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
