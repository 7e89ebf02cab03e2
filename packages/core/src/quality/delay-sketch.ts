import type { Restoring } from '../restoring.js';
import { createPaneBuffer, type SavedPanes } from '../windows/pane-buffer.js';

/** The delays of targets in a rolling window. */
export interface DelaySketch {
  /** Counts a delay in milliseconds at the time of its arrival. */
  add(delayMs: number, nowMs: number): void;
  /** The number of delays in the window. */
  count(nowMs: number): number;
  /** Quantiles in milliseconds, in the order of the shares between 0 and 1; undefined without delays. */
  quantiles(shares: readonly number[], nowMs: number): number[] | undefined;
  save(): SavedPanes;
  restore(saved: SavedPanes, restoring: Restoring): void;
}

const panes = 8;
/** Ratio of the edges of a bin; a quantile is within 2.5 % of that of the delays. */
const growth = 1.05;
const shortestMs = 100;
const longestMs = 400 * 86_400_000;
const bins = Math.ceil(Math.log(longestMs / shortestMs) / Math.log(growth)) + 1;

/**
 * Delays counted in bins that widen by 5 %, from 0.1 s to 400 days, which add up over panes and
 * replicas. Takes 28 KB. `add` is O(1), quantiles are O(bins).
 * Source: Masson, Rim and Lee 2019, "DDSketch", Proceedings of the VLDB Endowment 12(12).
 */
export function createDelaySketch(windowMs: number): DelaySketch {
  const buffer = createPaneBuffer({ paneMs: windowMs / panes, panes, width: bins });

  return {
    add(delayMs, nowMs) {
      const pane = buffer.at(nowMs);
      if (pane !== undefined) pane[binOf(delayMs)]! += 1;
    },
    count: (nowMs) => total(buffer.sumWith(nowMs, panes)),
    quantiles(shares, nowMs) {
      const counts = buffer.sumWith(nowMs, panes);
      const count = total(counts);
      if (count === 0) return undefined;
      return shares.map((share) => {
        const rank = Math.min(count - 1, Math.floor(share * count));
        let below = 0;
        let bin = 0;
        while (below + counts[bin]! <= rank) {
          below += counts[bin]!;
          bin += 1;
        }
        return middleOf(bin);
      });
    },
    save: buffer.save,
    restore: buffer.restore,
  };
}

function binOf(delayMs: number): number {
  if (!(delayMs > shortestMs)) return 0;
  return Math.min(bins - 1, Math.ceil(Math.log(delayMs / shortestMs) / Math.log(growth)));
}

/** The value whose relative distance from both edges of a bin is the same. */
function middleOf(bin: number): number {
  return bin === 0 ? shortestMs : (shortestMs * growth ** bin * 2) / (growth + 1);
}

function total(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
