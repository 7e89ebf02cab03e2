/** Throws an Error with the message if the condition is false; works in any test runner. */
export function assert(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message);
}
