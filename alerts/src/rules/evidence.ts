/**
 * How strongly counts say that a share or a mean is worse than its limit. Each formula is written
 * once and read twice: as PromQL by the rules, and with numbers by the simulation that measures how
 * often the rules fire by chance.
 */

/** The operations of the formulas. */
export interface Arithmetic<Value> {
  constant(value: number): Value;
  add(a: Value, b: Value): Value;
  subtract(a: Value, b: Value): Value;
  multiply(a: Value, b: Value): Value;
  divide(a: Value, b: Value): Value;
  ln(a: Value): Value;
  exp(a: Value): Value;
  sqrt(a: Value): Value;
  /** -1, 0 or 1. */
  sign(a: Value): Value;
  /** The larger of a value and a number. */
  atLeast(a: Value, minimum: number): Value;
  /** The smaller of a value and a number. */
  atMost(a: Value, maximum: number): Value;
}

export const numbers: Arithmetic<number> = {
  constant: (value) => value,
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  ln: Math.log,
  exp: Math.exp,
  sqrt: Math.sqrt,
  sign: Math.sign,
  atLeast: Math.max,
  atMost: Math.min,
};

/** PromQL between vectors with the same label sets. */
export const promql: Arithmetic<string> = {
  constant: String,
  add: (a, b) => `(${a} + ${b})`,
  subtract: (a, b) => `(${a} - ${b})`,
  multiply: (a, b) => `${a} * ${b}`,
  divide: (a, b) => `${a} / (${b})`,
  ln: (a) => `ln(${a})`,
  exp: (a) => `exp(${a})`,
  sqrt: (a) => `sqrt(${a})`,
  sign: (a) => `sgn(${a})`,
  atLeast: (a, minimum) => `clamp_min(${a}, ${minimum})`,
  atMost: (a, maximum) => `clamp_max(${a}, ${maximum})`,
};

/** Keeps 0 ln 0 at 0, which both readers would make NaN. */
const tiny = 1e-9;

/**
 * Evidence, in nats, that more than the share `limit` is bad: n KL(bad / n, limit), negative where
 * less than it is bad; NaN without events.
 *
 * Whatever the number of events, a value above e has a probability of at most exp(-e) when the
 * events are independent and the share is at its limit, so that no minimum number of events is
 * needed. For many events it is half the square of the number of standard errors. Source: Chernoff
 * 1952, "A measure of asymptotic efficiency", theorem 1; Hoeffding 1963, equation 2.1.
 */
export function shareEvidence<Value>(
  { constant, subtract, add, multiply, divide, ln, sign, atLeast }: Arithmetic<Value>,
  { bad, all, limit }: { readonly bad: Value; readonly all: Value; readonly limit: Value },
): Value {
  const good = subtract(all, bad);
  const term = (count: Value, share: Value): Value =>
    multiply(count, ln(divide(atLeast(count, tiny), multiply(all, share))));
  return multiply(
    sign(subtract(bad, multiply(all, limit))),
    add(term(bad, limit), term(good, subtract(constant(1), limit))),
  );
}

/**
 * Evidence, in nats, that the mean of values is above `limit`: half the square of their
 * self-normalised sum, negative where the mean is below it; NaN without values.
 *
 * The deviations are divided by the root of the sum of their squares, so that a single huge value
 * is at most half a nat. Source: de la Peña, Lai and Shao 2009, "Self-Normalized Processes".
 */
export function meanEvidence<Value>(
  { constant, subtract, add, multiply, divide, sign }: Arithmetic<Value>,
  {
    sum,
    squares,
    all,
    limit,
  }: { readonly sum: Value; readonly squares: Value; readonly all: Value; readonly limit: Value },
): Value {
  const deviation = subtract(sum, multiply(all, limit));
  const spread = add(
    subtract(squares, multiply(constant(2), multiply(limit, sum))),
    multiply(all, multiply(limit, limit)),
  );
  return divide(
    multiply(sign(deviation), multiply(deviation, deviation)),
    multiply(constant(2), spread),
  );
}
