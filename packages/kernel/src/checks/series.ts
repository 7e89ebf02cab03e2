import { KernelError } from '../errors.js';

/** Values in the order of time, each finite or NaN where it is missing. */
export type Series = readonly number[] | Float64Array;

/** Refuses infinite values: no line and no slope passes through them. */
export function requireSeries(place: string, values: Series): void {
  for (const [index, value] of values.entries()) {
    if (typeof value === 'number' && value !== Infinity && value !== -Infinity) continue;
    throw new KernelError('INVALID_ARGUMENT', {
      place: `${place}[${index}]`,
      value,
      nextStep: 'pass a finite number, or NaN for a missing value',
    });
  }
}
