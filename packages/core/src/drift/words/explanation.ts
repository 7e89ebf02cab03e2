import { numericBinWords } from '../../bins/bin-names.js';
import { missingCategory, otherCategory, unseenCategory } from '../../bins/feature-bins.js';
import { profileQuantile } from '../../bins/profile-quantile.js';
import type { BinShares } from '../../report.js';
import type { DriftState } from '../../vocabulary.js';
import type { ComparedFeature } from '../compared-feature.js';
import type { DriftCriteria } from '../criteria.js';
import { percent } from './percent.js';
import { shortNumber } from './short-number.js';

/** What is known of a feature when the words are chosen. */
export interface Explained {
  readonly state: DriftState;
  readonly significant: boolean;
  readonly reason?: string;
  readonly score: number | undefined;
  readonly runsRemaining: number;
  readonly largestShifts: readonly BinShares[];
}

/** One or two sentences: what the state means here, and what moved from where to where. */
export function explain(
  sample: ComparedFeature,
  criteria: DriftCriteria,
  found: Explained,
): string {
  if (found.state === 'insufficient_data') return `Not judged: ${found.reason}.`;
  if (!found.significant) return 'No shift beyond chance.';
  return `${verdict(criteria, found)}${movement(sample, found.largestShifts)}`;
}

function verdict({ statistic, thresholds }: DriftCriteria, found: Explained): string {
  const score = `${statistic.name} ${shortNumber(found.score ?? 0)}`;
  if (found.state === 'drift') return `Drift: ${score} of ${thresholds.drift} allowed. `;
  if (found.runsRemaining > 0) {
    const runs = found.runsRemaining === 1 ? 'one more run' : `${found.runsRemaining} more runs`;
    return `Would be drift if ${runs} found the same: ${score} of ${thresholds.drift} allowed. `;
  }
  if (found.state === 'investigate') {
    return `Worth a look: ${score}, between ${thresholds.investigate} and ${thresholds.drift}. `;
  }
  return `A real shift, too small to matter: ${score} below ${thresholds.investigate}. `;
}

function movement(
  { reference, current, exported }: ComparedFeature,
  [largest]: readonly BinShares[],
): string {
  const sentences: string[] = [];
  // A median that lies somewhere in a wide bin is not told as a number.
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
