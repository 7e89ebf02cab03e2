import type { FeatureConfig } from '../settings/features.js';

const paneLengths = [1, 5, 15, 60, 360, 1440].map((minutes) => minutes * 60_000);
const largestPaneCount = 32;

/** The pane length that divides every window, with at most 32 panes in the longest one if possible. */
export function paneLengthFor(windowsMs: readonly number[]): number {
  const longest = Math.max(...windowsMs);
  const fitting = paneLengths.filter((paneMs) =>
    windowsMs.every((windowMs) => windowMs % paneMs === 0),
  );
  return (
    fitting.find((paneMs) => longest / paneMs <= largestPaneCount) ??
    fitting.at(-1) ??
    windowsMs.reduce(greatestCommonDivisor)
  );
}

/** The window of a feature: the configured one, rounded up to whole cycles of the feature. */
export function windowLength(feature: FeatureConfig, configuredMs: number): number {
  const cycleMs = feature.cycle === 'week' ? 604_800_000 : feature.cycle === 'day' ? 86_400_000 : 0;
  return cycleMs === 0 ? configuredMs : Math.ceil(configuredMs / cycleMs) * cycleMs;
}

/** Why a feature is not evaluated before its first window is complete. */
export function incompleteWindow(lengthMs: number): string {
  const units = { hours: 3_600_000, minutes: 60_000, seconds: 1000 };
  const [unit, unitMs] = Object.entries(units).find(([, ms]) => lengthMs % ms === 0) ?? ['ms', 1];
  return `The window of ${lengthMs / unitMs} ${unit} is not complete yet`;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
