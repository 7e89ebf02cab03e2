/**
 * The text of a number in a `le`, `lower` or `upper` label, as Prometheus 3 writes it.
 *
 * Prometheus 2 keeps the text that it scrapes and Prometheus 3 rewrites it, so only this form
 * joins with itself on both: shortest digits, `.0` after integers, an exponent of at least two
 * digits below 1e-4 and from 1e6 on (Go's `strconv` format `g` as the Prometheus text parser
 * uses it), `+Inf` and `-Inf`.
 */
export function bucketLabel(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  if (value === 0) return '0.0';
  const [digits = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 6) {
    const magnitude = String(Math.abs(exponent)).padStart(2, '0');
    return `${digits}e${exponent < 0 ? '-' : '+'}${magnitude}`;
  }
  const plain = value.toString();
  return plain.includes('.') ? plain : `${plain}.0`;
}
