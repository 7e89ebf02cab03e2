/**
 * Most terms that a series or continued fraction takes whose terms are largest near `scale`.
 *
 * Such terms fall like a normal density of deviation √scale. The last digit is reached before 20
 * terms and 17 deviations everywhere; what is beyond is not worth a loop that may not end.
 */
export function mostTerms(scale: number): number {
  return 100 + 30 * Math.ceil(Math.sqrt(scale));
}
