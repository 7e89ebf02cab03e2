import { binomialBound, leastCount } from '../bounds.js';
import type { Row } from '../row.js';
import { levels, type Rejections } from './p-value-tally.js';

/** Chance that any bound of all the lines is passed although every test keeps its level. */
const familyError = 0.01;

/** How to read the lines of `pValueRows`. */
export const pValueNotes: readonly string[] = [
  `The bounds are binomial and hold for all lines together in ${100 * (1 - familyError)} % of the cases.`,
  'Rates below a level: ties make a test conservative; columns without ties must reach it.',
  'Skewed or nearly constant columns: tests of means and ranks that hold for many rows only;',
  'they have no goal, and but for the skewness the limits were set when these columns had failed.',
  'goodness_of_fit is not used: it treats the reference as exact, and shows why that fails.',
];

/** Columns whose rejections one line of the table sums up. */
interface Group {
  readonly title: string;
  readonly rejections: readonly Rejections[];
  /** Whether the test promises its level there; else the line is for comparison. */
  readonly isPromised: boolean;
}

/** A value that more rows hold than one in so many makes a test of ranks conservative. */
const rowsPerTie = 200;
/** Above this a test of means is not held to its level at a few hundred rows. */
const greatestSkewness = 1;
/** Rows away from the most frequent value that the normal approximation needs (Cochran's rule). */
const fewestOthers = 5;
/** Columns outside the bounds that a line names. */
const placesShown = 6;

/**
 * Rejection rates of every test, over all columns, against binomial bounds that hold for all of
 * them together (Bonferroni). Without drift a rate above its level is a false alarm, and is never
 * allowed. One below it is allowed where values tie: there the tests are conservative.
 */
export function pValueRows(rejections: readonly Rejections[]): Row[] {
  const groups = groupsOf(rejections.filter(isJudged));
  const promised = groups
    .filter(({ isPromised }) => isPromised)
    .flatMap(({ rejections }) => rejections);
  const checks = promised.reduce((sum, one) => sum + (isTwoSided(one) ? 2 : 1), 0);
  const error = familyError / (checks * levels.length);
  return groups.flatMap((group) => rowsOf(group, error));
}

/** Tests that a user may choose are judged where the reference is as large as it should be. */
const leastReferenceRows = 1000;

function isJudged({ test, sizes }: Rejections): boolean {
  return test === 'auto' || sizes.n >= leastReferenceRows;
}

function groupsOf(rejections: readonly Rejections[]): Group[] {
  const groups = new Map<string, Rejections[]>();
  for (const one of rejections) {
    const { test, sizes } = one;
    const domain = isOutsideItsDomain(one) ? ', skewed or nearly constant' : '';
    const title = `${test}, n ${sizes.n}, m ${sizes.m}${domain}`;
    groups.set(title, [...(groups.get(title) ?? []), one]);
  }
  return Array.from(groups, ([title, rejections]) => ({
    title,
    rejections,
    isPromised: rejections.every(
      (one) => !isOutsideItsDomain(one) && one.test !== 'goodness_of_fit',
    ),
  }));
}

/** Whether the limiting distribution of the test does not hold for so few rows. */
function isOutsideItsDomain({ test, sizes, mostFrequent, skewness }: Rejections): boolean {
  if (test !== 'welch_t' && test !== 'mann_whitney' && test !== 'anderson_darling') return false;
  const others = (1 - mostFrequent) * Math.min(sizes.n, sizes.m);
  return others < fewestOthers || (test === 'welch_t' && Math.abs(skewness) > greatestSkewness);
}

/** The default test halves its level where values are missing, so it may be conservative anywhere. */
function isTwoSided({ test, mostFrequent }: Rejections): boolean {
  return mostFrequent * rowsPerTie <= 1 && test !== 'auto';
}

function rowsOf({ title, rejections, isPromised }: Group, error: number): Row[] {
  const measured = levels
    .map((_, index) => {
      const rates = rejections.map(({ counts, trials }) => counts[index]! / trials);
      return `${rate(Math.min(...rates))}–${rate(Math.max(...rates))}`;
    })
    .join('  ');
  const check = `${title}: ${rejections.length} columns`;
  if (!isPromised) return [{ check, measured, goal: '' }];
  const { trials } = rejections[0]!;
  const most = levels.map((level) => binomialBound(error).most(level, trials));
  const least = levels.map((level) => leastCount(level, trials, error));
  const outside = rejections.filter(
    (one) =>
      one.counts.some((count, index) => count > most[index]!) ||
      (isTwoSided(one) && one.counts.some((count, index) => count < least[index]!)),
  );
  const twoSided = rejections.filter(isTwoSided).length;
  const lower = twoSided === 0 ? '' : `; ≥ ${list(least, trials)} on ${twoSided} without ties`;
  return [
    { check, measured, goal: `≤ ${list(most, trials)}${lower}`, met: outside.length === 0 },
    ...outside.slice(0, placesShown).map(({ place, counts }) => ({
      check: `  outside: ${place}`,
      measured: list(counts, trials),
      goal: '',
    })),
    ...(outside.length > placesShown
      ? [{ check: `  and ${outside.length - placesShown} columns more`, measured: '', goal: '' }]
      : []),
  ];
}

function list(counts: readonly number[], trials: number): string {
  return counts.map((count) => rate(count / trials)).join(' ');
}

/** `.049` */
function rate(value: number): string {
  return value.toFixed(3).replace(/^0/, '');
}
