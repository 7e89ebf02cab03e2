const halfLogTwoPi = 0.9189385332046728;

/**
 * ln Γ(a + 1) minus its Stirling form (a + 1/2) ln a - a + ln √2π, for a > 0.
 *
 * The recursion carries small arguments to where four terms of the series reach 1e-17.
 * Source: Loader 2000, "Fast and Accurate Computation of Binomial Probabilities", eq. 2;
 * Abramowitz and Stegun 1964, 6.1.41.
 */
export function stirlingError(a: number): number {
  let sum = 0;
  let x = a;
  while (x < 30) {
    sum += (x + 0.5) * Math.log1p(1 / x) - 1;
    x += 1;
  }
  const inverse = 1 / x;
  const square = inverse * inverse;
  return (
    sum +
    inverse *
      (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))))
  );
}

/**
 * The deviance term x ln(x / mean) + mean - x, without cancellation where x is near the mean.
 *
 * Both above 0. `difference` is x - mean, for callers that know it better than subtraction does.
 * Source: Loader 2000, eq. 5: a series in (x - mean) / (x + mean).
 */
export function devianceTerm(x: number, mean: number, difference: number = x - mean): number {
  const v = difference / (x + mean);
  if (Math.abs(v) > 0.3) return x * Math.log(x / mean) - difference;
  const square = v * v;
  let sum = difference * v;
  let term = 2 * x * v;
  // |v| is at most 0.3: 16 terms reach the last digit.
  for (let k = 3; k <= 33; k += 2) {
    term *= square;
    const next = sum + term / k;
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/** x^a e^-x / Γ(a + 1): the Poisson probability of a at mean x, for real a > 0 and x > 0. */
export function poissonDensity(a: number, x: number): number {
  return Math.exp(-stirlingError(a) - devianceTerm(a, x) - halfLogTwoPi - 0.5 * Math.log(a));
}

/** ln Γ(a + 1) for a > 0. */
export function logGammaOfNext(a: number): number {
  return (a + 0.5) * Math.log(a) - a + halfLogTwoPi + stirlingError(a);
}

/**
 * ln of Γ(trials + 1) / (Γ(successes + 1) Γ(trials - successes + 1)) p^successes q^failures.
 *
 * The binomial probability, for real successes in [0, trials] as well. `complement` is
 * 1 - probability, for callers that know it better than subtraction does.
 * Source: Loader 2000, eq. 4.
 */
export function logBinomialProbability(
  successes: number,
  trials: number,
  probability: number,
  complement: number,
): number {
  const failures = trials - successes;
  // ln(1 - p) from whichever of the two is small.
  const logComplement = probability < 0.5 ? Math.log1p(-probability) : Math.log(complement);
  if (successes === 0) return trials === 0 ? 0 : trials * logComplement;
  const logProbability = complement < 0.5 ? Math.log1p(-complement) : Math.log(probability);
  if (failures === 0) return trials * logProbability;
  if (probability === 0 || complement === 0) return -Infinity;
  const excess = successes * complement - failures * probability;
  return (
    stirlingError(trials) -
    stirlingError(successes) -
    stirlingError(failures) -
    devianceTerm(successes, trials * probability, excess) -
    devianceTerm(failures, trials * complement, -excess) +
    0.5 * (Math.log(trials / successes) - Math.log(failures)) -
    halfLogTwoPi
  );
}
