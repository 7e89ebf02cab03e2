/** The name of a score in a sentence: `PSI`, otherwise the name of the statistic. */
export function scoreName(statistic: string): string {
  return statistic === 'psi' ? 'PSI' : statistic;
}
