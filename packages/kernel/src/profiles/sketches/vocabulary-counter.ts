import { requireIntegerIn } from '../../checks/number-arguments.js';
import { KernelError } from '../../errors.js';

export interface VocabularyCounterOptions {
  /** Most categories that get a count of their own: 1 to 1048576, default 1000. */
  readonly maximumCategories?: number;
  /** The categories to count, each once; others are `other` then and none is added. */
  readonly vocabulary?: readonly string[];
}

/**
 * Rows per category of a stream of strings, for at most a given number of categories.
 *
 * Some 30 ns for a string that was seen before. Any string is a category, '__proto__' and '' too.
 */
export interface VocabularyCounter {
  /** Counts a value; null and undefined are missing. Nothing is thrown for a string. */
  count(value: string | null | undefined): void;
  countAll(values: Iterable<string | null | undefined>): void;
  /** Rows that are missing. */
  readonly missing: number;
  /** Rows of categories beyond the bound, or outside the vocabulary. */
  readonly other: number;
  /** Categories that have a count of their own. */
  readonly size: number;
  /** Category and rows, in the order of the vocabulary or of first sight. */
  entries(): [category: string, rows: number][];
  /**
   * Adds the rows of another counter. Categories that find no room are `other`, so only counters of
   * one vocabulary, or that kept below their bounds together, merge to what one counter had seen.
   */
  merge(other: VocabularyCounter): void;
  /** Zeroes the counts; a vocabulary stays, categories seen on the way go. */
  reset(): void;
}

/**
 * An empty counter of strings.
 *
 * @throws KernelError INVALID_ARGUMENT when the bound is out of range, or the vocabulary holds
 * more, a category twice, or a value that is not a string.
 */
export function createVocabularyCounter(options: VocabularyCounterOptions = {}): VocabularyCounter {
  const { vocabulary, maximumCategories = Math.max(1000, vocabulary?.length ?? 0) } = options;
  requireIntegerIn(
    'createVocabularyCounter(options.maximumCategories)',
    maximumCategories,
    1,
    1_048_576,
  );
  // Strings are looked up, counts are in an array: rewriting a map entry costs twice as much.
  const codes = new Map<string, number>();
  let counts = new Float64Array(16);
  let missing = 0;
  let other = 0;
  const open = vocabulary === undefined;
  readVocabulary(vocabulary ?? []);

  function readVocabulary(categories: readonly string[]): void {
    for (const [index, category] of categories.entries()) {
      if (typeof category !== 'string' || codes.has(category) || index >= maximumCategories) {
        throw new KernelError('INVALID_ARGUMENT', {
          place: `createVocabularyCounter(options.vocabulary)[${index}]`,
          value: category,
          nextStep: `pass at most ${maximumCategories} strings, each once`,
        });
      }
      addCategory(category);
    }
  }

  function addCategory(category: string): number {
    const code = codes.size;
    codes.set(category, code);
    if (code === counts.length) {
      const larger = new Float64Array(2 * code);
      larger.set(counts);
      counts = larger;
    }
    return code;
  }

  function add(category: string, rows: number): void {
    let code = codes.get(category);
    if (code === undefined) {
      if (!open || codes.size >= maximumCategories) {
        other += rows;
        return;
      }
      // May replace the array: it comes before the array is looked at.
      code = addCategory(category);
    }
    counts[code]! += rows;
  }

  function count(value: string | null | undefined): void {
    if (value === null || value === undefined) missing += 1;
    else add(value, 1);
  }

  return {
    count,
    countAll(values) {
      for (const value of values) count(value);
    },
    get missing() {
      return missing;
    },
    get other() {
      return other;
    },
    get size() {
      return codes.size;
    },
    entries: () => Array.from(codes, ([category, code]) => [category, counts[code]!]),
    merge(from) {
      for (const [category, rows] of from.entries()) add(category, rows);
      missing += from.missing;
      other += from.other;
    },
    reset() {
      counts.fill(0);
      missing = 0;
      other = 0;
      if (open) codes.clear();
    },
  };
}
