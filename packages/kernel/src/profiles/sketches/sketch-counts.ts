import { type CarryingCounters, createCarryingCounters } from './carrying-counters.js';
import { bucketMiddle, bucketOf } from './log-linear-buckets.js';
import type { ValueSketchJson } from './sketch-json.js';

/** Counts and extremes of a sketch. */
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

/** The counts of a sketch, each value under its bucket or under what it is instead. */
export interface SketchCounts {
  /** Counters of the positive values in the range, for loops that increment them. */
  readonly positive: CarryingCounters;
  /** Counts any value `count` times. */
  add(value: number, count: number): void;
  /** Widens the extremes to a finite value. */
  extend(value: number): void;
  summary(): ValueSketchSummary;
  /** The value with this many counted values at or below it, the middle of its bucket. */
  valueAtRank(rank: number): number;
  addJson(json: ValueSketchJson): void;
  toJson(): Omit<ValueSketchJson, 'format' | 'version' | 'minimum' | 'maximum'>;
  clear(): void;
}

/** @param first Bucket of the smallest value of the range; `length` buckets follow. */
export function createSketchCounts(first: number, length: number): SketchCounts {
  const positive = createCarryingCounters(length);
  /** Made when the first negative value comes. */
  let negative: CarryingCounters | undefined;
  const others = { zero: 0, missing: 0, clamped: 0, below: 0, above: 0 };
  let min = Infinity;
  let max = -Infinity;

  function extend(value: number): void {
    if (value < min) min = value;
    if (value > max) max = value;
  }

  function negatives(): CarryingCounters {
    negative ??= createCarryingCounters(length);
    return negative;
  }

  return {
    positive,
    extend,
    add(value, count) {
      if (Number.isNaN(value)) others.missing += count;
      else if (value === Infinity) others.above += count;
      else if (value === -Infinity) others.below += count;
      else {
        extend(value + 0);
        const bucket = bucketOf(Math.abs(value)) - first;
        if (bucket >= length) others.clamped += count;
        if (bucket < 0) others.zero += count;
        else (value > 0 ? positive : negatives()).add(Math.min(length - 1, bucket), count);
      }
    },
    summary() {
      const infinite = others.below + others.above;
      return {
        count: others.zero + infinite + positive.total() + (negative?.total() ?? 0),
        missing: others.missing,
        clamped: others.clamped,
        min: others.below > 0 ? -Infinity : min,
        max: others.above > 0 ? Infinity : max,
      };
    },
    valueAtRank(rank) {
      let left = rank - others.below;
      if (left <= 0) return -Infinity;
      for (let bucket = length - 1; negative !== undefined && bucket >= 0; bucket -= 1) {
        left -= negative.at(bucket);
        if (left <= 0) return -bucketMiddle(first + bucket);
      }
      left -= others.zero;
      if (left <= 0) return 0;
      for (let bucket = 0; bucket < length; bucket += 1) {
        left -= positive.at(bucket);
        if (left <= 0) return bucketMiddle(first + bucket);
      }
      return Infinity;
    },
    addJson(json) {
      for (const [bucket, count] of json.positive) positive.add(bucket, count);
      for (const [bucket, count] of json.negative) negatives().add(bucket, count);
      others.missing += json.missing;
      others.clamped += json.clamped;
      others.zero += json.zero;
      others.below += json.infinite[0];
      others.above += json.infinite[1];
      for (const value of json.extremes ?? []) extend(value);
    },
    toJson: () => ({
      missing: others.missing,
      clamped: others.clamped,
      zero: others.zero,
      infinite: [others.below, others.above],
      extremes: min <= max ? [min, max] : null,
      positive: positive.entries(),
      negative: negative?.entries() ?? [],
    }),
    clear() {
      positive.clear();
      negative = undefined;
      Object.assign(others, { zero: 0, missing: 0, clamped: 0, below: 0, above: 0 });
      min = Infinity;
      max = -Infinity;
    },
  };
}
