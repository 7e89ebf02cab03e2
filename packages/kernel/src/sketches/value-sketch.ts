import { requireNumericArray } from '../checks/arguments.js';
import { requireNumberIn } from '../checks/number-arguments.js';
import { KernelError } from '../errors.js';
import type { NumericArray } from '../kernel/kernel.js';
import { bucketMiddle, bucketOf, bucketShift, highWord } from './log-linear-buckets.js';

export interface ValueSketchOptions {
  /** Smaller magnitudes count as 0; default 1e-6. */
  readonly minimum?: number;
  /** Larger magnitudes count as this one, and are `clamped`; default 1e9. */
  readonly maximum?: number;
}

/** What is known of a sketch beside its quantiles. */
export interface ValueSketchSummary {
  /** Values that are not NaN; infinite ones included. */
  readonly count: number;
  /** NaN values. */
  readonly missing: number;
  /** Finite values beyond ±maximum: where many are, the range is too small. */
  readonly clamped: number;
  /** Smallest value that is not NaN, to the last bit; +Infinity when there is none. */
  readonly min: number;
  /** Largest value that is not NaN, to the last bit; -Infinity when there is none. */
  readonly max: number;
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
   * Counts a value; some nanoseconds, no allocation, no check: `count` has to be a whole number of 0
   * or more. NaN is missing.
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

export const sketchFormat = 'modelmeter-value-sketch';
export const sketchVersion = 1;

/** A bucket number and its count, ascending. */
export type BucketJson = [bucket: number, count: number];

export interface ValueSketchJson {
  format: typeof sketchFormat;
  version: typeof sketchVersion;
  minimum: number;
  maximum: number;
  missing: number;
  clamped: number;
  zero: number;
  infinite: [negative: number, positive: number];
  /** Smallest and largest finite value, null when there is none. */
  extremes: [min: number, max: number] | null;
  positive: BucketJson[];
  negative: BucketJson[];
}

/** Values that wait to be counted together. */
const waitingLength = 256;

/** Counters have 32 bits. */
const carryUnit = 2 ** 32;

/** Places of the counts that are in no bucket. */
const zeroAt = 0;
const missingAt = 1;
const clampedAt = 2;
const belowAt = 3;
const aboveAt = 4;
const otherCounts = 5;

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
  const positive = new Uint32Array(length);
  let negative: Uint32Array | undefined;
  /** What passed 32 bits, in whole 2^32, by array. */
  const carried = new Map<Uint32Array, Float64Array>();
  const others = new Float64Array(otherCounts);
  /** Of the finite values. */
  const extremes = Float64Array.of(Infinity, -Infinity);
  const waitingValues = new Float64Array(waitingLength);
  const waitingWords = new Uint32Array(waitingValues.buffer);
  let waiting = 0;

  function record(value: number, count?: number): void {
    if (count !== undefined) {
      recordMany(value, count);
      return;
    }
    const at = waiting;
    waitingValues[at] = value;
    waiting = at + 1;
    if (at === waitingLength - 1) flush();
  }

  /** Bins what waits: bits that were written some time ago are read without waiting for the write. */
  function flush(): void {
    const end = waiting;
    const counts = positive;
    const size = counts.length;
    let low = Infinity;
    let high = -Infinity;
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
        const next = (counts[bucket]! + 1) >>> 0;
        counts[bucket] = next;
        if (next === 0) carry(counts, bucket, 1);
        if (value < low) low = value;
        if (value > high) high = value;
      } else recordElsewhere(value, 1);
    }
    if (low <= high) {
      extend(low);
      extend(high);
    }
  }

  function recordMany(value: number, count: number): void {
    if (!(count > 0)) return;
    const bucket = bucketOf(value) - first;
    if (bucket >= 0 && bucket < length) {
      add(positive, bucket, count);
      extend(value);
    } else recordElsewhere(value, count);
  }

  function extend(value: number): void {
    if (value < extremes[0]!) extremes[0] = value;
    if (value > extremes[1]!) extremes[1] = value;
  }

  function add(buckets: Uint32Array, bucket: number, count: number): void {
    const sum = buckets[bucket]! + count;
    const low = sum % carryUnit;
    buckets[bucket] = low;
    if (low !== sum) carry(buckets, bucket, (sum - low) / carryUnit);
  }

  function carry(buckets: Uint32Array, bucket: number, units: number): void {
    const high = carried.get(buckets) ?? new Float64Array(length);
    carried.set(buckets, high);
    high[bucket]! += units * carryUnit;
  }

  function countIn(buckets: Uint32Array, bucket: number): number {
    return buckets[bucket]! + (carried.get(buckets)?.[bucket] ?? 0);
  }

  function sumOf(buckets: Uint32Array | undefined): number {
    let total = 0;
    for (let bucket = 0; bucket < (buckets?.length ?? 0); bucket += 1) {
      total += countIn(buckets!, bucket);
    }
    return total;
  }

  function entriesOf(buckets: Uint32Array | undefined): BucketJson[] {
    const entries: BucketJson[] = [];
    for (let bucket = 0; bucket < (buckets?.length ?? 0); bucket += 1) {
      const count = countIn(buckets!, bucket);
      if (count > 0) entries.push([bucket, count]);
    }
    return entries;
  }

  function negatives(): Uint32Array {
    negative ??= new Uint32Array(length);
    return negative;
  }

  /** What is not a positive value of the range. */
  function recordElsewhere(value: number, count: number): void {
    const bucket = bucketOf(Math.abs(value)) - first;
    if (Number.isNaN(value)) others[missingAt]! += count;
    else if (value === Infinity) others[aboveAt]! += count;
    else if (value === -Infinity) others[belowAt]! += count;
    else {
      extend(value + 0);
      if (bucket >= length) others[clampedAt]! += count;
      if (bucket < 0) others[zeroAt]! += count;
      else add(value > 0 ? positive : negatives(), Math.min(length - 1, bucket), count);
    }
  }

  function summary(): ValueSketchSummary {
    flush();
    const infinite = others[belowAt]! + others[aboveAt]!;
    return {
      count: others[zeroAt]! + infinite + sumOf(positive) + sumOf(negative),
      missing: others[missingAt]!,
      clamped: others[clampedAt]!,
      min: others[belowAt]! > 0 ? -Infinity : extremes[0]!,
      max: others[aboveAt]! > 0 ? Infinity : extremes[1]!,
    };
  }

  function valueAtRank(rank: number): number {
    let left = rank - others[belowAt]!;
    if (left <= 0) return -Infinity;
    for (let bucket = length - 1; negative !== undefined && bucket >= 0; bucket -= 1) {
      left -= countIn(negative, bucket);
      if (left <= 0) return -bucketMiddle(first + bucket);
    }
    left -= others[zeroAt]!;
    if (left <= 0) return 0;
    for (let bucket = 0; bucket < length; bucket += 1) {
      left -= countIn(positive, bucket);
      if (left <= 0) return bucketMiddle(first + bucket);
    }
    return Infinity;
  }

  function addJson(json: ValueSketchJson): void {
    for (const [bucket, count] of json.positive) add(positive, bucket, count);
    for (const [bucket, count] of json.negative) add(negatives(), bucket, count);
    others[missingAt]! += json.missing;
    others[clampedAt]! += json.clamped;
    others[zeroAt]! += json.zero;
    others[belowAt]! += json.infinite[0];
    others[aboveAt]! += json.infinite[1];
    for (const value of json.extremes ?? []) extend(value);
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
      const value = valueAtRank(Math.max(1, Math.ceil(probability * count)));
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
      addJson(other.toJson());
    },
    toJson() {
      flush();
      const finite = extremes[0]! <= extremes[1]!;
      return {
        format: sketchFormat,
        version: sketchVersion,
        minimum,
        maximum,
        missing: others[missingAt]!,
        clamped: others[clampedAt]!,
        zero: others[zeroAt]!,
        infinite: [others[belowAt]!, others[aboveAt]!],
        extremes: finite ? [extremes[0]!, extremes[1]!] : null,
        positive: entriesOf(positive),
        negative: entriesOf(negative),
      };
    },
    reset() {
      waiting = 0;
      positive.fill(0);
      negative = undefined;
      carried.clear();
      others.fill(0);
      extremes.set([Infinity, -Infinity]);
    },
  };
}
