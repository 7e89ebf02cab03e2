import { type ErrorReason, reasonOf } from '@modelmeter/core';

/** How TensorFlow.js words its complaints about the tensors of a call; plain Errors, all of them. */
const complaintsAboutInput = [
  /^Error when checking/,
  /^The model expects \d+ /,
  /^Input tensor count mismatch/,
  /provided in model\.execute\(dict\)/,
  /^Cannot compute the outputs .* from the provided inputs/,
  /^Tensor is disposed/,
];

/** The reason of a failed call of a model: what the runtime says of its inputs, else as `reasonOf`. */
export function reasonOfModel(error: unknown): ErrorReason {
  if (error instanceof Error && complaintsAboutInput.some((words) => words.test(error.message))) {
    return 'invalid_input';
  }
  return reasonOf(error);
}
