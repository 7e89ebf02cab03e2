import { requireIntegerIn } from '../checks/number-arguments.js';
import { KernelError } from '../errors.js';
import type { CategoricalProfile } from './profile.js';

export interface CategoricalProfileOptions {
  /** Most categories that are kept by name, most frequent first: 1 to 1 000 000, default 1000. */
  readonly maximumCategories?: number;
  /** Counts over this vocabulary instead, in its order, so that the profile merges with others. */
  readonly categories?: readonly string[];
}

/**
 * Profile of a column of categories. null and undefined are missing; the empty string is a
 * category like any other.
 *
 * Without `categories` the vocabulary is the most frequent values, ties by code unit order, and
 * memory grows with the number of distinct values while it runs; the rows of the rest are `other`.
 * O(n + d log d) for d distinct values.
 *
 * @throws KernelError INVALID_ARGUMENT when a value is neither a string nor missing, when
 * `categories` repeats a name, or when `maximumCategories` is out of range.
 */
export function categoricalProfile(
  values: Iterable<string | null | undefined>,
  options: CategoricalProfileOptions = {},
): CategoricalProfile {
  const { maximumCategories = 1000, categories } = options;
  requireIntegerIn('categoricalProfile(options.maximumCategories)', maximumCategories, 1, 1e6);
  const rowsOf = new Map<string, number>();
  if (categories !== undefined) {
    for (const [index, category] of categories.entries()) {
      if (typeof category !== 'string' || rowsOf.has(category)) {
        throw new KernelError('INVALID_ARGUMENT', {
          place: `categoricalProfile(options.categories)[${index}]`,
          value: category,
          nextStep: 'pass every category once, as a string',
        });
      }
      rowsOf.set(category, 0);
    }
  }

  let count = 0;
  let missing = 0;
  let other = 0;
  for (const value of values) {
    if (value === null || value === undefined) {
      missing += 1;
      continue;
    }
    if (typeof value !== 'string') {
      throw new KernelError('INVALID_ARGUMENT', {
        place: `categoricalProfile(values)[${count + missing}]`,
        value,
        nextStep: 'pass strings, or null for a missing value',
      });
    }
    count += 1;
    const rows = rowsOf.get(value);
    if (rows === undefined && categories !== undefined) other += 1;
    else rowsOf.set(value, (rows ?? 0) + 1);
  }

  const entries = [...rowsOf];
  if (categories === undefined) {
    entries.sort(([a, rowsA], [b, rowsB]) => rowsB - rowsA || (a < b ? -1 : 1));
    for (const [, rows] of entries.splice(maximumCategories)) other += rows;
  }
  return {
    type: 'categorical',
    count,
    missing,
    categories: entries.map(([category]) => category),
    counts: Float64Array.from(entries, ([, rows]) => rows),
    other,
  };
}
