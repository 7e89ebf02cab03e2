/** How large a shift is, with chance taken into account. */
export interface Effect {
  /** The score less what chance alone adds to it; 0 or more, between `low` and `high`. */
  readonly estimate: number;
  /** Bounds of the 95 % confidence interval; `high` is Infinity where too few rows bound it. */
  readonly low: number;
  readonly high: number;
}

/** The effect where a sample is empty or nothing can be told apart: it may have any size. */
export const unknownEffect: Effect = { estimate: 0, low: 0, high: Infinity };

/** Share of the intervals that lie above the true effect, and of those that lie below it. */
export const outsideEach = 0.025;

/** An effect whose estimate is moved into its interval. */
export function effectWithin(estimate: number, low: number, high: number): Effect {
  return { estimate: Math.min(high, Math.max(low, estimate)), low, high };
}
