const pi2 = Math.PI ** 2;
const pi4 = pi2 ** 2;
const pi6 = pi2 ** 3;
const sqrtTwoPi = Math.sqrt(2 * Math.PI);

/**
 * P(D_n < d) by the expansion K0(z) + K1(z)/√n + K2(z)/n + K3(z)/n^1.5 at z = d √n, with the theta
 * functions in the form that converges for z below 2.
 *
 * Source: Pelz and Good 1976, Journal of the Royal Statistical Society B 38(2), as given by
 * Simard and L'Ecuyer 2011, section 2.5.
 */
export function pelzGoodCdf(d: number, n: number): number {
  const z = d * Math.sqrt(n);
  const z2 = z * z;
  const z4 = z2 * z2;
  const z6 = z4 * z2;
  const odd = [0, 0, 0, 0];
  const even = [0, 0];
  for (let k = 0; k < 12; k += 1) {
    const h2 = (k + 0.5) ** 2;
    const weight = Math.exp((-pi2 * h2) / (2 * z2));
    odd[0]! += weight;
    odd[1]! += weight * (pi2 * h2 - z2);
    odd[2]! +=
      weight * (6 * z6 + 2 * z4 + pi2 * (2 * z4 - 5 * z2) * h2 + pi4 * (1 - 2 * z2) * h2 ** 2);
    odd[3]! +=
      weight *
      (-30 * z6 -
        90 * z4 * z4 +
        pi2 * (135 * z4 - 96 * z6) * h2 +
        pi4 * (212 * z4 - 60 * z2) * h2 ** 2 +
        pi6 * (5 - 30 * z2) * h2 ** 3);
    const k2 = (k + 1) ** 2;
    const evenWeight = Math.exp((-pi2 * k2) / (2 * z2));
    even[0]! += evenWeight * pi2 * k2;
    even[1]! += evenWeight * pi2 * k2 * (3 * z2 - pi2 * k2);
  }
  const k0 = odd[0]! / z;
  const k1 = odd[1]! / (6 * z4);
  const k2 = odd[2]! / (72 * z6 * z) - even[0]! / (36 * z2 * z);
  const k3 = odd[3]! / (6480 * z6 * z4) + even[1]! / (216 * z6);
  const sqrtN = Math.sqrt(n);
  return sqrtTwoPi * (k0 + (k1 + (k2 + k3 / sqrtN) / sqrtN) / sqrtN);
}
