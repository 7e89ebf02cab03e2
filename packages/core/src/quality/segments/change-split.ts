/** The rows of a segment in one period, and the mean of a score over them. */
export interface SegmentPeriod {
  readonly samples: number;
  /** Any number where there are no samples. */
  readonly score: number;
}

/** The part of one segment in a change. */
export interface SegmentChange {
  readonly segment: string;
  /** What its share of the rows contributes: a larger share of a segment above the mean raises it. */
  readonly mix: number;
  /** What the change of its own score contributes. */
  readonly within: number;
}

/** The change of the mean of a score between two periods, divided over segments without a rest. */
export interface QualityChange {
  readonly before: number;
  readonly after: number;
  /** The sum over the segments; `mix + within` is `after - before`. */
  readonly mix: number;
  readonly within: number;
  /** The largest part, whichever its sign, first. */
  readonly segments: readonly SegmentChange[];
}

/**
 * Splits the change of a mean into the mix of segments and the change inside them, exactly.
 *
 * mix = Σ (w₁ - w₀)((r₀ + r₁)/2 - r̄), within = Σ (r₁ - r₀)(w₀ + w₁)/2, with the share w and the score r
 * of a segment before (0) and after (1). The mean r̄ of both periods changes no sum, since the changes of
 * the shares add up to 0; with it, the part of a segment says whether it moved towards better rows. A
 * segment that is in one period only has no change of its score: all of its part is mix. O(segments).
 * Source: Kitagawa 1955, Journal of the American Statistical Association 50(272).
 *
 * @returns undefined when a period has no samples.
 */
export function splitChange(
  segments: readonly {
    readonly segment: string;
    readonly before: SegmentPeriod;
    readonly after: SegmentPeriod;
  }[],
): QualityChange | undefined {
  const rows = { before: 0, after: 0 };
  for (const { before, after } of segments) {
    rows.before += before.samples;
    rows.after += after.samples;
  }
  if (rows.before === 0 || rows.after === 0) return undefined;
  const means = { before: 0, after: 0 };
  for (const { before, after } of segments) {
    if (before.samples > 0) means.before += (before.samples / rows.before) * before.score;
    if (after.samples > 0) means.after += (after.samples / rows.after) * after.score;
  }
  const middle = (means.before + means.after) / 2;
  const parts = segments.flatMap(({ segment, before, after }): SegmentChange[] => {
    if (before.samples === 0 && after.samples === 0) return [];
    const earlier = before.samples === 0 ? after.score : before.score;
    const later = after.samples === 0 ? before.score : after.score;
    const [w0, w1] = [before.samples / rows.before, after.samples / rows.after];
    return [
      {
        segment,
        mix: (w1 - w0) * ((earlier + later) / 2 - middle),
        within: ((later - earlier) * (w0 + w1)) / 2,
      },
    ];
  });
  return {
    ...means,
    mix: parts.reduce((sum, { mix }) => sum + mix, 0),
    within: parts.reduce((sum, { within }) => sum + within, 0),
    segments: parts.sort((a, b) => Math.abs(b.mix + b.within) - Math.abs(a.mix + a.within)),
  };
}
