import type { Effect } from '@modelmeter/kernel/statistics';
import { scoreName } from './score-name.js';
import { shortNumber } from './short-number.js';

/** An effect in a sentence: `PSI 0.31, between 0.22 and 0.42`. */
export function effectText(statistic: string, { estimate, low, high }: Effect): string {
  return `${scoreName(statistic)} ${sizeText(statistic, estimate)}, between ${numberText(statistic, low)} and ${numberText(statistic, high)}`;
}

/** A size in a sentence: with three significant digits, the share moved in points. */
export function sizeText(statistic: string, size: number): string {
  const number = numberText(statistic, size);
  return statistic === 'share_moved' ? `${number} points` : number;
}

function numberText(statistic: string, size: number): string {
  return shortNumber(statistic === 'share_moved' ? size * 100 : size, 3);
}
