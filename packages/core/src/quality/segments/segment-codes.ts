import { toCategory } from '../../categories.js';
import type { PredictionBatch } from '../../prediction.js';

/** The segment of rows that belong to none, since their value is missing. */
export const noSegment = -1;
/** The segment of the values beyond the largest number of segments. */
export const otherSegment = '__other__';

/** One way to divide rows into segments: by a categorical feature, or by a value that comes with them. */
export interface Segmentation {
  readonly name: string;
  /** Names of the segments by their number; `__other__` is there once a value has gone into it. */
  readonly segments: readonly string[];
  /** Values that went into `__other__` so far. */
  readonly overflow: number;
  /** The number of the segment of each row; `noSegment` where its value is missing. O(rows). */
  codes(batch: Pick<PredictionBatch, 'rows' | 'features' | 'segments'>): Int32Array;
  /** Continues with segments that another segmentation has named. */
  restore(saved: SavedSegmentation): void;
}

/** The names of the segments by their number. */
export type SavedSegmentation = Pick<Segmentation, 'name' | 'segments' | 'overflow'>;

/** Longest name of a segment; longer values go into `__other__`. */
const longestName = 128;

/** Numbers the values of a name in the order in which they come, at most `maximum` of them. */
export function createSegmentation(name: string, maximum: number): Segmentation {
  const codes = new Map<string, number>();
  const segments: string[] = [];
  let overflow = 0;

  function newCode(value: string): number {
    const code = segments.length;
    codes.set(value, code);
    segments.push(value);
    return code;
  }

  function codeOf(value: unknown): number {
    const category = toCategory(value);
    if (category === null) return noSegment;
    const known = codes.get(category);
    if (known !== undefined) return known;
    const namedSegments = codes.has(otherSegment) ? segments.length - 1 : segments.length;
    if (namedSegments < maximum && category.length <= longestName) return newCode(category);
    overflow += 1;
    return codes.get(otherSegment) ?? newCode(otherSegment);
  }

  return {
    name,
    segments,
    get overflow() {
      return overflow;
    },
    codes({ rows, features, segments: given }) {
      const found = new Int32Array(rows).fill(noSegment);
      const values = given?.[name];
      if (values !== undefined) {
        for (let row = 0; row < rows; row += 1) found[row] = codeOf(values[row]);
        return found;
      }
      const block = features.find(({ names }) => names.includes(name));
      if (block === undefined) return found;
      const columns = block.names.length;
      const column = block.names.indexOf(name);
      for (let row = 0; row < rows; row += 1) {
        found[row] = codeOf(block.data[row * columns + column]);
      }
      return found;
    },
    restore(saved) {
      const names = [...saved.segments];
      codes.clear();
      segments.length = 0;
      for (const one of names) newCode(one);
      overflow = saved.overflow;
    },
  };
}
