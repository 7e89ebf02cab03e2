import type { Random } from '@modelmeter/kernel';
import { beta, binomial, poisson } from './draws.js';

/** Events in equal steps of time, as running sums; element i is the sum of the first i steps. */
export interface Counts {
  readonly steps: number;
  readonly bad: Float64Array;
  readonly all: Float64Array;
}

/** How events arrive. */
export interface Arrival {
  readonly perHour: number;
  readonly stepMinutes: number;
  /** Events that arrive together and share a share of bad ones; 1 for independent events. */
  readonly block: number;
  /** Correlation of the events of a block. */
  readonly correlation: number;
}

/** Independent events, and blocks of twenty that have much in common, such as those of one user. */
export const arrivals = [
  { name: 'independent', block: 1, correlation: 0 },
  { name: 'in blocks of 20, correlation .2', block: 20, correlation: 0.2 },
] as const;

/**
 * Draws events of which a share is bad: Poisson arrivals of blocks; within a block, beta-binomial.
 *
 * @param shareAt Share of bad events by step.
 */
export function drawCounts(
  random: Random,
  { perHour, stepMinutes, block, correlation }: Arrival,
  steps: number,
  shareAt: (step: number) => number,
): Counts {
  const bad = new Float64Array(steps + 1);
  const all = new Float64Array(steps + 1);
  const blocksPerStep = (perHour * stepMinutes) / 60 / block;
  for (let step = 0; step < steps; step += 1) {
    const share = shareAt(step);
    const blocks = poisson(random, blocksPerStep);
    let badNow = 0;
    if (block === 1) badNow = binomial(random, blocks, share);
    else {
      for (let index = 0; index < blocks; index += 1) {
        badNow += binomial(random, block, beta(random, share, correlation));
      }
    }
    all[step + 1] = all[step]! + blocks * block;
    bad[step + 1] = bad[step]! + badNow;
  }
  return { steps, bad, all };
}

/** The sum of the last steps up to a step. */
export function sumOver(sums: Float64Array, step: number, length: number): number {
  return sums[step]! - sums[Math.max(0, step - length)]!;
}
