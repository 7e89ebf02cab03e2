import { changePoints, mannKendall } from '@modelmeter/kernel/statistics';
import type { BinShares, FeatureDrift, Finding } from '../../report.js';
import type { Restoring } from '../../restoring.js';
import { featureKey } from '../evaluate.js';
import { day } from '../words/day.js';
import { sizeText } from '../words/size-text.js';

/** Windows of a feature that are remembered: two months of daily ones. */
const rememberedWindows = 60;
/** A trend is looked for from this number of windows on, four weeks of daily ones. */
const windowsOfTrend = 28;
/** Windows over which a size is averaged: a week of daily ones. */
const averagedWindows = 7;
/** Part of the investigate threshold that a growing shift must have reached to matter. */
const sizeThatMatters = 0.5;
/** Chance at which the last course of a growing shift must itself rise. */
const courseLevel = 0.01;
const yearMs = 365.25 * 86_400_000;

/** The sizes of a feature's shift in windows that do not overlap, oldest first. */
interface History {
  /** Start of each window in milliseconds since the Unix epoch. */
  readonly startsMs: number[];
  /** The largest size on the scale of its investigate threshold; NaN where it could not be measured. */
  readonly sizes: number[];
  /** When the first of the runs up to now found the shift; undefined without one. */
  foundMs: number | undefined;
  /** Whether a run found the feature without a shift: only then is it known when one began. */
  isKnownBefore: boolean;
}

/** Follows the shifts of a model's features from run to run. */
export interface ShiftHistory {
  /**
   * The features of a run that ends at `nowMs`, with the date since which they have differed and with
   * the finding `trend` where a shift grows steadily.
   */
  follow(features: readonly FeatureDrift[], nowMs: number): FeatureDrift[];
  save(): SavedShiftHistory;
  restore(saved: SavedShiftHistory, restoring: Pick<Restoring, 'shiftMs'>): void;
}

/** The history of each feature, by its key. */
export type SavedShiftHistory = ReadonlyMap<string, Readonly<History>>;

/**
 * An empty history. It remembers 60 windows of each feature, so its size is bounded.
 *
 * @param options.windowMs Length of the window of a feature.
 * @param options.level Chance of a false trend of any feature in a year.
 */
export function createShiftHistory(options: {
  readonly windowMs: (feature: string) => number;
  readonly level: number;
  readonly timezone: string;
}): ShiftHistory {
  const { windowMs, level, timezone } = options;
  const histories = new Map<string, History>();

  function remember(feature: FeatureDrift, nowMs: number): History {
    const key = featureKey(feature.name, feature.segment);
    const history = histories.get(key) ?? {
      startsMs: [],
      sizes: [],
      foundMs: undefined,
      isKnownBefore: false,
    };
    histories.set(key, history);
    const startMs = nowMs - windowMs(feature.name);
    const isNextWindow = startMs >= (history.startsMs.at(-1) ?? -Infinity) + windowMs(feature.name);
    if (isNextWindow) {
      history.startsMs.push(startMs);
      history.sizes.push(sizeOf(feature));
      if (history.sizes.length > rememberedWindows) {
        history.startsMs.shift();
        history.sizes.shift();
      }
    }
    // The window has ended before the time of the run.
    if (isShifted(feature)) history.foundMs ??= nowMs - 1;
    else if (feature.state !== 'insufficient_data') {
      history.foundMs = undefined;
      history.isKnownBefore = true;
    }
    return history;
  }

  function followed(feature: FeatureDrift, features: number, nowMs: number): FeatureDrift {
    const history = remember(feature, nowMs);
    const windowsPerYear = yearMs / windowMs(feature.name);
    const trend = trendOf(feature, history, {
      level: level / features / windowsPerYear,
      timezone,
    });
    const sinceMs = sinceOf(history);
    return {
      ...feature,
      ...(sinceMs === undefined
        ? {}
        : {
            sinceMs,
            explanation: `${feature.explanation} It has differed since ${day(sinceMs, timezone)}.`,
          }),
      ...(trend === undefined
        ? {}
        : {
            findings: [...feature.findings, trend],
            state: feature.state === 'ok' ? trend.state : feature.state,
          }),
    };
  }

  return {
    follow: (features, nowMs) =>
      features.map((feature) => followed(feature, features.length, nowMs)),
    save: () => histories,
    restore(saved, { shiftMs }) {
      const shifted = Array.from(saved, ([key, { startsMs, sizes, foundMs, isKnownBefore }]) => {
        const history: History = {
          startsMs: startsMs.map((start) => start + shiftMs),
          sizes: [...sizes],
          foundMs: foundMs === undefined ? undefined : foundMs + shiftMs,
          isKnownBefore,
        };
        return [key, history] as const;
      });
      histories.clear();
      for (const [key, history] of shifted) histories.set(key, history);
    },
  };
}

function sizeOf({ effects }: FeatureDrift): number {
  const sizes = Object.values(effects).map(
    ({ estimate, thresholds }) => estimate / thresholds.investigate,
  );
  return sizes.length === 0 ? Number.NaN : Math.max(...sizes);
}

function isShifted({ state, significant }: FeatureDrift): boolean {
  return significant && (state === 'investigate' || state === 'drift');
}

/**
 * Undefined while no run found the feature without a shift. Else the start of the first window that is above all of the week before the last change: a change may
 * begin before it is large. Without a change before the shift was found, the time at which it was found.
 */
function sinceOf({ startsMs, sizes, foundMs, isKnownBefore }: History): number | undefined {
  if (foundMs === undefined || !isKnownBefore) return undefined;
  const change = changePoints(sizes).findLast((at) => startsMs[at]! <= foundMs);
  if (change === undefined) return foundMs;
  const week = sizes.slice(Math.max(0, change - averagedWindows), change);
  const highest = Math.max(...week.filter((size) => !Number.isNaN(size)));
  const first = sizes.findIndex((size, at) => at >= change && size > highest);
  return Math.min(startsMs[first] ?? foundMs, foundMs);
}

/** The finding of a shift that grows steadily; a step, however large, is not a trend. */
function trendOf(
  feature: FeatureDrift,
  { startsMs, sizes }: History,
  { level, timezone }: { readonly level: number; readonly timezone: string },
): Finding | undefined {
  const now = meanOf(sizes.slice(-averagedWindows).filter((size) => !Number.isNaN(size)));
  if (sizes.length < windowsOfTrend || !(now >= sizeThatMatters)) return undefined;
  if (!(risingChance(sizes) <= level)) return undefined;
  const first = changePoints(sizes).at(-1) ?? 0;
  if (!(risingChance(sizes.slice(first)) <= courseLevel)) return undefined;
  const { investigate } = feature.thresholds;
  const before = meanOf(sizes.slice(0, averagedWindows).filter((size) => !Number.isNaN(size)));
  const text = (size: number): string => sizeText(feature.statistic, size * investigate);
  return {
    kind: 'trend',
    ratio: moveOf(feature.largestShifts[0]),
    message: `The shift has grown steadily since ${day(startsMs[first]!, timezone)}, from ${text(before)} to ${text(now)}.`,
    state: 'investigate',
  };
}

/** The chance that a series without a trend rises as much. */
function risingChance(sizes: readonly number[]): number {
  const { statistic, pValue } = mannKendall(sizes, { autocorrelated: true });
  return statistic > 0 ? pValue / 2 : 1;
}

function moveOf(bin: BinShares | undefined): number {
  return bin === undefined ? 0 : Math.abs(bin.currentRatio - bin.referenceRatio);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
