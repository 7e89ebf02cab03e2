/** A complex number as a pair, for the few places that need one. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** The principal square root. */
export function complexSqrt({ re, im }: Complex): Complex {
  const size = Math.hypot(re, im);
  const root = Math.sqrt(0.5 * (size + Math.abs(re)));
  if (root === 0) return { re: 0, im: 0 };
  const other = im / (2 * root);
  return re >= 0 ? { re: root, im: other } : { re: Math.abs(other), im: im < 0 ? -root : root };
}

export function divide(a: Complex, b: Complex): Complex {
  const square = b.re * b.re + b.im * b.im;
  return {
    re: (a.re * b.re + a.im * b.im) / square,
    im: (a.im * b.re - a.re * b.im) / square,
  };
}

/** Where the contour may cross the axis, as the distance d from the lowest singularity. */
const crossings = [0.05, 0.1, 0.25, 0.5, 0.7, 0.8, 1.25, 1.5, 2, 4, 9];

/** Below it exp underflows to 0. */
const leastLogHeight = -760;

/** End of the contour in τ; the integrand is below 1e-18 of the sum before 20 in every case. */
const furthest = 64;

/**
 * P(Q > x) of a weighted sum of independent chi-square variables, Σ λ_j χ²_m, for x > 0.
 *
 * The limiting distributions of the quadratic distances between distribution functions are of this
 * form. The inversion integral of exp(-s x) D(s)^(-m/2) / s is taken along a parabola around the
 * lowest singularity, on which it falls like exp(-x d τ²), by the trapezoidal rule. The parabola
 * crosses the axis where the integrand is smallest: right of the pole at 0 the integral is P(Q >
 * x), left of it -P(Q <= x), so that the smaller one keeps its relative precision. Source: Imhof
 * 1961, Biometrika 48 (the integral); Weideman and Trefethen 2007, Mathematics of Computation 76
 * (the parabola).
 *
 * @param degreesOfFreedom m, 1 or more.
 * @param lowest The lowest singularity 1 / (2 λ_1).
 * @param determinant D as a function of the distance w = 1 - s / lowest from that singularity,
 * which keeps its digits where D is nearly 0.
 */
export function quadraticFormSurvival(
  x: number,
  degreesOfFreedom: number,
  lowest: number,
  determinant: (w: Complex) => Complex,
): number {
  const scaled = x * lowest;
  const half = 0.5 * degreesOfFreedom;
  const logHeight = (d: number): number =>
    -scaled * (1 - d) -
    half * Math.log(determinant({ re: d, im: 0 }).re) -
    Math.log(Math.abs(1 - d));
  let d = Math.min(0.25, degreesOfFreedom / scaled);
  for (const candidate of crossings) if (logHeight(candidate) < logHeight(d)) d = candidate;
  // Nowhere on the contour is the integrand larger than there.
  if (!(logHeight(d) > leastLogHeight)) return 0;

  // w = d (1 + iτ)². The step resolves whichever of the singularity and the pole is nearer; the
  // order of the singularity, which is that of the power, makes it finer.
  const step = Math.min(1, Math.abs(1 / Math.sqrt(d) - 1)) / (6 + half);
  let sum = 0;
  let angle = 0;
  const steps = Math.ceil(furthest / step);
  for (let k = 0; k <= steps; k += 1) {
    const tau = k * step;
    const w = { re: d * (1 - tau * tau), im: 2 * d * tau };
    const s = { re: 1 - w.re, im: -w.im };
    const value = determinant(w);
    const principal = Math.atan2(value.im, value.re);
    // The angle is followed, so that the power stays on one branch.
    angle = principal + 2 * Math.PI * Math.round((angle - principal) / (2 * Math.PI));
    const size = Math.exp(-scaled * s.re - half * Math.log(Math.hypot(value.re, value.im)));
    const phase = -scaled * s.im - half * angle;
    // ds / s with ds = -2 i d (1 + iτ) dτ; the imaginary part of e^(i phase) (a + ib) / |s|².
    const square = s.re * s.re + s.im * s.im;
    const a = 2 * d * (tau * s.re - s.im);
    const b = -2 * d * (s.re + tau * s.im);
    const term = -size * ((a * Math.sin(phase) + b * Math.cos(phase)) / square);
    sum += k === 0 ? 0.5 * term : term;
    // Not above rather than below: where both sides underflow to 0 nothing more is added.
    if (tau > 1 && !(size * (d + 1) > 1e-18 * Math.abs(sum))) break;
  }
  const integral = (sum * step) / Math.PI;
  return Math.min(1, Math.max(0, d < 1 ? integral : 1 + integral));
}
