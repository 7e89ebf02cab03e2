import { type Complex, complexSqrt, divide, quadraticFormSurvival } from './quadratic-form.js';

/**
 * P(ω² > x) of the limiting distribution of the Cramér-von Mises statistic, Σ χ²_1 / (j π)², in [0,
 * 1].
 *
 * Relative error below 1e-10 in the upper tail down to 1e-300, absolute 1e-13 elsewhere. 1 for
 * x <= 0.003, where less than 1e-17 of the mass lies. About 100 steps.
 * Source: Smirnov 1936, Comptes Rendus de l'Académie des Sciences 202.
 */
export function cramerVonMisesSurvival(x: number): number {
  if (x <= 0.003) return 1;
  return quadraticFormSurvival(x, 1, 0.5 * Math.PI * Math.PI, determinant);
}

/** sin(z) / z at z = √(2s) = π √(1 - w), by the distance from π: sin z = sin(π - z). */
function determinant(w: Complex): Complex {
  const root = complexSqrt({ re: 1 - w.re, im: -w.im });
  // 1 - √(1 - w) = w / (1 + √(1 - w)).
  const distance = divide(w, { re: 1 + root.re, im: root.im });
  const re = Math.PI * distance.re;
  const im = Math.PI * distance.im;
  const sine = { re: Math.sin(re) * Math.cosh(im), im: Math.cos(re) * Math.sinh(im) };
  return divide(sine, { re: Math.PI * root.re, im: Math.PI * root.im });
}
