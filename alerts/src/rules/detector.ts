import type { Arithmetic } from './evidence.js';

/**
 * An e-detector for the share of bad events: a sum of wealths of bets that the share is above its
 * limit, one bet started at every step, that alerts when it reaches 1. Source: Shin, Ramdas and
 * Rinaldo 2024, "E-detectors: a nonparametric framework for sequential change detection", the
 * Shiryaev-Roberts form with a mixture of baselines.
 *
 * Unlike a window it has no length: it finds a large fall in minutes and a small one in weeks. While
 * the share is at its limit, or better, the expected level after n steps with events is at most n
 * {@link stake}, so that the average run length to a false alert is at least {@link runLengthDays},
 * for every rate of events, if they are independent. All that it needs of a step are its counts, so
 * the replicas of a fleet are one detector.
 */

/** Minutes of a step. */
export const detectorStepMinutes = 5;

/** Average days between false alerts, at least, of a share exactly at its limit. */
export const runLengthDays = 183;

/** What is bet at each step, on all alternatives together. */
const stake = detectorStepMinutes / (runLengthDays * 1440);

/**
 * Alternatives by the factor of their odds, and the part of the stake that each has. 1.4 is a fall of
 * five points at a limit of 85 %; 2.5 finds falls of twenty sooner. 1.1 finds falls of one point, and
 * keeps the level up while a larger one lasts: the others fall with every good hour.
 */
export const alternatives = [
  { odds: 1.1, part: 0.15 },
  { odds: 1.4, part: 0.65 },
  { odds: 2.5, part: 0.2 },
] as const;

/** The level that fires an alert. */
export const detectorLimit = 1;

/** A higher level would add nothing but time until the alert ends. */
const highestLevel = 3;

/**
 * The level of one alternative after a step. The wealth of a bet grows by odds^bad / (1 + (odds - 1)
 * limit)^all, whose expectation is at most 1 at the limit: the likelihood ratio of shares. Divided by
 * the dispersion in the exponent it stays so, to second order, for events that come in bursts.
 */
export function nextLevel<Value>(
  { constant, add, subtract, multiply, divide, ln, exp, sign, atMost }: Arithmetic<Value>,
  step: {
    readonly level: Value;
    readonly bad: Value;
    readonly all: Value;
    readonly limit: Value;
    readonly dispersion: Value;
  },
  { odds, part }: (typeof alternatives)[number],
): Value {
  const { level, bad, all, limit, dispersion } = step;
  const started = multiply(constant(Number((stake * part).toPrecision(6))), sign(all));
  const logWealth = subtract(
    multiply(bad, constant(Number(Math.log(odds).toPrecision(8)))),
    multiply(all, ln(add(constant(1), multiply(constant(Number((odds - 1).toFixed(6))), limit)))),
  );
  return atMost(multiply(add(level, started), exp(divide(logWealth, dispersion))), highestLevel);
}

/**
 * The dispersion of outcomes until that of the model is known: that of blocks of 20 with a
 * correlation of .2. Until it is known of calls, 1: a burst of failing calls is what an alert is for.
 */
export const unknownDispersion = { outcomes: 5, calls: 1 } as const;

/** Hours with events from which a dispersion is measured, at least. */
const hoursMeasured = 24;

/**
 * The dispersion that evidence is divided by, at least 1. What the measured one has above 1 by more
 * than its standard error, which is chance where events are independent, is raised by two standard
 * errors, because the dispersion of bursts is measured from few of them. Over less than a day of hours
 * what `unknown` has above 1 is added.
 */
export function raisedDispersion<Value>(
  { constant, add, subtract, multiply, divide, sqrt, sign, atLeast }: Arithmetic<Value>,
  { measured, hours }: { readonly measured: Value; readonly hours: Value },
  unknown: number,
): Value {
  const error = sqrt(divide(constant(2), atLeast(hours, 1)));
  const excess = atLeast(subtract(subtract(measured, constant(1)), error), 0);
  const raised = multiply(excess, add(constant(1), multiply(constant(2), error)));
  const isUnknown = sign(atLeast(subtract(constant(hoursMeasured), hours), 0));
  return add(add(constant(1), raised), multiply(constant(unknown - 1), isUnknown));
}
