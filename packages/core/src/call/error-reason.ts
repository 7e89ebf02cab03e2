import type { ErrorReason } from '../vocabulary.js';

/**
 * The reason of a failed call by the name of its error: what abort signals and timeouts throw,
 * wrong arguments, and `runtime` for everything else that is an error.
 */
export function reasonOf(error: unknown): ErrorReason {
  if (!(error instanceof Error)) return 'other';
  if (error.name === 'AbortError') return 'cancelled';
  if (error.name === 'TimeoutError') return 'timeout';
  if (error instanceof TypeError || error instanceof RangeError) return 'invalid_input';
  return 'runtime';
}
