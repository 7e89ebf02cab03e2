/**
 * What a target costs: the join with its prediction, the sums of every score of the task, and the
 * counters; next to a plain join that counts the four outcomes of a binary classifier.
 */
import { createMonitor, type MonitorOptions, type Target } from '@modelmeter/core';
import { Registry } from 'prom-client';
import { median } from './kernel-measure.js';
import { amount } from './smoke.js';

const rows = amount(20_000, 100);
const runs = amount(9, 1);

interface Case {
  readonly outputs: MonitorOptions['outputs'];
  /** The output of a row, and its target. */
  readonly row: (index: number) => readonly [output: unknown[], target: Target['value']];
}

const labels = ['a', 'b', 'c', 'd', 'e'];
const score = (index: number): number => (index * 0.618_033_988_75) % 1;
const cases: readonly Case[] = [
  {
    outputs: { task: 'binary', score: 'output', businessValue: { tp: 2, fp: -1, tn: 0, fn: -9 } },
    row: (index) => [[score(index)], index % 3 === 0],
  },
  {
    outputs: { task: 'multiclass', class: 'output', classes: labels },
    row: (index) => [[labels[index % 5]], labels[index % 4]!],
  },
  {
    outputs: { task: 'multilabel', scores: 'output', labels },
    row: (index) => [labels.map((_, label) => score(index + label)), [labels[index % 5]!]],
  },
  {
    outputs: { task: 'regression', value: 'output' },
    row: (index) => [[score(index)], score(index + 1)],
  },
  {
    outputs: { task: 'ranking', items: 'output', k: 10 },
    row: (index) => [
      Array.from({ length: 10 }, (_, place) => `item-${(index + place) % 50}`),
      [`item-${index % 60}`],
    ],
  },
];

/** Nanoseconds per target of each run, and those of the scores at a scrape. */
function timesOf({ outputs, row }: Case): { targets: number[]; scores: number[] } {
  const [targetTimes, scoreTimes]: [number[], number[]] = [[], []];
  for (let run = -2; run < runs; run += 1) {
    const monitor = createMonitor({
      model: { name: 'm' },
      features: [{ name: 'x', type: 'numeric' }],
      outputs,
      registry: new Registry(),
      driftDetection: { schedule: 'manual' },
    });
    const all = Array.from({ length: rows }, (_, index) => row(index));
    const predictionIds = all.map((_, index) => `prediction-${index}`);
    monitor.observe({
      rows,
      features: [{ names: ['x'], data: new Float64Array(rows) }],
      outputs: [{ name: 'output', data: all.flatMap(([output]) => output) as number[] }],
      predictionIds,
      durationSeconds: 0,
    });
    const targets = all.map(([, value], index) => ({ predictionId: predictionIds[index]!, value }));
    const start = performance.now();
    const { matched } = monitor.recordTargets(targets);
    const recorded = performance.now();
    const { samples } = monitor.quality();
    const scored = performance.now();
    if (matched !== rows || samples !== rows) throw new Error(`${matched} targets were joined`);
    if (run >= 0) {
      targetTimes.push(((recorded - start) * 1e6) / rows);
      scoreTimes.push((scored - recorded) * 1e6);
    }
    monitor.close();
  }
  return { targets: targetTimes, scores: scoreTimes };
}

/** A map of predictions and four counts. */
function plainTimes(): number[] {
  const times: number[] = [];
  for (let run = -2; run < runs; run += 1) {
    const waiting = new Map(
      Array.from({ length: rows }, (_, index) => [`prediction-${index}`, score(index)]),
    );
    const targets = Array.from({ length: rows }, (_, index) => ({
      predictionId: `prediction-${index}`,
      value: index % 3 === 0,
    }));
    const counts = { tp: 0, fp: 0, tn: 0, fn: 0 };
    const start = performance.now();
    for (const { predictionId, value } of targets) {
      const output = waiting.get(predictionId);
      if (output === undefined) continue;
      waiting.delete(predictionId);
      if (output >= 0.5) counts[value ? 'tp' : 'fp'] += 1;
      else counts[value ? 'fn' : 'tn'] += 1;
    }
    const nanoseconds = ((performance.now() - start) * 1e6) / rows;
    if (counts.tp + counts.fp + counts.tn + counts.fn !== rows) throw new Error('targets are lost');
    if (run >= 0) times.push(nanoseconds);
  }
  return times;
}

/** Prints the times of every task. */
export function reportTargets(): void {
  console.log(
    `\nRecording one of ${rows} targets                ns     min   ratio   scores of a scrape`,
  );
  const plain = median(plainTimes());
  console.log(`${'plain: a map and four counts'.padEnd(40)} ${plain.toFixed(0).padStart(7)}`);
  for (const example of cases) {
    const { targets, scores } = timesOf(example);
    const [middle, least] = [median(targets), Math.min(...targets)];
    console.log(
      `${`ours: ${example.outputs.task}`.padEnd(40)} ${middle.toFixed(0).padStart(7)} ${least.toFixed(0).padStart(7)} ${(middle / plain).toFixed(1).padStart(7)} ${(median(scores) / 1e6).toFixed(2).padStart(9)} ms`,
    );
  }
}
