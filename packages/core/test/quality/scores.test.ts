import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OutputBlock, TargetValue } from '../../src/prediction.js';
import { createScoring } from '../../src/quality/create-scoring.js';
import { isScorable, type Scores, type Scoring } from '../../src/quality/scoring.js';
import { type ScoreName, scoresOfTask } from '../../src/quality-scores.js';
import type { OutputsConfig } from '../../src/settings/outputs.js';
import { seededRandom } from '../support.js';

interface Case {
  readonly name: string;
  readonly scores: { readonly [Score in ScoreName]?: number };
}
interface Fixture {
  readonly binary: readonly (Case & { threshold: number; outputs: number[]; targets: number[] })[];
  readonly multiclass: readonly (Case & {
    classes: string[];
    values: number[][];
    outputs: number[];
    targets: number[];
    perClass: Record<'precision' | 'recall' | 'f1', number | null>[];
  })[];
  readonly multilabel: readonly (Case & {
    threshold: number;
    labels: string[];
    outputs: number[][];
    targets: string[][];
  })[];
  readonly regression: readonly (Case & { outputs: number[]; targets: number[]; zeros: number })[];
  readonly ranking: readonly (Case & {
    k: number;
    outputs: string[][];
    targets: Record<string, number>[];
  })[];
}

const fixture = JSON.parse(
  readFileSync(new URL('fixtures/scores.json', import.meta.url), 'utf8'),
) as Fixture;

/** The sums of rows, of which some are read as one batch. */
function sumsOf(
  scoring: Scoring,
  data: OutputBlock['data'],
  targets: readonly TargetValue[],
): Float64Array {
  const sums = new Float64Array(scoring.width);
  const outputs = scoring.readOutputs([{ name: 'output', data }], targets.length)!;
  for (const [row, target] of targets.entries()) {
    const output = outputs[row];
    expect(isScorable(output)).toBe(true);
    scoring.add(sums, output!, scoring.readTarget(target)!);
  }
  return sums;
}

function scored(
  outputs: OutputsConfig,
  data: OutputBlock['data'],
  targets: readonly TargetValue[],
): Scores {
  const scoring = createScoring(outputs);
  return scoring.scores(sumsOf(scoring, data, targets));
}

/** Holds scores against those of scikit-learn: to 1e-12, or to the resolution of those from bins. */
function expectScores(found: Scores, expected: Case['scores'], task: OutputsConfig['task']): void {
  const valued = 'business_value' in found.scores ? [] : ['business_value'];
  const undefinedScores = scoresOfTask(task).filter(
    (name) => !(name in expected) && !valued.includes(name),
  );
  for (const name of undefinedScores) expect(found.scores, name).not.toHaveProperty(name);
  for (const [name, value] of Object.entries(expected) as [ScoreName, number][]) {
    const resolution = found.resolutions[name] ?? 0;
    const tolerance = 1e-12 * Math.max(1, Math.abs(value)) + resolution;
    expect(Math.abs(found.scores[name]! - value), name).toBeLessThanOrEqual(tolerance);
  }
  for (const [name, { low, high }] of Object.entries(found.intervals)) {
    expect(low, name).toBeLessThanOrEqual(found.scores[name as ScoreName]!);
    expect(high, name).toBeGreaterThanOrEqual(found.scores[name as ScoreName]!);
  }
}

describe('scores equal those of scikit-learn', () => {
  it.each(fixture.binary)('of a binary classifier: $name', (example) => {
    const { threshold: decisionThreshold, outputs, targets, scores } = example;
    const settings = { task: 'binary', score: 'output', decisionThreshold } as const;
    const found = scored(settings, outputs, targets);
    expectScores(found, scores, 'binary');
    expect(found.samples).toBe(targets.length);
    expect(found.leftOut).toEqual({});
  });

  it.each(fixture.multiclass)('of classes: $name', (example) => {
    const { classes, values: businessValue, outputs, targets, scores, perClass } = example;
    const found = scored(
      { task: 'multiclass', class: 'output', classes, businessValue },
      outputs.map((index) => classes[index as number]!),
      targets.map((index) => classes[index as number]!),
    );
    expectScores(found, scores, 'multiclass');
    expect(found.samples).toBe(targets.length);
    for (const [index, expected] of perClass.entries()) {
      const { name, scores: ofClass } = found.classes[index]!;
      expect(name).toBe(classes[index]);
      for (const score of ['precision', 'recall', 'f1'] as const) {
        const value = expected[score];
        if (value === null) expect(ofClass[score]).toBeUndefined();
        else expect(ofClass[score]).toBeCloseTo(value, 12);
      }
    }
  });

  it.each(fixture.multilabel)('of labels: $name', (example) => {
    const { threshold: decisionThreshold, labels, outputs, targets, scores } = example;
    const settings = { task: 'multilabel', scores: 'output', labels, decisionThreshold } as const;
    expectScores(scored(settings, outputs.flat(), targets), scores, 'multilabel');
  });

  it.each(fixture.regression)('of a regression: $name', ({ outputs, targets, zeros, scores }) => {
    const found = scored({ task: 'regression', value: 'output' }, outputs, targets);
    expectScores(found, scores, 'regression');
    expect(found.leftOut.mean_absolute_percentage_error ?? 0).toBe(zeros);
  });

  it.each(fixture.ranking)('of a ranking: $name', ({ k, outputs, targets, scores }) => {
    const settings = { task: 'ranking', items: 'output', k } as const;
    expectScores(scored(settings, outputs.flat(), targets), scores, 'ranking');
  });
});

describe('sums', () => {
  const settings: OutputsConfig[] = [
    {
      task: 'binary',
      score: 'output',
      decisionThreshold: 0.5,
      businessValue: { tp: 3, fp: -1, tn: 0, fn: -10 },
    },
    { task: 'multiclass', class: 'output', classes: ['a', 'b', 'c'] },
    { task: 'multilabel', scores: 'output', labels: ['a', 'b'], decisionThreshold: 0.5 },
    { task: 'regression', value: 'output' },
    { task: 'ranking', items: 'output', k: 3 },
  ];
  const random = seededRandom(5);
  const draw: Record<OutputsConfig['task'], () => readonly [unknown, TargetValue]> = {
    binary: () => [random(), random() < 0.4] as const,
    multiclass: () =>
      ['abcx'[Math.floor(4 * random())]!, 'abc'[Math.floor(3 * random())]!] as const,
    multilabel: () => [[random(), random()], random() < 0.5 ? ['a'] : ['a', 'b']] as const,
    regression: () => [random(), random()] as const,
    ranking: () =>
      [['x', 'y', 'z'].sort(() => random() - 0.5), [random() < 0.5 ? 'x' : 'w']] as const,
  };

  it.each(settings)('of the panes of a $task add up to those of all rows', (outputs) => {
    const rows = Array.from({ length: 80 }, draw[outputs.task]);
    const scoring = createScoring(outputs);
    const part = (from: number, to?: number): Float64Array => {
      const some = rows.slice(from, to);
      return sumsOf(
        scoring,
        some.flatMap(([output]) => output) as OutputBlock['data'],
        some.map(([, target]) => target),
      );
    };
    const all = part(0);
    const [first, second] = [part(0, 30), part(30)];
    const added = scoring.scores(all.map((_, index) => first[index]! + second[index]!));
    const expected = scoring.scores(all);
    expect(Object.keys(added.scores)).toEqual(Object.keys(expected.scores));
    for (const [name, value] of Object.entries(expected.scores)) {
      expect(added.scores[name as ScoreName], name).toBeCloseTo(value, 12);
    }
  });

  it.each(settings)('of a $task without targets give no scores', (outputs) => {
    const scoring = createScoring(outputs);
    const found = scoring.scores(new Float64Array(scoring.width));
    expect(found).toMatchObject({
      samples: 0,
      scores: {},
      intervals: {},
      leftOut: {},
      reliability: [],
    });
    for (const ofClass of found.classes) expect(ofClass).toMatchObject({ samples: 0, scores: {} });
  });

  it.each(settings)('of a $task have one value of an outcome for each mean', (outputs) => {
    const scoring = createScoring(outputs);
    const [output, target] = draw[outputs.task]();
    const data = [output].flat() as OutputBlock['data'];
    const sums = sumsOf(scoring, data, [target]);
    const [read] = Array.from(scoring.readOutputs([{ name: 'output', data }], 1)!);
    const { values, task } = scoring.outcome(read!, scoring.readTarget(target)!);
    const { scores } = scoring.scores(sums);
    expect(task).toBe(outputs.task);
    expect(values).toHaveLength(scoring.means.length);
    for (const [index, name] of scoring.means.entries()) expect(values[index]).toBe(scores[name]);
  });
});

describe('the scores of a binary classifier', () => {
  const settings = { task: 'binary', score: 'output', decisionThreshold: 0.5 } as const;

  it('from bins state how far they may be from those of the rows', () => {
    const { outputs, targets, scores } = fixture.binary[0]!;
    const found = scored(settings, outputs, targets);
    expect(found.resolutions.roc_auc).toBeLessThan(0.003);
    expect(found.resolutions.average_precision).toBeLessThan(0.01);
    expect(found.resolutions.expected_calibration_error).toBeLessThan(0.05);
    expect(Math.abs(found.scores.roc_auc! - scores.roc_auc!)).toBeLessThan(0.0005);
    expect(Math.abs(found.scores.average_precision! - scores.average_precision!)).toBeLessThan(
      0.005,
    );
    const tied = scored(settings, [0.3, 0.3], [0, 1]);
    expect(tied.scores.roc_auc).toBe(0.5);
    expect(tied.resolutions.roc_auc).toBe(0.5);
  });

  it('clip probabilities of 0 and 1 in the log loss, as scikit-learn does', () => {
    expect(scored(settings, [0, 1], [1, 0]).scores.log_loss).toBeCloseTo(52 * Math.LN2, 12);
    expect(scored(settings, [1, 0], [1, 0]).scores.log_loss).toBeCloseTo(0, 15);
  });

  it('leave scores outside 0 to 1 out of those of probabilities', () => {
    const found = scored(settings, [3, -2, 0.6, 1 + 1e-7], [1, 1, 0, 1]);
    expect(found.samples).toBe(4);
    expect(found.scores.accuracy).toBe(0.5);
    expect(found.scores.brier_score).toBeCloseTo(0.18, 12);
    expect(found.leftOut).toEqual({
      log_loss: 2,
      brier_score: 2,
      roc_auc: 2,
      average_precision: 2,
      expected_calibration_error: 2,
    });
  });

  it('group the rows by their probability for the reliability', () => {
    const outputs = Array.from({ length: 1000 }, (_, row) => (row + 0.5) / 1000);
    const { reliability } = scored(
      settings,
      outputs,
      outputs.map((p) => Number(p > 0.3)),
    );
    expect(reliability).toHaveLength(10);
    expect(reliability.reduce((sum, { samples }) => sum + samples, 0)).toBe(1000);
    for (const { low, high, samples, predicted } of reliability) {
      expect(samples).toBeGreaterThanOrEqual(90);
      expect(samples).toBeLessThanOrEqual(110);
      expect(predicted).toBeGreaterThan(low);
      expect(predicted).toBeLessThan(high);
    }
    expect(reliability[0]!.observed).toBe(0);
    expect(reliability[9]!.observed).toBe(1);
  });

  it('value the outcomes', () => {
    const businessValue = { tp: 5, fp: -1, tn: 0, fn: -20 };
    const found = scored({ ...settings, businessValue }, [0.9, 0.9, 0.1, 0.1], [1, 0, 0, 1]);
    expect(found.scores.business_value).toBe(-4);
    const { low, high } = found.intervals.business_value!;
    expect(low).toBeGreaterThan(-20);
    expect(high).toBeLessThan(5);
  });
});

describe('targets', () => {
  it('of labels are names of labels, each once', () => {
    const { readTarget } = createScoring({
      task: 'multilabel',
      scores: 's',
      labels: ['a', 'b', '3'],
      decisionThreshold: 0.5,
    });
    expect([['a', '3'], [3, 'a', 'a'], []].map(readTarget)).toEqual([5, 5, 0]);
    expect([['c'], 'a', true, { a: 1 }].map((value) => readTarget(value as TargetValue))).toEqual(
      Array(4).fill(undefined),
    );
  });

  it('of a ranking are ids, or gains of at least 0', () => {
    const { readTarget } = createScoring({ task: 'ranking', items: 'i', k: 3 });
    expect(readTarget([7, 'x'])).toEqual(
      new Map([
        ['7', 1],
        ['x', 1],
      ]),
    );
    expect(readTarget({ x: 2, y: 0 })).toEqual(
      new Map([
        ['x', 2],
        ['y', 0],
      ]),
    );
    for (const value of ['x', 1, { x: -1 }, { x: Number.NaN }]) {
      expect(readTarget(value as TargetValue)).toBeUndefined();
    }
  });
});

describe('the scores of a ranking', () => {
  const settings = { task: 'ranking', items: 'output', k: 3 } as const;

  it('are 0 for a row without relevant items, and for one without hits', () => {
    const { scores } = scored(settings, ['x', 'y', 'z', 'x', 'y', 'z'], [[], ['w']]);
    expect(scores).toEqual({ ndcg: 0, hit_rate: 0, mean_reciprocal_rank: 0 });
  });

  it('count an item that comes again at its first place', () => {
    const { scores } = scored(settings, ['x', 'x', 'y'], [['x', 'y']]);
    expect(scores.ndcg).toBeCloseTo((1 + 1 / 2) / (1 + 1 / Math.log2(3)), 12);
  });

  it('skip missing items and read at most k', () => {
    const scoring = createScoring(settings);
    const data = ['a', null, 'b', 'c', 'd', 5, null, null, null, null];
    expect(scoring.readOutputs([{ name: 'output', data }], 2)).toEqual([['a', 'b', 'c'], ['5']]);
    expect(scoring.readOutputs([{ name: 'output', data }], 3)).toBeUndefined();
  });
});

describe('a row that cannot be scored', () => {
  it('has a missing score of a label', () => {
    const scoring = createScoring({
      task: 'multilabel',
      scores: 'output',
      labels: ['a', 'b'],
      decisionThreshold: 0.5,
    });
    const data = [0.6, 0.6, Number.NaN, 0.6, 0.1, null];
    const outputs = Array.from(scoring.readOutputs([{ name: 'output', data }], 3)!);
    expect(outputs.map(isScorable)).toEqual([true, false, false]);
    expect(outputs[0]).toBe(3);
    expect(scoring.readOutputs([{ name: 'output', data }], 2)).toBeUndefined();
  });

  it('has errors whose squares are too large, and is left out of the scores that need them', () => {
    const settings = { task: 'regression', value: 'output' } as const;
    const found = scored(settings, [1e200, 2, 4], [0, 1, 2]);
    expect(found.samples).toBe(3);
    expect(found.scores.mean_absolute_error).toBe(1.5);
    expect(found.leftOut).toEqual({
      mean_absolute_error: 1,
      mean_squared_error: 1,
      mean_absolute_percentage_error: 1,
      mean_error: 1,
      root_mean_squared_error: 1,
      r2: 1,
    });
  });
});
