const names: Readonly<Record<string, string>> = { psi: 'PSI', share_moved: 'Largest move' };

/** The name of a score in a sentence: `PSI`, otherwise the name of the statistic. */
export function scoreName(statistic: string): string {
  return names[statistic] ?? statistic;
}
