import { benjaminiHochberg, onlineBenjaminiHochberg } from '@modelmeter/kernel/statistics';

/** What the runs up to now leave for the next one. Plain data, which JSON keeps. */
export interface DriftBudget {
  /** Part of a year's budget that one run may spend, above 0 to 1. */
  readonly share: number;
  /** Features that were newly found significant; those of a year ago count e times less. */
  readonly discoveries: number;
  /** Keys of the features that were significant when they were last tested. */
  readonly significant: readonly string[];
}

/** The budget before the first run. */
export function yearlyBudget(runsPerYear: number): DriftBudget {
  return { share: 1 / runsPerYear, discoveries: 0, significant: [] };
}

/**
 * P-values of a run by key, adjusted so that the share of false alarms among all alarms of a year is
 * at most the significance level.
 *
 * An alarm is a feature that becomes significant. A feature that has been significant stays so as long
 * as the correction of Benjamini and Hochberg for this run alone says so: it costs nothing, and however
 * long it lasts, it makes no room for false alarms of others. O(n log n).
 */
export function correctWithinBudget(
  pValues: ReadonlyMap<string, number>,
  { share, discoveries, significant }: DriftBudget,
): ReadonlyMap<string, number> {
  const keys = [...pValues.keys()];
  const alone = benjaminiHochberg([...pValues.values()]);
  const adjusted = new Map(keys.map((key, index) => [key, alone[index]!]));
  const lasting = new Set(significant);
  const others = keys.filter((key) => !lasting.has(key));
  const online = onlineBenjaminiHochberg(
    others.map((key) => pValues.get(key)!),
    { share, discoveries },
  );
  for (const [index, key] of others.entries()) adjusted.set(key, online[index]!);
  return adjusted;
}

/**
 * The budget after a run.
 *
 * @param decided The features about which the run could decide, with whether they are significant. The
 * others keep what they were.
 */
export function budgetAfter(
  { share, discoveries, significant }: DriftBudget,
  decided: ReadonlyMap<string, boolean>,
): DriftBudget {
  const before = new Set(significant);
  const found = [...decided].filter(([, isSignificant]) => isSignificant).map(([key]) => key);
  const undecided = significant.filter((key) => !decided.has(key));
  return {
    share,
    discoveries: discoveries * (1 - share) + found.filter((key) => !before.has(key)).length,
    significant: [...undecided, ...found],
  };
}
