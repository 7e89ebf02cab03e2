/** The outcomes of a binary classifier for the rows of one group. */
export interface GroupOutcomes {
  readonly group: string;
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
}

/** A rate of a group, with its 95 % interval. */
export interface GroupRate {
  readonly group: string;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
  /** Rows that the rate is a share of. */
  readonly samples: number;
}

/** How much a rate differs between groups. */
export interface RateGap {
  /** The highest rate first. */
  readonly groups: readonly GroupRate[];
  /** Highest rate minus lowest, 0 to 1, and its 95 % interval for these two groups. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Lowest rate over highest, 0 to 1; 1 where both are 0. */
  readonly ratio: number;
}

/** How a binary classifier treats groups; a rate that fewer than two groups have is left out. */
export interface GroupFairness {
  /** Share of the rows that are predicted positive: demographic parity asks for a gap of 0. */
  readonly selection?: RateGap;
  /** Share of the positive targets that are predicted positive: equal opportunity. */
  readonly true_positive?: RateGap;
  /** Share of the negative targets that are predicted positive; with the former, equalised odds. */
  readonly false_positive?: RateGap;
}

/** The two-sided 95 % quantile of the normal distribution. */
const z = 1.959963984540054;

/**
 * Differences and ratios of rates between groups. A group counts for a rate that is a share of at least
 * `minimumSamples` rows. The interval of a difference is that of the two extreme groups; it does not
 * allow for their having been chosen among several. O(groups log groups).
 * Source: Hardt, Price and Srebro 2016, "Equality of Opportunity in Supervised Learning"; intervals of
 * Wilson 1927 and Newcombe 1998, Statistics in Medicine 17 (method 10).
 */
export function compareGroups(
  groups: readonly GroupOutcomes[],
  minimumSamples: number,
): GroupFairness {
  const selection = gapOf(groups, minimumSamples, ({ tp, fp, tn, fn }) => [
    tp + fp,
    tp + fp + tn + fn,
  ]);
  const truePositive = gapOf(groups, minimumSamples, ({ tp, fn }) => [tp, tp + fn]);
  const falsePositive = gapOf(groups, minimumSamples, ({ fp, tn }) => [fp, fp + tn]);
  return {
    ...(selection === undefined ? {} : { selection }),
    ...(truePositive === undefined ? {} : { true_positive: truePositive }),
    ...(falsePositive === undefined ? {} : { false_positive: falsePositive }),
  };
}

function gapOf(
  outcomes: readonly GroupOutcomes[],
  minimumSamples: number,
  shareOf: (group: GroupOutcomes) => [part: number, whole: number],
): RateGap | undefined {
  const groups = outcomes
    .flatMap((group): GroupRate[] => {
      const [part, whole] = shareOf(group);
      if (whole === 0 || whole < minimumSamples) return [];
      return [{ group: group.group, rate: part / whole, ...wilson(part, whole), samples: whole }];
    })
    .sort((a, b) => b.rate - a.rate);
  const [highest] = groups;
  const lowest = groups.at(-1);
  if (highest === undefined || lowest === undefined || groups.length < 2) return undefined;
  const difference = highest.rate - lowest.rate;
  return {
    groups,
    difference,
    low: difference - Math.hypot(highest.rate - highest.low, lowest.high - lowest.rate),
    high: difference + Math.hypot(highest.high - highest.rate, lowest.rate - lowest.low),
    ratio: highest.rate === 0 ? 1 : lowest.rate / highest.rate,
  };
}

/** The score interval of a share. Source: Wilson 1927. */
function wilson(part: number, whole: number): { low: number; high: number } {
  const share = part / whole;
  const spread = (z * z) / whole;
  const middle = (share + spread / 2) / (1 + spread);
  const half = (z / (1 + spread)) * Math.sqrt((share * (1 - share)) / whole + spread / (4 * whole));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
