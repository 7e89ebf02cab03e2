import { KernelError } from '../errors.js';

/* Fields of a parsed JSON value, checked one by one; an error names the path of the field. */

export function readCount(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value + 0;
  throw formatError(path, value, 'a count is a whole number of 0 or more');
}

export function readNumber(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value + 0;
  throw formatError(path, value, 'a finite number belongs there');
}

export function refuseUnknownFields(
  value: Record<string, unknown>,
  path: string,
  known: readonly string[],
): void {
  for (const field of Object.keys(value)) {
    if (known.includes(field)) continue;
    throw formatError(path, field, `no such field is known; the fields are ${known.join(', ')}`);
  }
}

export function formatError(place: string, value: unknown, nextStep: string): KernelError {
  return new KernelError('PROFILE_FORMAT', { place, value, nextStep });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
