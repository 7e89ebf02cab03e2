import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createScoring } from '../../src/quality/create-scoring.js';
import { createIntervals } from '../../src/quality/intervals.js';
import type { ScoredOutput, ScoredTarget } from '../../src/quality/scoring.js';
import type { ScoreName } from '../../src/quality-scores.js';
import type { OutputsConfig } from '../../src/settings/outputs.js';
import type { IntervalKind } from '../../src/vocabulary.js';
import { seededNormal, seededRandom } from '../support.js';

const fixture = JSON.parse(
  readFileSync(new URL('fixtures/scores.json', import.meta.url), 'utf8'),
) as {
  readonly wilson: readonly { successes: number; n: number; low: number; high: number }[];
  readonly binary: readonly {
    outputs: number[];
    targets: number[];
    scores: { roc_auc: number; average_precision: number };
    area: { low: number; high: number };
  }[];
};

type Row = readonly [output: ScoredOutput, target: ScoredTarget];

/** A model in production: its task, and its rows, which do not depend on each other. */
interface Production {
  readonly outputs: OutputsConfig;
  row(): Row;
}

const random = seededRandom(11);
const normal = seededNormal(12);
const chance = (probability: number): number => Number(random() < probability);

const productions: Production[] = [
  {
    outputs: {
      task: 'binary',
      score: 's',
      decisionThreshold: 0.5,
      businessValue: { tp: 10, fp: -3, tn: 0, fn: -25 },
    },
    row() {
      const score = 1 / (1 + Math.exp(-(normal() * 1.5 - 0.5)));
      return [score, chance(score ** 1.4)];
    },
  },
  {
    outputs: { task: 'multiclass', class: 'c', classes: ['a', 'b', 'c', 'd'] },
    row() {
      const draw = random();
      const target = draw < 0.5 ? 0 : draw < 0.8 ? 1 : draw < 0.95 ? 2 : 3;
      return [random() < 0.75 ? target : Math.floor(4 * random()), target];
    },
  },
  {
    outputs: { task: 'multilabel', scores: 's', labels: ['a', 'b', 'c'], decisionThreshold: 0.5 },
    row() {
      // Labels of a row are wrong together.
      const error = random() < 0.3 ? 0.6 : 0.05;
      let [output, target] = [0, 0];
      for (const [bit, share] of [0.5, 0.3, 0.4].entries()) {
        const isTrue = chance(share);
        target += isTrue * 2 ** bit;
        output += (chance(error) === 1 ? 1 - isTrue : isTrue) * 2 ** bit;
      }
      return [output, target];
    },
  },
  {
    outputs: { task: 'regression', value: 'v' },
    row() {
      const target = Math.exp(normal() * 0.5) * 20;
      return [target * (1 + 0.1 * normal()) + 3 * normal() + 0.5, target];
    },
  },
  {
    outputs: { task: 'ranking', items: 'i', k: 5 },
    row() {
      const items = ['1', '2', '3', '4', '5'];
      const place = Math.floor(9 * random() ** 1.5);
      return [items, new Map([[items[place] ?? 'other', 1]])];
    },
  },
];

/** Adds rows to sums until there are as many as given; sums of the same run may grow. */
function createRun({ outputs, row }: Production, kind: IntervalKind) {
  const scoring = createScoring(outputs, kind);
  const sums = new Float64Array(scoring.width);
  let rows = 0;
  return (total: number) => {
    for (; rows < total; rows += 1) scoring.add(sums, ...row());
    return scoring.scores(sums);
  };
}

/** The shares of runs in which an interval of a score missed the score of very many rows. */
function missedShares(
  production: Production,
  kind: IntervalKind,
  runs: number,
  looks: readonly number[],
): Map<ScoreName, number> {
  const { scores: truth } = createRun(production, kind)(200_000);
  const missed = new Map((Object.keys(truth) as ScoreName[]).map((name) => [name, 0]));
  for (let run = 0; run < runs; run += 1) {
    const look = createRun(production, kind);
    const misses = new Set<ScoreName>();
    for (const total of looks) {
      const { intervals } = look(total);
      for (const name of missed.keys()) {
        const interval = intervals[name];
        if (interval === undefined) continue;
        if (truth[name]! < interval.low || truth[name]! > interval.high) misses.add(name);
      }
    }
    for (const name of misses) missed.set(name, missed.get(name)! + 1 / runs);
  }
  return missed;
}

const sd = (runs: number): number => Math.sqrt((0.05 * 0.95) / runs);
/** The fourth powers of targets with a long tail need more rows than these tests have. */
const allowance = (name: ScoreName): number => (name === 'r2' ? 0.05 : 0);

describe('a fixed interval', () => {
  it.each(productions)(
    'of 300 rows of a $outputs.task misses in at most about 5 %',
    (production) => {
      const runs = 500;
      const missed = missedShares(production, 'fixed', runs, [300]);
      for (const [name, share] of missed) {
        expect(share, name).toBeLessThan(0.05 + 3 * sd(runs) + allowance(name));
      }
    },
  );

  it('is that of Wilson for a share', () => {
    const { share } = createIntervals('fixed');
    for (const { successes, n, low, high } of fixture.wilson) {
      const interval = share(successes / n, n)!;
      expect(interval.low).toBeCloseTo(low, 12);
      expect(interval.high).toBeCloseTo(high, 12);
    }
    expect(share(Number.NaN, 0)).toBeUndefined();
  });

  it('has the variance of DeLong for the area under the ROC curve', () => {
    const { outputs, targets, scores, area } = fixture.binary[1]!;
    const scoring = createScoring({ task: 'binary', score: 's', decisionThreshold: 0.5 });
    const sums = new Float64Array(scoring.width);
    for (const [row, output] of outputs.entries()) scoring.add(sums, output, targets[row]!);
    const found = scoring.scores(sums);
    // Scores of two decimals are in bins of their own.
    expect(found.scores.roc_auc).toBeCloseTo(scores.roc_auc, 12);
    expect(found.scores.average_precision).toBeCloseTo(scores.average_precision, 12);
    expect(found.intervals.roc_auc!.low).toBeCloseTo(area.low, 12);
    expect(found.intervals.roc_auc!.high).toBeCloseTo(area.high, 12);
  });

  it('needs two values for a mean without limits, and one between limits', () => {
    const { mean, share, ratio } = createIntervals('fixed');
    expect(mean(3, 1, 0)).toBeUndefined();
    expect(mean(3, 2, 0)).toEqual({ low: 3, high: 3 });
    expect(share(1, 1)!.low).toBeCloseTo(0.2065, 4);
    expect(ratio(1, 0, 4, 100)!.low).toBeCloseTo(share(1, 4)!.low, 12);
    expect(share(0.5, 4e9)!.high - 0.5).toBeCloseTo(1.96 * Math.sqrt(0.25 / 4e9), 8);
  });
});

describe('an anytime interval', () => {
  const looks = Array.from({ length: 25 }, (_, index) => Math.round(100 * 1.1 ** index));

  it.each(productions)(
    'of a growing sample of a $outputs.task holds at all looks',
    (production) => {
      const runs = 80;
      const missed = missedShares(production, 'anytime', runs, looks);
      for (const [name, share] of missed) {
        expect(share, name).toBeLessThan(0.05 + 3 * sd(runs) + allowance(name));
      }
    },
  );

  it('is needed, since a fixed one misses at some look', () => {
    const missed = missedShares(productions[0]!, 'fixed', 80, looks);
    expect(missed.get('accuracy')).toBeGreaterThan(0.12);
    expect(missed.get('log_loss')).toBeGreaterThan(0.12);
  });

  it.each([0.02, 0.3, 0.5, 0.9])(
    'of a share of %s misses at any look with at most 5 %',
    (truth) => {
      // The probability of each number of successes so far, among samples that never missed.
      const { share } = createIntervals('anytime');
      let held = Float64Array.of(1);
      for (let n = 1; n <= 120; n += 1) {
        const next = new Float64Array(n + 1);
        for (const [successes, probability] of held.entries()) {
          next[successes]! += probability * (1 - truth);
          next[successes + 1]! += probability * truth;
        }
        for (const successes of next.keys()) {
          const { low, high } = share(successes / n, n)!;
          if (truth < low || truth > high) next[successes] = 0;
        }
        held = next;
      }
      const missed = 1 - held.reduce((sum, probability) => sum + probability, 0);
      expect(missed).toBeLessThan(0.05);
    },
  );

  it('is wider than a fixed one, and shrinks as rows come', () => {
    const [fixed, anytime] = [createIntervals('fixed'), createIntervals('anytime')];
    const width = (ends: { low: number; high: number } | undefined): number =>
      ends!.high - ends!.low;
    for (const n of [20, 500, 100_000]) {
      expect(width(anytime.share(0.8, n))).toBeGreaterThan(width(fixed.share(0.8, n)));
      expect(width(anytime.share(0.8, n))).toBeGreaterThan(width(anytime.share(0.8, 2 * n)));
      expect(anytime.critical(n)).toBeGreaterThan(fixed.critical(n));
      expect(anytime.critical(n, 5)).toBeGreaterThan(anytime.critical(n));
    }
    expect(anytime.share(1, 500)!.high).toBe(1);
    expect(anytime.share(0, 500)!.low).toBe(0);
    expect(width(anytime.share(0.5, 4e9))).toBeLessThan(1e-4);
  });
});
