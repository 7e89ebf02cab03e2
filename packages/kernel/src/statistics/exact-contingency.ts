import { type Counts, requireCountPair } from '../checks/counts.js';
import { requireIntegerIn } from '../checks/number-arguments.js';
import { hypergeometricProbability } from '../distributions/hypergeometric.js';

/** Rows of the smaller sample; of more, few tables of several bins can be summed. */
const mostRows = 50;
/** Steps after which the sum is given up, some milliseconds. */
const mostSteps = 20_000;
/** Statistics closer than this, as a part of the observed one, are equal: rounding parts them. */
const tieSlack = 1e-9;

/**
 * The exact p-value of Pearson's statistic of a 2 x K table, in [0, 1]: the chance of a statistic as
 * large when the rows of every bin are divided between the two samples at random. Undefined where
 * both samples have more than 50 rows, or where the sum takes more than 20 000 steps: take the
 * chi-square distribution then, rare bins pooled.
 *
 * It holds its level for any counts, however small: the chi-square distribution needs expected
 * counts of 5. Equal to the sum over all tables with the same rows and bins of their probabilities
 * (scipy's `multivariate_hypergeom`). 1 for an empty sample or a single bin. The bins are gone
 * through one by one; tables that have reached the observed statistic count at once, since no
 * further bin lowers it, and those with the same rows and statistic so far are one.
 * Source: Freeman and Halton 1951, Biometrika 38; Mehta and Patel 1983, Journal of the American
 * Statistical Association 78(382), for sums over partial tables.
 *
 * @throws KernelError INVALID_COUNTS when the counts differ in length, are negative or not finite.
 * @throws KernelError INVALID_ARGUMENT naming the first count that is not a whole number.
 */
export function exactContingencyPValue(reference: Counts, current: Counts): number | undefined {
  const { n, m } = requireCountPair('exactContingencyPValue', reference, current);
  const rows = n + m;
  const bins: Bin[] = [];
  for (let bin = 0; bin < reference.length; bin += 1) {
    requireWhole('reference', reference[bin]!, bin);
    requireWhole('current', current[bin]!, bin);
    const both = reference[bin]! + current[bin]!;
    if (both > 0) bins.push({ both, drawn: m <= n ? current[bin]! : reference[bin]! });
  }
  const draws = Math.min(n, m);
  if (draws === 0 || bins.length < 2) return 1;
  if (draws > mostRows) return undefined;
  const termOf = ({ both }: Bin, drawn: number): number =>
    (drawn - (draws * both) / rows) ** 2 / both;
  const observed = bins.reduce((sum, bin) => sum + termOf(bin, bin.drawn), 0);
  if (observed === 0) return 1;
  return chanceOfReaching(bins, { rows, draws }, (bin, drawn) => termOf(bin, drawn) / observed);
}

/** The rows of a bin in both samples, and those in the smaller one. */
interface Bin {
  readonly both: number;
  readonly drawn: number;
}

/** Tables that have in common what the bins so far hold of the draws, and their statistic. */
interface PartialTables {
  readonly left: number;
  readonly statistic: number;
  readonly chance: number;
}

/** The chance that the terms of all bins add up to 1 or more. */
function chanceOfReaching(
  bins: readonly Bin[],
  { rows, draws }: { readonly rows: number; readonly draws: number },
  termOf: (bin: Bin, drawn: number) => number,
): number | undefined {
  let reached = 0;
  let open: PartialTables[] = [{ left: draws, statistic: 0, chance: 1 }];
  let population = rows;
  let steps = 0;
  for (const bin of bins) {
    const { both } = bin;
    const next = new Map<string, PartialTables>();
    const chances = new Map<number, readonly number[]>();
    for (const { left, statistic, chance } of open) {
      const least = Math.max(0, left + both - population);
      const most = Math.min(both, left);
      if (!chances.has(left)) {
        const count = Math.max(0, most - least + 1);
        chances.set(
          left,
          Array.from({ length: count }, (_, index) =>
            hypergeometricProbability(least + index, population, both, left),
          ),
        );
      }
      for (const [index, share] of chances.get(left)!.entries()) {
        steps += 1;
        if (steps > mostSteps) return undefined;
        const drawn = least + index;
        const grown = statistic + termOf(bin, drawn);
        if (grown >= 1 - tieSlack) {
          reached += chance * share;
          continue;
        }
        const key = `${left - drawn} ${Math.round(grown / tieSlack)}`;
        const known = next.get(key)?.chance ?? 0;
        next.set(key, { left: left - drawn, statistic: grown, chance: known + chance * share });
      }
    }
    population -= both;
    open = [...next.values()];
  }
  return Math.min(1, reached);
}

function requireWhole(sample: 'reference' | 'current', count: number, bin: number): void {
  requireIntegerIn(`exactContingencyPValue(${sample})[${bin}]`, count, 0, 5e14);
}
