import { KernelError } from '../errors.js';

/** Refuses NaN, infinities and whatever lies outside [minimum, maximum]. */
export function requireNumberIn(
  place: string,
  value: number,
  minimum: number,
  maximum: number,
): void {
  if (typeof value === 'number' && value >= minimum && value <= maximum) return;
  throw new KernelError('INVALID_ARGUMENT', {
    place,
    value,
    nextStep:
      maximum === Number.MAX_VALUE
        ? `pass a finite number of ${minimum} or more`
        : `pass a number from ${minimum} to ${maximum}`,
  });
}

export function requireIntegerIn(
  place: string,
  value: number,
  minimum: number,
  maximum: number,
): void {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
  throw new KernelError('INVALID_ARGUMENT', {
    place,
    value,
    nextStep: `pass a whole number from ${minimum} to ${maximum}`,
  });
}

/** A sample size: 0 to 2^53 - 1; fractions are allowed as they are in counts. */
export function requireSampleSize(place: string, value: number): void {
  requireNumberIn(place, value, 0, Number.MAX_SAFE_INTEGER);
}

/** A level of significance, strictly between 0 and 1. */
export function requireAlpha(place: string, value: number): void {
  if (value > 0 && value < 1) return;
  throw new KernelError('INVALID_ARGUMENT', {
    place,
    value,
    nextStep: 'pass a number above 0 and below 1, 0.05 for 5 %',
  });
}
