/**
 * The last panes of a rolling window. Each pane holds the sums of one period of time.
 *
 * Memory is bounded, whatever the traffic; a pane takes none before it is first used. Panes start at
 * multiples of their length since the Unix epoch. A window of whole panes that lasts a day or a week therefore covers every hour of
 * the day, or every day of the week, for the same time.
 */
export interface PaneBuffer {
  readonly paneMs: number;
  /** The sums of the pane that holds `timeMs`, or undefined when that pane has been replaced. */
  at(timeMs: number): Float64Array | undefined;
  /** Adds up the `panes` panes that end before `endMs`, a multiple of the pane length. */
  sumBefore(endMs: number, panes: number): Float64Array;
  /** Adds up the pane of `nowMs` and the `panes - 1` before it. */
  sumWith(nowMs: number, panes: number): Float64Array;
}

/** Creates `panes` empty panes of `width` sums each; they take at most 8 x panes x width bytes. */
export function createPaneBuffer(options: {
  readonly paneMs: number;
  readonly panes: number;
  readonly width: number;
}): PaneBuffer {
  const { paneMs, panes, width } = options;
  const sums: (Float64Array | undefined)[] = new Array(panes).fill(undefined);
  const paneNumbers = new Float64Array(panes).fill(Number.NEGATIVE_INFINITY);

  function addUp(first: number, last: number): Float64Array {
    const total = new Float64Array(width);
    for (let pane = first; pane <= last; pane += 1) {
      const slot = slotOf(pane);
      if (paneNumbers[slot] !== pane) continue;
      const held = sums[slot]!;
      for (let index = 0; index < width; index += 1) total[index]! += held[index]!;
    }
    return total;
  }

  function slotOf(pane: number): number {
    return ((pane % panes) + panes) % panes;
  }

  return {
    paneMs,
    at(timeMs) {
      const pane = Math.floor(timeMs / paneMs);
      const slot = slotOf(pane);
      const held = paneNumbers[slot]!;
      if (held > pane) return undefined;
      if (held < pane) {
        paneNumbers[slot] = pane;
        if (sums[slot] === undefined) sums[slot] = new Float64Array(width);
        else sums[slot].fill(0);
      }
      return sums[slot];
    },
    sumBefore(endMs, count) {
      const end = Math.floor(endMs / paneMs);
      return addUp(end - Math.min(count, panes), end - 1);
    },
    sumWith(nowMs, count) {
      const last = Math.floor(nowMs / paneMs);
      return addUp(last - Math.min(count, panes) + 1, last);
    },
  };
}
