import type { ErrorReason } from '@modelmeter/core';
import { errorReasonOf } from '@modelmeter/core/adapter';
import { allAreTensors } from './named-tensors.js';
import type { TfjsTensors } from './structural-types.js';

/** The messages of TensorFlow.js about the tensors of a call; they are plain Errors. */
const inputErrors = [
  /^Error when checking/,
  /^The model expects \d+ /,
  /^Input tensor count mismatch/,
  /provided in model\.execute\(dict\)/,
  /^Cannot compute the outputs .* from the provided inputs/,
  /^Tensor is disposed/,
];

/**
 * The reason of a failed call: `invalid_input` for an input error of the runtime and for an input
 * that is not a tensor or was disposed, else `errorReasonOf`.
 */
export function modelErrorReason(error: unknown, inputs: TfjsTensors): ErrorReason {
  if (!allAreTensors(inputs)) return 'invalid_input';
  if (error instanceof Error && inputErrors.some((pattern) => pattern.test(error.message))) {
    return 'invalid_input';
  }
  return errorReasonOf(error);
}
