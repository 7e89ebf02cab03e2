import { numericBinWords } from '../../bins/bin-names.js';
import { missingCategory, otherCategory, unseenCategory } from '../../bins/feature-bins.js';
import { profileQuantile } from '../../bins/profile-quantile.js';
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
  if (!found.significant) return noShift(sample, criteria, found.score ?? 0);
  return `${verdict(criteria, found)} ${movement(sample, found.largestShifts)}`.trimEnd();
}

/** Says what is ordinary where a score looks large but is not significant. */
function noShift(
  { ordinary }: ComparedFeature,
  { statistic, thresholds }: DriftCriteria,
  score: number,
): string {
  if (ordinary === undefined || score < thresholds.investigate) return 'No significant shift.';
  return `${scoreName(statistic.name)} ${shortNumber(score, 3)} is not significant: it moves by PSI ${shortNumber(ordinary.psi, 2)} in an ordinary ${ordinary.period}.`;
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
  // Coarse bins do not give the median precisely enough.
  if (reference.type === 'numeric' && current.type === 'numeric' && exported === undefined) {
    const before = profileQuantile(reference, 0.5);
    const after = profileQuantile(current, 0.5);
    if (before !== undefined && after !== undefined) {
      const [from, to] = [shortNumber(before), shortNumber(after)];
      sentences.push(
        from === to ? `The median stayed at ${from}.` : `The median went from ${from} to ${to}.`,
      );
    }
  }
  if (largest !== undefined) {
    sentences.push(
      `${binWords(largest.bin, reference.type)} went from ${percent(largest.referenceRatio)} to ${percent(largest.currentRatio)} of the rows.`,
    );
  }
  return sentences.join(' ');
}

function binWords(bin: string, type: 'numeric' | 'categorical'): string {
  if (bin === missingCategory) return 'Missing values';
  if (bin === unseenCategory) return 'Categories that the reference never saw';
  if (bin === otherCategory) return 'The rarer categories';
  return type === 'numeric' ? numericBinWords(bin) : JSON.stringify(bin);
}
