import { CoreError } from '../errors.js';
import type { ErrorReason } from '../vocabulary.js';

/**
 * The reason of a failed call. INPUT_INVALID is the only error that counts as `invalid_input`: a
 * TypeError may just as well be a bug of the model. Errors of abort signals are `cancelled`, those
 * of timeouts `timeout`, any other Error is `runtime`, and anything else that was thrown `other`.
 *
 * An adapter that recognizes the input errors of its runtime checks for them first.
 */
export function errorReasonOf(error: unknown): ErrorReason {
  if (CoreError.isInstance(error) && error.code === 'INPUT_INVALID') return 'invalid_input';
  if (!(error instanceof Error)) return 'other';
  if (error.name === 'AbortError') return 'cancelled';
  if (error.name === 'TimeoutError') return 'timeout';
  return 'runtime';
}
