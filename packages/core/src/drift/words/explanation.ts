import type { NumericProfile } from '@modelmeter/kernel/profiles';
import type { Effect } from '@modelmeter/kernel/statistics';
import { numericBinWords } from '../../bins/bin-names.js';
import { missingCategory, otherCategory, unseenCategory } from '../../bins/feature-bins.js';
import { profileQuantile, type ValueRange } from '../../bins/profile-quantile.js';
import type { BinShares, Finding } from '../../report.js';
import type { DriftState } from '../../vocabulary.js';
import type { ComparedFeature } from '../compared-feature.js';
import type { DriftCriteria, SizeCriterion } from '../criteria.js';
import { percent } from './percent.js';
import { scoreName } from './score-name.js';
import { shortNumber } from './short-number.js';
import { effectText, sizeText } from './size-text.js';

/** The result that an explanation describes. */
export interface Explained {
  readonly state: DriftState;
  /** The state without regard to findings and to runs that are required in a row. */
  readonly stateOfSizes: DriftState;
  readonly significant: boolean;
  readonly reason?: string;
  /** The size that decides, and its effect where it is known. */
  readonly size: SizeCriterion;
  readonly effect: Effect | undefined;
  /** Further consecutive runs that must reach the drift threshold; 0 if none. */
  readonly runsRemaining: number;
  readonly findings: readonly Finding[];
  readonly largestShifts: readonly BinShares[];
}

/** Explains a state in one or two sentences for the person on call. */
export function explain(sample: ComparedFeature, found: Explained): string {
  if (found.state === 'insufficient_data') return `Not decided. ${found.reason}.`;
  const { effect } = found;
  const { statistic, thresholds } = found.size;
  const size = effect === undefined ? '' : effectText(statistic.name, effect);
  const threshold = (level: 'drift' | 'investigate'): string =>
    `${size} (threshold ${sizeText(statistic.name, thresholds[level])})`;
  const moved = (): string => movement(sample, found.largestShifts);
  if (found.state === 'drift') return `Drift: ${threshold('drift')}. ${moved()}`.trimEnd();
  if (found.runsRemaining > 0) {
    const runs = found.runsRemaining === 1 ? 'one more run' : `${found.runsRemaining} more runs`;
    const verb = found.runsRemaining === 1 ? 'confirms' : 'confirm';
    return `Drift if ${runs} ${verb} it: ${threshold('drift')}. ${moved()}`.trimEnd();
  }
  if (found.stateOfSizes === 'investigate') {
    return `Investigate: ${size} (threshold ${sizeText(statistic.name, thresholds.investigate)}, drift ${sizeText(statistic.name, thresholds.drift)}). ${moved()}`.trimEnd();
  }
  const finding = found.findings.find(({ state }) => state === 'investigate');
  if (found.state === 'investigate' && finding !== undefined) {
    return `Investigate: ${finding.message}`;
  }
  if (found.significant) {
    return `Significant, but too small to matter: ${threshold('investigate')}. ${moved()}`.trimEnd();
  }
  const { ordinary } = sample;
  if (ordinary !== undefined && effect !== undefined && effect.high >= thresholds.investigate) {
    return `Ordinary movement: ${size}. The feature moves by PSI ${shortNumber(ordinary.psi, 2)} in an ordinary ${ordinary.period}.`;
  }
  return 'No significant shift.';
}

/** Why the sizes decide nothing, and how many rows would. */
export function undecidedReason(
  effects: Readonly<Record<string, Effect>>,
  { sizes }: DriftCriteria,
  moreRows: number | undefined,
): string {
  const wide = sizes.find(
    ({ statistic, thresholds }) => (effects[statistic.name]?.high ?? 0) >= thresholds.investigate,
  )!;
  const { name } = wide.statistic;
  const { high } = effects[name]!;
  const size =
    high === Infinity
      ? 'The rows do not tell how large a shift is'
      : `${scoreName(name)} may be as large as ${sizeText(name, high)} (threshold ${sizeText(name, wide.thresholds.investigate)})`;
  const hasFormula = sizes.every(({ statistic }) => statistic.effect !== undefined);
  const remedy =
    moreRows !== undefined
      ? `About ${moreRows} more rows decide`
      : hasFormula
        ? 'The reference has too few rows to decide'
        : 'More rows decide';
  return `${size}. ${remedy}`;
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
