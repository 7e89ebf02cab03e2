import type { DriftState } from '@modelmeter/core';
import { evaluateDrift } from '@modelmeter/core/drift';
import type { Flights } from '../data/flights.js';
import { pick, profileOf } from '../profiling.js';
import { type Row, score } from '../row.js';
import type { RulesFactory } from '../rules.js';
import { drawWithReplacement, randomFor } from '../sampling.js';
import { flightFeatures, referenceWeeks } from './real-windows.js';

/** A stormy week: the recent delays have moved, though not far enough to be called drift. */
const week = { from: '2001-03-12', to: '2001-03-19' } as const;

/** Sizes of the current window; the last is more rows than the week has, drawn again. */
export const windowSizes = [1000, 10_000, 100_000, 1_000_000] as const;

/** What is concluded of one feature as the window grows and the difference stays. */
export interface GrowingVerdict {
  readonly name: string;
  /** Score of the week itself. */
  readonly wholeWeek: number;
  readonly driftThreshold: number;
  /** By size of the window. */
  readonly states: readonly DriftState[];
  readonly scores: readonly number[];
}

/** Evaluates samples of growing size of one real week against January. */
export async function evaluateGrowingWindow(
  flights: Flights,
  seed: number,
  rulesFactory: RulesFactory,
  sizes: readonly number[] = windowSizes,
): Promise<GrowingVerdict[]> {
  const rules = rulesFactory(flightFeatures);
  const before = await flights.between(referenceWeeks.from, referenceWeeks.to);
  const current = await flights.between(week.from, week.to);
  const random = randomFor(seed, 'growing window');
  const draws = sizes.map((size) => drawWithReplacement(random, current.rows, size));
  const sampleOf = flightFeatures.map((feature) => {
    const column = current.columns.find(({ name }) => name === feature.name)!;
    const reference = profileOf(before.columns.find(({ name }) => name === feature.name)!);
    return (rows?: Uint32Array) => ({
      feature,
      reference,
      current: profileOf(rows === undefined ? column : pick(column, rows), reference),
    });
  });
  const evaluate = (rows?: Uint32Array) =>
    evaluateDrift(
      sampleOf.map((of) => of(rows)),
      rules,
    );
  const wholeWeek = evaluate();
  const found = draws.map(evaluate);
  return wholeWeek.map(({ name, scores, thresholds }, index) => ({
    name,
    wholeWeek: scores.psi!,
    driftThreshold: thresholds.drift,
    states: found.map((features) => features[index]!.state),
    scores: found.map((features) => features[index]!.scores.psi!),
  }));
}

/** Whether nothing is called drift because the window has grown, and the verdict has settled. */
export function growingWindowRows(verdicts: readonly GrowingVerdict[]): Row[] {
  return verdicts.map(({ name, wholeWeek, driftThreshold, states, scores }) => {
    const neverDrifts = wholeWeek >= driftThreshold || !states.includes('drift');
    return {
      check: `${name}, PSI of the week ${score(wholeWeek)}`,
      measured: states.map((state, size) => `${score(scores[size]!)} ${state}`).join(', '),
      goal: 'drift at no size, the last two alike',
      met: neverDrifts && states.at(-1) === states.at(-2),
    };
  });
}
