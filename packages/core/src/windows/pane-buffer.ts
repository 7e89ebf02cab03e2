import { type Restoring, requireSame } from '../restoring.js';

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
  save(): SavedPanes;
  /**
   * Replaces all panes.
   *
   * @throws CoreError STATE_MISMATCH when the saved ones have another length or width.
   */
  restore(saved: SavedPanes, restoring: Pick<Restoring, 'shiftMs'>): void;
}

/** The panes of a buffer that have been used, in the order of time. */
export interface SavedPanes {
  readonly paneMs: number;
  readonly width: number;
  /** Start of each pane, as a multiple of the pane length. */
  readonly numbers: readonly number[];
  readonly sums: readonly Float64Array[];
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
    save() {
      const numbers = [...paneNumbers.filter(Number.isFinite)].sort((a, b) => a - b);
      return { paneMs, width, numbers, sums: numbers.map((pane) => sums[slotOf(pane)]!) };
    },
    restore(saved, { shiftMs }) {
      requireSame(
        'the length and width of the panes',
        [saved.paneMs, saved.width],
        [paneMs, width],
      );
      // Copied first: a clock that has jumped restores a buffer from itself.
      const copies = saved.sums.map((one) => one.slice());
      const shift = Math.round(shiftMs / paneMs);
      paneNumbers.fill(Number.NEGATIVE_INFINITY);
      for (const [index, number] of saved.numbers.entries()) {
        const slot = slotOf(number + shift);
        paneNumbers[slot] = number + shift;
        sums[slot] = copies[index]!;
      }
    },
  };
}
