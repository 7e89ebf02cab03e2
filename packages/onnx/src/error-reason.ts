import { type ErrorReason, reasonOf } from '@modelmeter/core';

/** How ONNX Runtime begins or words its complaints about the feeds of a call; plain Errors, all of them. */
const complaintsAboutInput = [
  /^input '.*' is missing in 'feeds'/,
  /^Unexpected input data type/,
  /^Invalid rank for input/,
  /^Got invalid dimensions for input/,
  /^Invalid input name/i,
];

/** The reason of a failed call of a session: what the runtime says of its inputs, else as `reasonOf`. */
export function reasonOfSession(error: unknown): ErrorReason {
  if (error instanceof Error && complaintsAboutInput.some((words) => words.test(error.message))) {
    return 'invalid_input';
  }
  return reasonOf(error);
}
