import { createCategoryCodes } from './categories.js';
import { type OutputBlock, outputValues, type TensorData } from './prediction.js';
import { type OutputsConfig, outputNameOf } from './settings/outputs.js';
import { createPaneBuffer } from './windows/pane-buffer.js';

/** Scores over the quality window; a score is left out where it is undefined. */
export interface QualitySnapshot {
  /** Targets in the window. */
  readonly samples: number;
  readonly scores: {
    readonly accuracy?: number;
    readonly precision?: number;
    readonly recall?: number;
    readonly f1?: number;
    readonly mean_absolute_error?: number;
    readonly root_mean_squared_error?: number;
  };
  /** Share of the predictions made in the window whose target has arrived; undefined without any. */
  readonly coverage: number | undefined;
}

/** The outcome of a prediction whose target arrived; counters add it up for a fleet. */
export type Outcome =
  | { readonly task: 'binary'; readonly outcome: 'tp' | 'fp' | 'tn' | 'fn' }
  | { readonly task: 'multiclass'; readonly predicted: number; readonly actual: number }
  | { readonly task: 'regression'; readonly error: number };

/** The rolling quality of a model. */
export interface Quality {
  /** Reads the outputs of a batch: one number per row, or undefined if the output is missing. */
  readOutputs(outputs: readonly OutputBlock[], rows: number): Float64Array | undefined;
  /** A target as the number that `record` takes; undefined when it does not fit the task. */
  readTarget(value: string | number | boolean): number | undefined;
  /** Counts predictions, from which the coverage follows. */
  predicted(rows: number, nowMs: number): void;
  /** Counts a target and returns its outcome. */
  record(output: number, target: number, predictedMs: number, nowMs: number): Outcome;
  snapshot(nowMs: number): QualitySnapshot;
}

const panesPerWindow = 60;

/**
 * Quality of one model over a rolling window.
 *
 * Scores count targets by the time of their arrival, coverage counts predictions by the time at
 * which they were made. The window moves in steps of a sixtieth of its length. Memory: at most
 * 60 panes of 3 sums per class.
 */
export function createQuality(options: {
  readonly outputs: OutputsConfig;
  readonly windowMs: number;
}): Quality {
  const { outputs, windowMs } = options;
  const names = outputs.task === 'multiclass' ? outputs.classes : [];
  const codeOf = createCategoryCodes(names);
  const classes = outputs.task === 'multiclass' ? names.length : 2;
  // tp, fp, fn per class; binary keeps tn where class 0 would have its tp.
  const width = outputs.task === 'regression' ? 3 : 3 * classes;
  const paneMs = windowMs / panesPerWindow;
  const outcomes = createPaneBuffer({ paneMs, panes: panesPerWindow, width });
  const coverage = createPaneBuffer({ paneMs, panes: panesPerWindow, width: 2 });

  return {
    readOutputs(blocks, rows) {
      const name = outputNameOf(outputs);
      const block = blocks.find((output) => output.name === name);
      const values = block && outputValues(block.data, rows, outputs);
      return values && readRows(values, outputs.task === 'multiclass' ? codeOf : Number);
    },
    readTarget(value) {
      if (outputs.task === 'multiclass') {
        const index = codeOf(value);
        return index < 0 ? undefined : index;
      }
      if (outputs.task === 'binary') {
        const number = typeof value === 'boolean' ? Number(value) : value;
        return number === 0 || number === 1 ? number : undefined;
      }
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    },
    predicted(rows, nowMs) {
      const pane = coverage.at(nowMs);
      if (pane !== undefined) pane[0]! += rows;
    },
    record(output, target, predictedMs, nowMs) {
      const predictedPane = coverage.at(predictedMs);
      if (predictedPane !== undefined) predictedPane[1]! += 1;
      const pane = outcomes.at(nowMs) ?? new Float64Array(width);
      if (outputs.task === 'regression') {
        const error = output - target;
        pane[0]! += 1;
        pane[1]! += Math.abs(error);
        pane[2]! += error * error;
        return { task: 'regression', error };
      }
      if (outputs.task === 'multiclass') {
        if (output === target) pane[3 * target]! += 1;
        else {
          if (output >= 0) pane[3 * output + 1]! += 1;
          pane[3 * target + 2]! += 1;
        }
        return { task: 'multiclass', predicted: output, actual: target };
      }
      const positive = output >= outputs.decisionThreshold;
      const outcome = positive ? (target === 1 ? 'tp' : 'fp') : target === 1 ? 'fn' : 'tn';
      pane[binarySlot[outcome]]! += 1;
      return { task: 'binary', outcome };
    },
    snapshot(nowMs) {
      const [predicted = 0, joined = 0] = coverage.sumWith(nowMs, panesPerWindow);
      const sums = outcomes.sumWith(nowMs, panesPerWindow);
      return {
        ...scoresOf(outputs, sums),
        coverage: predicted === 0 ? undefined : Math.min(1, joined / predicted),
      };
    },
  };
}

const binarySlot = { tn: 0, tp: 3, fp: 4, fn: 5 } as const;

function readRows(values: TensorData, read: (value: unknown) => number): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let row = 0; row < values.length; row += 1) {
    numbers[row] = read(values[row]);
  }
  return numbers;
}

function scoresOf(
  outputs: OutputsConfig,
  sums: Float64Array,
): Pick<QualitySnapshot, 'samples' | 'scores'> {
  if (outputs.task === 'regression') {
    const [samples = 0, absolute = 0, squared = 0] = sums;
    if (samples === 0) return { samples, scores: {} };
    return {
      samples,
      scores: {
        mean_absolute_error: absolute / samples,
        root_mean_squared_error: Math.sqrt(squared / samples),
      },
    };
  }
  if (outputs.task === 'binary') {
    const tn = sums[binarySlot.tn]!;
    const tp = sums[binarySlot.tp]!;
    const fp = sums[binarySlot.fp]!;
    const fn = sums[binarySlot.fn]!;
    const samples = tp + fp + tn + fn;
    return {
      samples,
      scores: {
        ...quotient('accuracy', tp + tn, samples),
        ...quotient('precision', tp, tp + fp),
        ...quotient('recall', tp, tp + fn),
        ...quotient('f1', 2 * tp, 2 * tp + fp + fn),
      },
    };
  }
  return multiclassScores(sums);
}

/** Macro averages over the classes that occur, as predicted or as target, in the window. */
function multiclassScores(sums: Float64Array): Pick<QualitySnapshot, 'samples' | 'scores'> {
  let samples = 0;
  let correct = 0;
  const precisions: number[] = [];
  const recalls: number[] = [];
  const f1s: number[] = [];
  for (let offset = 0; offset < sums.length; offset += 3) {
    const tp = sums[offset]!;
    const fp = sums[offset + 1]!;
    const fn = sums[offset + 2]!;
    samples += tp + fn;
    correct += tp;
    if (tp + fp + fn === 0) continue;
    precisions.push(tp + fp === 0 ? 0 : tp / (tp + fp));
    recalls.push(tp + fn === 0 ? 0 : tp / (tp + fn));
    f1s.push((2 * tp) / (2 * tp + fp + fn));
  }
  return {
    samples,
    scores: {
      ...quotient('accuracy', correct, samples),
      ...quotient('precision', total(precisions), precisions.length),
      ...quotient('recall', total(recalls), recalls.length),
      ...quotient('f1', total(f1s), f1s.length),
    },
  };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function quotient<Name extends string>(
  name: Name,
  part: number,
  whole: number,
): { [key in Name]?: number } {
  return whole === 0 ? {} : ({ [name]: part / whole } as { [key in Name]: number });
}
