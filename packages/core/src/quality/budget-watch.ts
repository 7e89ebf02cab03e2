import type { Restoring } from '../restoring.js';
import type { Objective } from '../vocabulary.js';
import { createPaneBuffer, type SavedPanes } from '../windows/pane-buffer.js';

/** An error budget that this process uses up too fast, or no longer does. */
export interface BudgetChange {
  readonly slo: Objective;
  /** Share of the events that must be good. */
  readonly objective: number;
  /** Share of bad events of the last hour, as a multiple of what the objective allows. */
  readonly burnRate: number;
  readonly isBurning: boolean;
}

/** The events of an objective since the start of the process. */
export interface ObjectiveTotals {
  readonly slo: Objective;
  readonly objective: number;
  readonly good: number;
  readonly bad: number;
}

const paneMs = 300_000;
/**
 * Burn rates that use 2 % of a budget of 30 days in an hour, 5 % in six hours. Source: Google, The
 * Site Reliability Workbook, 2018, chapter 5.
 */
const tooFast = [
  { panes: 12, rate: 14.4 },
  { panes: 72, rate: 6 },
] as const;
/** Bad events below which a rate is chance. */
const minimumBad = 10;

/** Follows the burn rates of some objectives. */
export interface BudgetWatch {
  /**
   * What has changed since the last call. What has been counted since then is counted at the time of
   * the call. O(objectives).
   */
  changes(totals: readonly ObjectiveTotals[], nowMs: number): BudgetChange[];
  save(): SavedBudgets;
  restore(saved: SavedBudgets, restoring: Restoring): void;
}

/** The events of the last hours, by objective. */
export type SavedBudgets = ReadonlyMap<Objective, SavedBudget>;

interface SavedBudget {
  readonly panes: SavedPanes;
  readonly counted: { readonly good: number; readonly bad: number };
  readonly isBurning: boolean;
}

/** Follows the objectives that it is given, from their first totals on. */
export function watchBudgets(): BudgetWatch {
  const followed = new Map<Objective, ReturnType<typeof follow>>();
  function watchOf(slo: Objective): ReturnType<typeof follow> {
    const watch = followed.get(slo) ?? follow();
    followed.set(slo, watch);
    return watch;
  }
  return {
    changes: (totals, nowMs) => totals.flatMap((one) => watchOf(one.slo).change(one, nowMs) ?? []),
    save: () => new Map(Array.from(followed, ([slo, watch]) => [slo, watch.save()])),
    restore(saved, restoring) {
      for (const [slo, one] of saved) watchOf(slo).restore(one, restoring);
    },
  };
}

function follow() {
  const buffer = createPaneBuffer({ paneMs, panes: 72, width: 2 });
  let counted: SavedBudget['counted'] = { good: 0, bad: 0 };
  let isBurning = false;
  return {
    change(
      { slo, objective, good, bad }: ObjectiveTotals,
      nowMs: number,
    ): BudgetChange | undefined {
      const pane = buffer.at(nowMs);
      if (pane !== undefined) {
        pane[0]! += good - counted.good;
        pane[1]! += bad - counted.bad;
        counted = { good, bad };
      }
      const rates = tooFast.map(({ panes, rate }) => {
        const [goodInRange = 0, badInRange = 0] = buffer.sumWith(nowMs, panes);
        const burnRate =
          badInRange === 0 ? 0 : badInRange / (goodInRange + badInRange) / (1 - objective);
        return { burnRate, isTooFast: badInRange >= minimumBad && burnRate >= rate };
      });
      const nowBurning = rates.some(({ isTooFast }) => isTooFast);
      if (nowBurning === isBurning) return undefined;
      isBurning = nowBurning;
      return { slo, objective, burnRate: rates[0]!.burnRate, isBurning };
    },
    save: (): SavedBudget => ({ panes: buffer.save(), counted, isBurning }),
    restore(saved: SavedBudget, restoring: Restoring) {
      buffer.restore(saved.panes, restoring);
      ({ counted, isBurning } = saved);
    },
  };
}
