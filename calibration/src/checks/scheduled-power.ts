import { type DriftBudget, evaluateDrift, yearlyBudget } from '@modelmeter/core/drift';
import type { Random } from '@modelmeter/kernel';
import {
  type CategoricalProfile,
  categoricalProfile,
  mergeProfiles,
} from '@modelmeter/kernel/profiles';
import { percent, type Row } from '../row.js';
import type { RulesFactory } from '../rules.js';
import { randomFor } from '../sampling.js';

const watchedFeatures = 50;
const runsPerYear = 1460;
/** A window of 24 hours ends every 6 hours. */
const runsPerWindow = 4;
const runsPerWeek = 28;
/** The share that has the largest error: from 45 to 55 %. */
const shares = { reference: 0.45, current: 0.55 } as const;
const categories = ['no', 'yes'];
const leastFound = 0.95;

/** Rows of the reference and of a window; with a goal, the move must be found in the first window. */
interface Case {
  readonly n: number;
  readonly m: number;
  readonly hasGoal?: boolean;
}

const cases: readonly Case[] = [
  { n: 1000, m: 1000 },
  { n: 5000, m: 1000 },
  { n: 2500, m: 2500, hasGoal: true },
  { n: 5000, m: 1500, hasGoal: true },
];

export const scheduledPowerNotes = [
  'A run may spend 1/1460 of the budget: of 50 features one that moves must reach p = 6.8e-7. With 1000 rows on each',
  'side the move is 4.5 standard errors, and 6.3 against any number of current rows: no test finds it in 95 %.',
];

/** In how many runs a binary feature that moved was found. */
interface Found {
  readonly alone: number;
  readonly firstWindow: number;
  readonly firstWeek: number;
}

/**
 * How often a binary feature that moves by ten points is found when all its rows are those of one
 * comparison, and when scheduled runs compare it within the budget of a year of 50 features.
 */
export function scheduledPowerRows(
  repeats: number,
  seed: number,
  rulesFactory: RulesFactory,
): Row[] {
  return cases.map(({ n, m, hasGoal = false }) => {
    const found = countFound({ n, m }, repeats, seed, rulesFactory);
    const [alone, first, week] = [found.alone, found.firstWindow, found.firstWeek].map((count) =>
      percent(count / repeats),
    );
    return {
      check: `10 points of a binary feature, n ${n}, m ${m}`,
      measured: `${first} by the first full window, ${week} in a week; compared once ${alone}`,
      goal: hasGoal ? '≥ 95 % by the first full window' : '',
      ...(hasGoal ? { met: found.firstWindow >= leastFound * repeats } : {}),
    };
  });
}

function countFound(
  { n, m }: Case,
  repeats: number,
  seed: number,
  rulesFactory: RulesFactory,
): Found {
  const random = randomFor(seed, `10 points, n ${n}, m ${m}`);
  const feature = { name: 'answer', type: 'categorical' } as const;
  const rules = rulesFactory([feature]);
  // The other features, which have not moved, leave this one as much as a budget of their number.
  const budget = yearlyBudget(runsPerYear * watchedFeatures);
  const found = { alone: 0, firstWindow: 0, firstWeek: 0 };
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const reference = answers(n, shares.reference, random);
    const panes = Array.from({ length: runsPerWindow + runsPerWeek - 1 }, () =>
      answers(m / runsPerWindow, shares.current, random),
    );
    const isFound = (run: number, within?: DriftBudget): boolean => {
      const current = panes
        .slice(run, run + runsPerWindow)
        .reduce((a, b) => mergeProfiles(a, b) as CategoricalProfile);
      const [verdict] = evaluateDrift([{ feature, reference, current }], rules, { budget: within });
      return verdict!.significant && verdict!.state !== 'ok';
    };
    if (isFound(0)) found.alone += 1;
    const first = Array.from({ length: runsPerWeek }, (_, run) => run).find((run) =>
      isFound(run, budget),
    );
    if (first === 0) found.firstWindow += 1;
    if (first !== undefined) found.firstWeek += 1;
  }
  return found;
}

/** Rows of a binary feature, of which a share is `yes`. */
function answers(rows: number, share: number, random: Random): CategoricalProfile {
  const values = Array.from({ length: rows }, () => (random.next() < share ? 'yes' : 'no'));
  return categoricalProfile(values, { categories });
}
