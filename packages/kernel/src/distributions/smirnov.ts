import { devianceTerm, logGammaOfNext, stirlingError } from './saddle-point.js';

const logTwoPi = 1.8378770664093456;

/** ln n! for a whole n of 0 or more. */
export function logFactorial(n: number): number {
  return n < 2 ? 0 : logGammaOfNext(n);
}

/** Most terms of the sum; above it every s-th term counts s times. */
const maximumTerms = 4000;

/**
 * P(D+_n >= d) of the one-sided Kolmogorov-Smirnov statistic, for 0 < d < 1 and whole n >= 1.
 *
 * The Birnbaum-Tingey sum d Σ_j C(n, j) (d + j/n)^(j - 1) (1 - d - j/n)^(n - j) has positive terms
 * only, each a binomial probability in Loader's saddle-point form. As a function of j/n they are
 * smooth and vanish with all derivatives at both ends once n d² >= 2, so that for large n a
 * trapezoidal rule of 4000 points gives the sum to rounding.
 * Source: Birnbaum and Tingey 1951, Annals of Mathematical Statistics 22(4), eq. 3.0.
 */
export function smirnovSurvival(d: number, n: number): number {
  const last = Math.floor(n * (1 - d));
  const stride = Math.ceil(n / maximumTerms);
  let sum = 0;
  for (let j = 0; j <= last; j += stride) sum += Math.exp(logBinomialTerm(j, d, n));
  return Math.min(1, d * stride * sum);
}

/** ln of C(n, j) p^j (1 - p)^(n - j) / p at p = d + j/n. */
function logBinomialTerm(j: number, d: number, n: number): number {
  const p = d + j / n;
  const left = n - j;
  const shift = n * d;
  const q = (left - shift) / n;
  if (q <= 0) return left === 0 ? -Math.log(p) : -Infinity;
  if (j === 0) return n * Math.log1p(-d) - Math.log(d);
  if (left === 0) return n * Math.log(p) - Math.log(p);
  return (
    stirlingError(n) -
    stirlingError(j) -
    stirlingError(left) -
    devianceTerm(j, j + shift, -shift) -
    devianceTerm(left, left - shift, shift) -
    0.5 * (logTwoPi + Math.log(j) + Math.log(left / n)) -
    Math.log(p)
  );
}
