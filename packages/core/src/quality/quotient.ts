/** A named score, left out where its denominator is 0. */
export function quotient<Name extends string>(
  name: Name,
  part: number,
  whole: number,
): { [key in Name]?: number } {
  return whole === 0 ? {} : ({ [name]: part / whole } as { [key in Name]: number });
}
