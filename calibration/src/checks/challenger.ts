import { differencesOfOutcomes, evidenceAgainst } from '@modelmeter/core/quality';
import type { Random } from '@modelmeter/kernel';
import { type Bound, describeBound } from '../bounds.js';
import { percent, type Row } from '../row.js';
import { randomFor } from '../sampling.js';

/** The promise: a challenger that is not better by the margin is called better this often at most. */
const errorRate = 0.05;
const margin = 0.01;

/** Two versions of a classifier that disagree on some predictions. */
interface Versions {
  readonly name: string;
  /** By how much the challenger is more often right. */
  readonly difference: number;
  /** Share of the predictions that only one version gets right. */
  readonly disagreement: number;
  /** What is right to decide; both on the margin itself. */
  readonly decided: 'better' | 'not_better' | 'either';
}

const versions: readonly Versions[] = [
  {
    name: 'better by exactly the margin',
    difference: margin,
    disagreement: 0.1,
    decided: 'either',
  },
  { name: 'equal', difference: 0, disagreement: 0.1, decided: 'not_better' },
  { name: 'equal, rarely different', difference: 0, disagreement: 0.02, decided: 'not_better' },
  { name: 'worse by 3 points', difference: -0.03, disagreement: 0.1, decided: 'not_better' },
  { name: 'better by 3 points', difference: 0.03, disagreement: 0.1, decided: 'better' },
  { name: 'better by 5 points', difference: 0.05, disagreement: 0.2, decided: 'better' },
];

/** What many simulated comparisons came to. */
export interface ChallengerCount extends Versions {
  readonly trials: number;
  readonly pairs: number;
  /** Trials in which some look said `better`, and those in which one said `not_better`. */
  readonly better: number;
  readonly notBetter: number;
  /** Trials in which some look had an interval without the true difference. */
  readonly missed: number;
  /** Median number of pairs at the first decision that is right; infinite where most have none. */
  readonly medianPairs: number;
}

/** Compares versions on pairs that are drawn, and looks after each of them. */
export function simulateChallengers(
  trials: number,
  pairs: number,
  seed: number,
): ChallengerCount[] {
  return versions.map((of) => {
    const random = randomFor(seed, `challenger ${of.name}`);
    const runs = Array.from({ length: trials }, () => runOnce(of, pairs, random));
    const firsts = runs.map((run) => run[of.decided === 'better' ? 'better' : 'notBetter']);
    return {
      ...of,
      trials,
      pairs,
      better: runs.filter((run) => run.better !== Infinity).length,
      notBetter: runs.filter((run) => run.notBetter !== Infinity).length,
      missed: runs.filter(({ missed }) => missed).length,
      medianPairs: firsts.sort((a, b) => a - b)[trials >> 1]!,
    };
  });
}

/** The pairs at which each decision was first said, infinite where it never was. */
function runOnce(
  { difference, disagreement }: Versions,
  pairs: number,
  random: Random,
): { better: number; notBetter: number; missed: boolean } {
  const outcomes = { bothRight: 0, onlyChampionRight: 0, onlyChallengerRight: 0, bothWrong: 0 };
  const result = { better: Infinity, notBetter: Infinity, missed: false };
  const onlyChallenger = (disagreement + difference) / 2;
  for (let pair = 1; pair <= pairs; pair += 1) {
    const draw = random.next();
    if (draw < onlyChallenger) outcomes.onlyChallengerRight += 1;
    else if (draw < disagreement) outcomes.onlyChampionRight += 1;
    else outcomes.bothRight += 1;
    const differences = differencesOfOutcomes(outcomes);
    const { above, below } = evidenceAgainst(differences, margin);
    if (above >= -Math.log(errorRate)) result.better = Math.min(result.better, pair);
    if (below >= -Math.log(errorRate)) result.notBetter = Math.min(result.notBetter, pair);
    // The interval lacks the true difference where one side has won 2 / errorRate against it.
    const truth =
      difference === margin ? { above, below } : evidenceAgainst(differences, difference);
    if (Math.max(truth.above, truth.below) >= Math.log(2 / errorRate)) result.missed = true;
  }
  return result;
}

export function challengerRows(counts: readonly ChallengerCount[], bound: Bound): Row[] {
  return counts.flatMap((count) => {
    const { name, trials, pairs, decided } = count;
    const most = bound.most(errorRate, trials);
    const wrong = wrongDecisions(count);
    const looked = `${pairs} pairs, a look after each`;
    const power: Row = {
      check: `${name}: right decision, median pairs`,
      measured: `${percent(rightDecisions(count) / trials)}, ${count.medianPairs === Infinity ? 'more' : count.medianPairs}`,
      goal: '',
    };
    return [
      {
        check: `${name}: wrong decision at some look (${looked})`,
        measured: percent(wrong / trials),
        goal: describeBound(bound, errorRate, trials),
        met: wrong <= most,
      },
      {
        check: `${name}: interval without the true difference at some look`,
        measured: percent(count.missed / trials),
        goal: describeBound(bound, errorRate, trials),
        met: count.missed <= most,
      },
      ...(decided === 'either' ? [] : [power]),
    ];
  });
}

/** On the margin each of the two decisions has the error rate of its own; the larger one counts. */
function wrongDecisions({ decided, better, notBetter }: ChallengerCount): number {
  if (decided === 'either') return Math.max(better, notBetter);
  return decided === 'better' ? notBetter : better;
}

function rightDecisions({ decided, better, notBetter }: ChallengerCount): number {
  return decided === 'better' ? better : notBetter;
}
