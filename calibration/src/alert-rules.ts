import {
  alternatives,
  detectorLimit,
  detectorStepMinutes,
  nextLevel,
  raisedDispersion,
  unknownDispersion,
} from '@modelmeter/alerts/detector';
import { numbers, shareEvidence } from '@modelmeter/alerts/evidence';
import { burnEvidence, dispersionCap, qualityWindows } from '@modelmeter/alerts/evidence-windows';
import { burnRateWindows } from '@modelmeter/alerts/slo-burn';
import { type Counts, sumOver } from './counts.js';

/** An alert rule on counts: whether it fires at each step from `first` on. */
export type SimulatedRule = (counts: Counts, limit: number, first: number) => Uint8Array;

/** A rule with its name and the length of its steps. */
export interface NamedRule {
  readonly name: string;
  readonly rule: SimulatedRule;
}

function firing(
  counts: Counts,
  first: number,
  holds: number,
  condition: (step: number) => boolean,
): Uint8Array {
  const fires = new Uint8Array(counts.steps + 1);
  let inARow = 0;
  for (let step = first; step <= counts.steps; step += 1) {
    inARow = condition(step) ? inARow + 1 : 0;
    if (inARow > holds) fires[step] = 1;
  }
  return fires;
}

const stepMinutes = detectorStepMinutes;
const hour = 60 / stepMinutes;

/** Accuracy below its threshold over an hour, 100 targets, for 15 minutes: the rule until now. */
export const ratioOfAnHour: SimulatedRule = (counts, limit, first) =>
  firing(counts, first, 15 / stepMinutes, (step) => {
    const all = sumOver(counts.all, step, hour);
    return all >= 100 && sumOver(counts.bad, step, hour) > limit * all;
  });

/** The detector of shares and of bad calls as shipped; steps of five minutes. */
export function detector(of: keyof typeof unknownDispersion): SimulatedRule {
  return (counts, limit, first) => detectorOn(counts, limit, first, unknownDispersion[of]);
}

function detectorOn(counts: Counts, limit: number, first: number, unknown: number): Uint8Array {
  const dispersionAt = dispersionOf(counts, unknown);
  const levels = alternatives.map(() => 0);
  const fires = new Uint8Array(counts.steps + 1);
  for (let step = 1; step <= counts.steps; step += 1) {
    const bad = sumOver(counts.bad, step, 1);
    const all = sumOver(counts.all, step, 1);
    const dispersion = dispersionAt(step);
    for (const [index, alternative] of alternatives.entries()) {
      const level = levels[index]!;
      levels[index] = nextLevel(numbers, { level, bad, all, limit, dispersion }, alternative);
    }
    const level = levels.reduce((sum, one) => sum + one, 0);
    if (step >= first && level >= detectorLimit) fires[step] = 1;
  }
  return fires;
}

/** The windows of evidence that decide about means, on shares; steps of five minutes. */
export const windowsOfEvidence: SimulatedRule = (counts, limit, first) => {
  const dispersionAt = dispersionOf(counts, unknownDispersion.outcomes);
  return firing(counts, first, 0, (step) => {
    const dispersion = dispersionAt(step);
    return qualityWindows.some(({ minutes, evidence }) => {
      const bad = sumOver(counts.bad, step, minutes / stepMinutes);
      const all = sumOver(counts.all, step, minutes / stepMinutes);
      return shareEvidence(numbers, { bad, all, limit }) / dispersion > evidence;
    });
  });
};

/** What the recording rule of the dispersion computes, from hours that end at each full hour. */
function dispersionOf(
  { bad, all, steps }: Counts,
  unknown: number,
  minutes: number = stepMinutes,
): (step: number) => number {
  const anHour = 60 / minutes;
  const hours = Math.floor(steps / anHour);
  const squares = new Float64Array(hours + 1);
  const variances = new Float64Array(hours + 1);
  const filled = new Float64Array(hours + 1);
  for (let index = 1; index <= hours; index += 1) {
    const step = index * anHour;
    const share = sumOver(bad, step, 7 * 24 * anHour) / sumOver(all, step, 7 * 24 * anHour);
    const n = sumOver(all, step, anHour);
    const variance = n > 0 ? n * share * (1 - share) : 0;
    const square = n > 0 ? (sumOver(bad, step, anHour) - n * share) ** 2 : 0;
    variances[index] = variances[index - 1]! + variance;
    filled[index] = filled[index - 1]! + Math.sign(variance);
    squares[index] = squares[index - 1]! + Math.min(square, dispersionCap * variance);
  }
  return (step) => {
    const end = Math.floor(step / anHour) - 24;
    const variance = end <= 0 ? 0 : sumOver(variances, end, 7 * 24);
    if (variance === 0) return unknown;
    const measured = sumOver(squares, end, 7 * 24) / variance;
    return raisedDispersion(numbers, { measured, hours: sumOver(filled, end, 7 * 24) }, unknown);
  };
}

/** More than a share of the calls of five minutes bad, and five of them, for so many more steps. */
export function ratioOfFiveMinutes(holds: number): SimulatedRule {
  return (counts, limit, first) =>
    firing(counts, first, holds, (step) => {
      const bad = sumOver(counts.bad, step, 1);
      return bad >= 5 && bad > limit * sumOver(counts.all, step, 1);
    });
}

const minutesOf: Readonly<Record<string, number>> = {
  '5m': 5,
  '30m': 30,
  '1h': 60,
  '2h': 120,
  '6h': 360,
  '1d': 1440,
  '3d': 4320,
};

/** A page of the error budget: with a minimum of calls until now, with evidence as shipped. */
export function burnRate(isEnough: 'calls' | 'evidence'): SimulatedRule {
  const pages = burnRateWindows.filter(({ severity }) => severity === 'critical');
  return (counts, limit, first) => {
    const dispersionAt = dispersionOf(counts, unknownDispersion.calls, 1);
    const each = pages.map(({ long, short, factor, holdsFor }) =>
      firing(counts, first, Number.parseInt(holdsFor, 10), (step) => {
        const above = (minutes: number): boolean =>
          sumOver(counts.bad, step, minutes) > factor * limit * sumOver(counts.all, step, minutes);
        const bad = sumOver(counts.bad, step, minutesOf[long]!);
        const all = sumOver(counts.all, step, minutesOf[long]!);
        if (!above(minutesOf[long]!) || !above(minutesOf[short]!)) return false;
        return isEnough === 'calls'
          ? all >= 100
          : shareEvidence(numbers, { bad, all, limit }) / dispersionAt(step) > burnEvidence;
      }),
    );
    return Uint8Array.from(each[0]!, (_, step) => Math.max(...each.map((fires) => fires[step]!)));
  };
}
