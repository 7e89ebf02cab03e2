import { raisedDispersion } from './detector.js';
import { promql } from './evidence.js';
import { dispersionCap, dispersionDelay, dispersionRange } from './evidence-windows.js';
import type { RecordingRule } from './rule.js';

/** Names of what is recorded for a dispersion. */
export interface DispersionRecords {
  /** Variance of an hour's sum if its values were independent. */
  readonly variance: string;
  /** Squared difference of an hour's sum from its expectation. */
  readonly squares: string;
  /** Hours with events from which the dispersion is measured. */
  readonly hours: string;
  readonly dispersion: string;
}

/** The names of the dispersion of what is counted under a name such as `model_slo:bad_calls`. */
export function dispersionRecords(of: string): DispersionRecords {
  return {
    variance: `${of}:variance1h`,
    squares: `${of}:squares1h`,
    hours: `${of}:hours${dispersionRange}`,
    dispersion: `${of}:dispersion${dispersionRange}`,
  };
}

/**
 * How much more the sums of hours vary than those of independent values would, over the week before
 * yesterday: sum of (S - n m)^2 over sum of n s^2, with mean m and variance s^2 of the values of the
 * week; at least 1. Values that come in bursts carry less evidence by this factor, as effective sample
 * sizes do (Kish 1965, "Survey Sampling"). The last day is left out, so that a fall does not hide
 * itself, and an hour counts for at most {@link dispersionCap} times its variance, so that an incident
 * of some hours does not hide the next one.
 *
 * All expressions have the same labels.
 */
export function dispersionRules(
  selector: string,
  records: DispersionRecords,
  hour: {
    readonly sum: string;
    readonly samples: string;
    /** Mean and mean square of the values of the week. */
    readonly mean: string;
    readonly meanSquare: string;
    /** The dispersion until it is known. */
    readonly unknown: number;
  },
): RecordingRule[] {
  const of = (metric: string): string => `${metric}{${selector}}`;
  const summed = (expression: string): string =>
    `sum_over_time(${expression}[${dispersionRange}:1h] offset ${dispersionDelay})`;
  const variance = of(records.variance);
  return [
    {
      record: records.variance,
      expression: `${hour.samples} * (${hour.meanSquare} - (${hour.mean}) ^ 2)`,
    },
    {
      record: records.squares,
      expression: `(${hour.sum} - ${hour.samples} * ${hour.mean}) ^ 2
< ${dispersionCap} * ${variance}
or
${dispersionCap} * ${variance}`,
    },
    { record: records.hours, expression: summed(`(${variance} > bool 0)`) },
    {
      record: records.dispersion,
      expression: raisedDispersion(
        promql,
        {
          measured: `${summed(of(records.squares))} / (${summed(variance)} > 0)`,
          hours: of(records.hours),
        },
        hour.unknown,
      ),
    },
  ];
}

/** The recorded dispersion, or the one until it is known. */
export function dispersionOf(
  of: (metric: string) => string,
  { dispersion }: DispersionRecords,
  { samples, unknown }: { readonly samples: string; readonly unknown: number },
): string {
  return `(${of(dispersion)} or ${unknown} + 0 * ${of(samples)})`;
}
