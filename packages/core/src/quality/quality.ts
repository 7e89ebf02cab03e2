import type { OutputsConfig } from '../settings/outputs.js';
import type { IntervalKind } from '../vocabulary.js';
import { createPaneBuffer } from '../windows/pane-buffer.js';
import { createScoring } from './create-scoring.js';
import type { Outcome, ScoredOutput, ScoredTarget, Scores, Scoring } from './scoring.js';

/** Scores over the quality window. */
export interface QualitySnapshot extends Scores {
  /** Share of the predictions made in the window whose target has arrived; undefined without any. */
  readonly coverage: number | undefined;
}

/** The rolling quality of a model. */
export interface Quality extends Pick<Scoring, 'readOutputs' | 'readTarget'> {
  /** Counts predictions, from which the coverage follows. */
  predicted(rows: number, nowMs: number): void;
  /** Counts a target and returns its outcome. */
  record(output: ScoredOutput, target: ScoredTarget, predictedMs: number, nowMs: number): Outcome;
  snapshot(nowMs: number): QualitySnapshot;
}

const panesPerWindow = 60;

/**
 * Quality of one model over a rolling window.
 *
 * Scores count targets by the time of their arrival, coverage counts predictions by the time at
 * which they were made. The window moves in steps of a sixtieth of its length. Memory: at most
 * 60 panes of the sums of the task.
 */
export function createQuality(options: {
  readonly outputs: OutputsConfig;
  readonly windowMs: number;
  readonly interval?: IntervalKind;
}): Quality {
  const scoring = createScoring(options.outputs, options.interval);
  const paneMs = options.windowMs / panesPerWindow;
  const outcomes = createPaneBuffer({ paneMs, panes: panesPerWindow, width: scoring.width });
  const coverage = createPaneBuffer({ paneMs, panes: panesPerWindow, width: 2 });

  return {
    readOutputs: scoring.readOutputs,
    readTarget: scoring.readTarget,
    predicted(rows, nowMs) {
      const pane = coverage.at(nowMs);
      if (pane !== undefined) pane[0]! += rows;
    },
    record(output, target, predictedMs, nowMs) {
      const predictedPane = coverage.at(predictedMs);
      if (predictedPane !== undefined) predictedPane[1]! += 1;
      const pane = outcomes.at(nowMs);
      if (pane !== undefined) scoring.add(pane, output, target);
      return scoring.outcome(output, target);
    },
    snapshot(nowMs) {
      const [predicted = 0, joined = 0] = coverage.sumWith(nowMs, panesPerWindow);
      return {
        ...scoring.scores(outcomes.sumWith(nowMs, panesPerWindow)),
        coverage: predicted === 0 ? undefined : Math.min(1, joined / predicted),
      };
    },
  };
}
