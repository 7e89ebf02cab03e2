import { requireNumericArray } from '../../checks/arguments.js';
import { requireNumberIn } from '../../checks/number-arguments.js';
import { KernelError } from '../../errors.js';
import type { NumericArray } from '../../types.js';
import { bucketOf, bucketShift, highWord } from './log-linear-buckets.js';
import { createSketchCounts, type ValueSketchSummary } from './sketch-counts.js';
import { sketchFormat, sketchVersion, type ValueSketchJson } from './sketch-json.js';

export interface ValueSketchOptions {
  /** Smaller magnitudes count as 0; default 1e-6. */
  readonly minimum?: number;
  /** Larger magnitudes count as this one, and are `clamped`; default 1e9. */
  readonly maximum?: number;
}

/**
 * Counts of values in buckets of equal relative width: quantiles of a stream in bounded memory.
 *
 * A quantile is within 0.4 % of the true one wherever its magnitude is in the range of the sketch,
 * whatever the number of values. 4 bytes a bucket, 128 buckets per doubling: 25 KB for the default
 * range, as much again once a negative value comes, and 8 bytes a bucket where one passes 2^32.
 * Source: Masson, Rim and Lee 2019, "DDSketch", Proceedings of the VLDB Endowment 12(12), with
 * buckets linear within each power of two.
 */
export interface ValueSketch {
  readonly minimum: number;
  readonly maximum: number;
  /**
   * Counts a value; some nanoseconds, no allocation, no check: `count` has to be a whole number of
   * 0 or more. NaN is missing.
   */
  record(value: number, count?: number): void;
  /** Counts every value of a column. */
  recordAll(values: NumericArray): void;
  /**
   * The smallest recorded value with at least probability x count values at or below it, as the
   * middle of its bucket; infinities are themselves. 0 for an empty sketch.
   *
   * @throws KernelError INVALID_ARGUMENT when the probability is not in [0, 1].
   */
  quantile(probability: number): number;
  summary(): ValueSketchSummary;
  /**
   * Adds the counts of another sketch of the same range, so that this one is as if it had seen the
   * values of both: counts and extremes to the last bit.
   *
   * @throws KernelError PROFILE_MISMATCH when the ranges differ.
   */
  merge(other: ValueSketch): void;
  /** A value for JSON.stringify; only buckets with values are in it. */
  toJson(): ValueSketchJson;
  /** Forgets all values and keeps the range. */
  reset(): void;
}

/** Values that wait to be counted together. */
const waitingLength = 256;

/**
 * An empty sketch.
 *
 * @throws KernelError INVALID_ARGUMENT when the range is not 1e-300 <= minimum < maximum <= 1e300.
 */
export function createValueSketch(options: ValueSketchOptions = {}): ValueSketch {
  const { minimum = 1e-6, maximum = 1e9 } = options;
  requireNumberIn('createValueSketch(options.minimum)', minimum, 1e-300, 1e300);
  requireNumberIn('createValueSketch(options.maximum)', maximum, minimum * 2, 1e300);
  const first = bucketOf(minimum);
  const length = bucketOf(maximum) - first + 1;
  const counts = createSketchCounts(first, length);
  const waitingValues = new Float64Array(waitingLength);
  const waitingWords = new Uint32Array(waitingValues.buffer);
  let waiting = 0;

  function record(value: number, count?: number): void {
    if (count !== undefined) {
      if (count > 0) counts.add(value, count);
      return;
    }
    const at = waiting;
    waitingValues[at] = value;
    waiting = at + 1;
    if (at === waitingLength - 1) flush();
  }

  /** Counts the waiting values: reading bits just written would wait for the write. */
  function flush(): void {
    const end = waiting;
    const { low } = counts.positive;
    const size = low.length;
    let smallest = Infinity;
    let largest = -Infinity;
    const words = waitingWords;
    const firstBucket = first;
    const shift = bucketShift;
    const where = highWord;
    waiting = 0;
    for (let index = 0; index < end; index += 1) {
      const value = waitingValues[index]!;
      const bucket = (words[2 * index + where]! >>> shift) - firstBucket;
      if (bucket >= 0 && bucket < size) {
        // Whole-number arithmetic, which a sum of doubles would not be.
        const next = (low[bucket]! + 1) >>> 0;
        low[bucket] = next;
        if (next === 0) counts.positive.carry(bucket, 1);
        if (value < smallest) smallest = value;
        if (value > largest) largest = value;
      } else counts.add(value, 1);
    }
    if (smallest <= largest) {
      counts.extend(smallest);
      counts.extend(largest);
    }
  }

  function summary(): ValueSketchSummary {
    flush();
    return counts.summary();
  }

  return {
    minimum,
    maximum,
    record,
    recordAll(values) {
      requireNumericArray('recordAll(values)', values);
      for (let index = 0; index < values.length; index += 1) record(values[index]!);
    },
    quantile(probability) {
      requireNumberIn('quantile(probability)', probability, 0, 1);
      const { count, min, max } = summary();
      if (count === 0) return 0;
      const value = counts.valueAtRank(Math.max(1, Math.ceil(probability * count)));
      return Math.max(min, Math.min(max, value));
    },
    summary,
    merge(other) {
      if (other.minimum !== minimum || other.maximum !== maximum) {
        throw new KernelError('PROFILE_MISMATCH', {
          place: 'merge(other)',
          value: `${other.minimum} to ${other.maximum}`,
          nextStep: `merge sketches of one range; this one has ${minimum} to ${maximum}`,
        });
      }
      counts.addJson(other.toJson());
    },
    toJson() {
      flush();
      return { format: sketchFormat, version: sketchVersion, minimum, maximum, ...counts.toJson() };
    },
    reset() {
      waiting = 0;
      counts.clear();
    },
  };
}
