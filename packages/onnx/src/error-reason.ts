import type { ErrorReason } from '@modelmeter/core';
import { errorReasonOf } from '@modelmeter/core/adapter';
import { isTensor } from './structural-types.js';

/** How the messages of ONNX Runtime about the feeds of a call begin; plain Errors and TypeErrors. */
const inputErrors = [
  /^'feeds' must be an object/,
  /^input '.*' is missing in 'feeds'/,
  /^Unexpected input data type/,
  /^Invalid rank for input/,
  /^Got invalid dimensions for input/,
  /^Invalid input name/i,
];

/**
 * The reason of a failed call: `invalid_input` for an input error of the runtime or a feed that is
 * not a tensor, else `errorReasonOf`.
 */
export function sessionErrorReason(
  error: unknown,
  feeds: Readonly<Record<string, unknown>>,
): ErrorReason {
  if (!Object.values(feeds ?? {}).every(isTensor)) return 'invalid_input';
  if (error instanceof Error && inputErrors.some((pattern) => pattern.test(error.message))) {
    return 'invalid_input';
  }
  return errorReasonOf(error);
}
