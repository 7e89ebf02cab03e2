import { KernelError } from '../errors.js';

/** The base of a logarithm in which a divergence is measured. */
export function requireLogarithmBase(place: string, base: number): void {
  if (base > 1 && base < Infinity) return;
  throw new KernelError('INVALID_ARGUMENT', {
    place,
    value: base,
    nextStep: 'pass a finite number above 1, or leave it out for natural logarithms',
  });
}
