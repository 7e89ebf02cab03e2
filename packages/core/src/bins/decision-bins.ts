import { binomialSurvival } from '@modelmeter/kernel/distributions';
import type { CategoricalProfile, ColumnProfile } from '@modelmeter/kernel/profiles';
import { settingDefaults } from '../settings/defaults.js';
import { featureBins, profileCounts } from './feature-bins.js';
import { isExpectedLarge } from './rare-bins.js';
import { totalRows } from './total-rows.js';

/** Rows of both samples in the same bins, missing rows last. */
export interface ComparedBins {
  readonly reference: Float64Array;
  readonly current: Float64Array;
}

/** A name is common if chance leaves it out of the reference with a smaller probability. */
const chance = 0.001;

/**
 * The bins in which drift of a feature is decided.
 *
 * A numeric feature has the quantile bins of its reference, neighbours merged where few rows are
 * expected. Categories get bins by their rows in
 * both samples together. Choosing them by the reference alone would bias the comparison: names that
 * are frequent in the reference are, for that reason alone, less frequent in any other sample of
 * the same source. At most `maximumCategories` names with the most rows have a bin each, the other
 * common names share one, and names so rare that a sample may lack them share one with the
 * categories that the reference never saw. O(categories log categories).
 */
export function decisionBins(reference: ColumnProfile, current: ColumnProfile): ComparedBins {
  if (reference.type === 'numeric' || current.type === 'numeric') {
    return mergedNeighbours(exportedBins(reference, current));
  }
  return categoryBins(reference, current);
}

/**
 * Merges neighbouring bins until enough rows are expected in each, by the shares of the reference.
 *
 * Bins without rows in the reference, and missing rows, stay: they hold what is new.
 */
function mergedNeighbours({ reference, current }: ComparedBins): ComparedBins {
  const n = totalRows(reference);
  const m = totalRows(current);
  const isEnough = (rows: number): boolean => isExpectedLarge(rows, n, m);
  const merged: { reference: number; current: number }[] = [];
  let open: { reference: number; current: number } | undefined;
  /** Whether the last merged bin is a neighbour of the open one and itself made of small bins. */
  let canJoin = false;
  const close = (): void => {
    if (open === undefined) return;
    const last = merged.at(-1);
    if (canJoin && last !== undefined && !isEnough(open.reference)) {
      last.reference += open.reference;
      last.current += open.current;
    } else {
      merged.push(open);
      canJoin = true;
    }
    open = undefined;
  };
  for (const [bin, rows] of reference.entries()) {
    const isMissing = bin === reference.length - 1;
    if (isMissing || rows === 0 || isEnough(rows)) {
      close();
      merged.push({ reference: rows, current: current[bin]! });
      canJoin = false;
      continue;
    }
    open ??= { reference: 0, current: 0 };
    open.reference += rows;
    open.current += current[bin]!;
    if (isEnough(open.reference)) close();
  }
  close();
  return {
    reference: Float64Array.from(merged, (bin) => bin.reference),
    current: Float64Array.from(merged, (bin) => bin.current),
  };
}

/** Rows in the bins that replicas export: those of `featureBins`, then the missing rows. O(bins). */
export function exportedBins(reference: ColumnProfile, current: ColumnProfile): ComparedBins {
  const bins = featureBins(reference);
  return {
    reference: Float64Array.of(...bins.reference, reference.missing),
    current: Float64Array.of(...bins.fold(profileCounts(current, reference)), current.missing),
  };
}

// Ties are broken by name: the order of the vocabulary is that of the reference's rows.
function categoryBins(reference: CategoricalProfile, current: CategoricalProfile): ComparedBins {
  const { categories } = reference;
  const both = reference.counts.map((rows, code) => rows + current.counts[code]!);
  const common = commonFrom(reference, current);
  const codes = Array.from(both.keys())
    .filter((code) => both[code]! >= common)
    .sort((a, b) => both[b]! - both[a]! || (categories[a]! < categories[b]! ? -1 : 1));
  const kept = new Map(
    codes.slice(0, settingDefaults.maximumCategories).map((code, bin) => [code, bin]),
  );
  const bins = kept.size;
  const fold = (profile: CategoricalProfile): Float64Array => {
    const rows = new Float64Array(bins + 3);
    for (const [code, count] of profile.counts.entries()) {
      const bin = kept.get(code) ?? (both[code]! >= common ? bins : bins + 1);
      rows[bin]! += count;
    }
    rows[bins + 1]! += profile.other;
    rows[bins + 2] = profile.missing;
    return rows;
  };
  return { reference: fold(reference), current: fold(current) };
}

/**
 * The number of rows, in both samples together, from which a name is common. With fewer rows,
 * chance alone may leave the name out of the vocabulary of the reference. O(log rows).
 */
function commonFrom(reference: CategoricalProfile, current: CategoricalProfile): number {
  const n = reference.count;
  const m = current.count;
  if (n === 0 || m === 0) return 0;
  // A truncated vocabulary lacks every name with fewer reference rows than its rarest one.
  const lacking = reference.other === 0 ? 0 : Math.min(...reference.counts);
  const mayLack = (rows: number): boolean =>
    binomialSurvival(rows - lacking - 1, rows, m / (n + m)) >= chance;
  let least = lacking;
  let most = lacking + 1;
  while (mayLack(most)) {
    least = most;
    most *= 2;
  }
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (mayLack(middle)) least = middle;
    else most = middle;
  }
  return most;
}
