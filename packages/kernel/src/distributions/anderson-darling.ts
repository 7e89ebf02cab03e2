import { type Complex, complexSqrt, divide, quadraticFormSurvival } from './quadratic-form.js';

/**
 * P(A² > x) of the limiting distribution of the Anderson-Darling statistic of `samples` samples,
 * Σ χ²_(samples - 1) / (j (j + 1)), in [0, 1].
 *
 * Relative error below 1e-10 in the upper tail down to 1e-300, absolute 1e-13 elsewhere. 1 for
 * x <= 0.03, where less than 1e-17 of the mass lies. About 100 steps.
 * Source: Anderson and Darling 1952, Annals of Mathematical Statistics 23(2), for two samples;
 * Scholz and Stephens 1987, Journal of the American Statistical Association 82, for more.
 */
export function andersonDarlingSurvival(x: number, samples: number): number {
  if (x <= 0.03) return 1;
  return quadraticFormSurvival(x, samples - 1, 1, determinant);
}

/**
 * -cos(z) / (2 π s) at z = π/2 √(1 + 8s) = 3π/2 √(1 - 8w/9) and s = 1 - w, by the distance from
 * 3π/2: -cos z = sin(3π/2 - z).
 */
function determinant(w: Complex): Complex {
  const root = complexSqrt({ re: 1 - (8 / 9) * w.re, im: -(8 / 9) * w.im });
  const distance = divide(w, { re: 1 + root.re, im: root.im });
  const re = (4 / 3) * Math.PI * distance.re;
  const im = (4 / 3) * Math.PI * distance.im;
  const sine = { re: Math.sin(re) * Math.cosh(im), im: Math.cos(re) * Math.sinh(im) };
  return divide(sine, { re: 2 * Math.PI * (1 - w.re), im: -2 * Math.PI * w.im });
}
