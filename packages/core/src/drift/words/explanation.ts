import type { NumericProfile } from '@modelmeter/kernel/profiles';
import { numericBinWords } from '../../bins/bin-names.js';
import { missingCategory, otherCategory, unseenCategory } from '../../bins/feature-bins.js';
import { profileQuantile, type ValueRange } from '../../bins/profile-quantile.js';
import type { BinShares } from '../../report.js';
import type { DriftState } from '../../vocabulary.js';
import type { ComparedFeature } from '../compared-feature.js';
import type { DriftCriteria } from '../criteria.js';
import { percent } from './percent.js';
import { scoreName } from './score-name.js';
import { shortNumber } from './short-number.js';

/** The result that an explanation describes. */
export interface Explained {
  readonly state: DriftState;
  readonly significant: boolean;
  readonly reason?: string;
  readonly score: number | undefined;
  /** Further consecutive runs that must reach the drift threshold; 0 if none. */
  readonly runsRemaining: number;
  readonly largestShifts: readonly BinShares[];
}

/** Explains a state in one or two sentences for the person on call. */
export function explain(
  sample: ComparedFeature,
  criteria: DriftCriteria,
  found: Explained,
): string {
  if (found.state === 'insufficient_data') return `Not evaluated. ${found.reason}.`;
  if (!found.significant) return 'No significant shift.';
  return `${verdict(criteria, found)} ${movement(sample, found.largestShifts)}`.trimEnd();
}

function verdict({ statistic, thresholds }: DriftCriteria, found: Explained): string {
  const score = `${scoreName(statistic.name)} ${shortNumber(found.score ?? 0, 3)}`;
  const drift = `${score} (threshold ${thresholds.drift})`;
  if (found.state === 'drift') return `Drift: ${drift}.`;
  if (found.runsRemaining > 0) {
    const runs = found.runsRemaining === 1 ? 'one more run' : `${found.runsRemaining} more runs`;
    return `Drift if ${runs} confirm${found.runsRemaining === 1 ? 's' : ''} it: ${drift}.`;
  }
  if (found.state === 'investigate') {
    return `Investigate: ${score} (threshold ${thresholds.investigate}, drift ${thresholds.drift}).`;
  }
  return `Significant, but too small to matter: ${score} (threshold ${thresholds.investigate}).`;
}

function movement(
  { reference, current, exported }: ComparedFeature,
  [largest]: readonly BinShares[],
): string {
  const sentences: string[] = [];
  // Coarse bins say too little of where the median is.
  if (reference.type === 'numeric' && current.type === 'numeric' && exported === undefined) {
    const before = profileQuantile(reference, 0.5);
    const after = profileQuantile(current, 0.5);
    if (before !== undefined && after !== undefined) {
      const close = 0.05 * middleHalf(reference);
      const [from, to] = [rangeWords(before, close), rangeWords(after, close)];
      const stayed = `The median stayed ${/^[a-z]/.test(from) ? from : `at ${from}`}.`;
      sentences.push(from === to ? stayed : `The median went from ${from} to ${to}.`);
    }
  }
  if (largest !== undefined) {
    sentences.push(
      `${binWords(largest.bin, reference.type)} went from ${percent(largest.referenceRatio)} to ${percent(largest.currentRatio)} of the rows.`,
    );
  }
  return sentences.join(' ');
}

/** How far the quartiles are apart, at least. */
function middleHalf(profile: NumericProfile): number {
  const lower = profileQuantile(profile, 0.25);
  const upper = profileQuantile(profile, 0.75);
  return lower === undefined || upper === undefined ? 0 : Math.max(0, upper.low - lower.high);
}

/** The value, a number for bounds that are `close`, or else the bounds. */
function rangeWords({ low, high }: ValueRange, close: number): string {
  if (low === high) return shortNumber(low);
  if (low === -Infinity) return `below ${shortNumber(high)}`;
  if (high === Infinity) return `above ${shortNumber(low)}`;
  return high - low <= close
    ? `about ${shortNumber(0.5 * (low + high), 3)}`
    : `between ${shortNumber(low)} and ${shortNumber(high)}`;
}

function binWords(bin: string, type: 'numeric' | 'categorical'): string {
  if (bin === missingCategory) return 'Missing values';
  if (bin === unseenCategory) return 'Categories that the reference never saw';
  if (bin === otherCategory) return 'The rarer categories';
  return type === 'numeric' ? numericBinWords(bin) : JSON.stringify(bin);
}
