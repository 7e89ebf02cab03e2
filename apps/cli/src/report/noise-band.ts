/** Quantile of the standard normal distribution that leaves 2.5 % above it. */
const normalQuantile = 1.96;

/**
 * The 95 % interval of the current share of a bin when nothing has shifted: the normal
 * approximation of the difference of two independent samples, around the share of the reference.
 */
export function noiseBand(
  share: number,
  rows: { readonly reference: number; readonly current: number },
): { readonly lower: number; readonly upper: number } {
  const spread =
    normalQuantile * Math.sqrt(share * (1 - share) * (1 / rows.reference + 1 / rows.current));
  if (!Number.isFinite(spread)) return { lower: 0, upper: 1 };
  return { lower: Math.max(0, share - spread), upper: Math.min(1, share + spread) };
}
