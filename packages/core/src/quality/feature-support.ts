import type { FeatureWindow } from '../windows/feature-window.js';
import type { WindowFeature } from '../windows/window-layout.js';

/** Share of rows or predictions outside of those of the reference from which an estimate is withdrawn. */
export const largestShareOutside = 0.05;

/** A feature, and the share of its values that the reference does not have. */
export interface OutsideFeature {
  readonly name: string;
  readonly share: number;
}

/**
 * Finds the feature with the largest share of values outside of those of the reference: below the
 * lowest or above the highest number, or of a category that it does not have. The values are those of
 * the last whole panes that make up `windowMs`, one pane at least; they are read once a pane.
 * O(features² x grid) for a new pane, else O(1).
 *
 * @param leftOut Name that is not a feature.
 * @returns undefined without values.
 */
export function createFeatureSupport(
  windowMs: number,
  leftOut: string,
): (windows: readonly FeatureWindow[], nowMs: number) => OutsideFeature | undefined {
  let read: readonly FeatureWindow[] | undefined;
  let readPane = Number.NaN;
  let found: OutsideFeature | undefined;

  return (windows, nowMs) => {
    const [window] = windows;
    if (window === undefined) return undefined;
    const pane = Math.floor(nowMs / window.paneMs);
    if (windows === read && pane === readPane) return found;
    [read, readPane] = [windows, pane];
    found = windows
      .flatMap((one) =>
        one.features
          .filter(({ feature }) => feature.name !== leftOut)
          .map((feature) => ({
            name: feature.feature.name,
            share: shareOutside(one, feature, windowMs, nowMs),
          })),
      )
      .reduce<OutsideFeature | undefined>(
        (most, one) => (one.share > (most?.share ?? 0) ? one : most),
        undefined,
      );
    return found;
  };
}

function shareOutside(
  window: FeatureWindow,
  feature: WindowFeature,
  windowMs: number,
  nowMs: number,
): number {
  const length = Math.ceil(windowMs / window.paneMs) * window.paneMs;
  const { counts } = window.window(feature, length, nowMs);
  let all = 0;
  for (const count of counts) all += count;
  if (all === 0) return 0;
  // The last count of a category is that of the unseen ones.
  const below = feature.profile.type === 'numeric' ? counts[0]! : 0;
  return (below + counts.at(-1)!) / all;
}
