/** Throws what a conformance check found; needs no test runner. */
export function assert(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message);
}
