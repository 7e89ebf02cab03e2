import { binomialSurvival } from '@modelmeter/kernel/distributions';

/** How many of a number of trials may fire when each fires at a given rate. */
export interface Bound {
  /** What is added to the rate, in words. */
  readonly allowance: string;
  most(rate: number, trials: number): number;
}

/** The rate and two standard errors of its estimate: chance exceeds it once in about 40 checks. */
export const twoStandardErrors: Bound = {
  allowance: '2 SE',
  most: (rate, trials) => Math.floor(trials * rate + 2 * Math.sqrt(trials * rate * (1 - rate))),
};

/** A count that chance exceeds with probability `error` at most. */
export function binomialBound(error: number): Bound {
  return {
    allowance: `chance of ${error}`,
    most(rate, trials) {
      let count = Math.floor(trials * rate);
      while (binomialSurvival(count, trials, rate) > error) count += 1;
      return count;
    },
  };
}

/** The least count at `rate`: chance stays below it with probability `error` at most. */
export function leastCount(rate: number, trials: number, error: number): number {
  return trials - binomialBound(error).most(1 - rate, trials);
}

/** `≤ 5.0 % + 2 SE (119)` */
export function describeBound(bound: Bound, rate: number, trials: number): string {
  const points = Number((rate * 100).toPrecision(3));
  return `≤ ${points} % + ${bound.allowance} (${bound.most(rate, trials)})`;
}
