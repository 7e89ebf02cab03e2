import type { Effect } from '@modelmeter/kernel/statistics';
import { scoreName } from './score-name.js';
import { shortNumber } from './short-number.js';

/** An effect in a sentence: `PSI 0.31, between 0.22 and 0.42`. */
export function effectText(statistic: string, { estimate, low, high }: Effect): string {
  const value = (size: number): string => sizeText(statistic, size);
  return `${scoreName(statistic)} ${value(estimate)}, between ${value(low)} and ${value(high)}`;
}

/** A size in a sentence: with three significant digits, the share moved in points. */
export function sizeText(statistic: string, size: number): string {
  if (statistic === 'share_moved') return `${shortNumber(size * 100, 3)} points`;
  return shortNumber(size, 3);
}
