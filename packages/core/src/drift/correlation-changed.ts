import type { EmbeddingProfile } from '@modelmeter/kernel/profiles';
import { type CorrelationChange, correlationChanges } from '@modelmeter/kernel/statistics';
import type { Finding } from '../report.js';
import { shortNumber } from './words/short-number.js';

/**
 * Chance explains a finding in at most one of ten thousand samples. It is reported from a change of
 * 0.1 on, and makes the features worth investigating from 0.25 on.
 */
const levels = { chance: 0.0001, change: 0.1, matters: 0.25 } as const;

/**
 * The numeric features whose correlation changed most certainly, of those counted together; a vector
 * of other values has none. O(features²).
 */
export function correlationChanged(
  reference: EmbeddingProfile,
  current: EmbeddingProfile,
): Finding | undefined {
  const changes = correlationChanges(reference, current, levels.chance).filter(
    (change) => sizeOf(change) >= levels.change,
  );
  const [first, ...others] = changes;
  if (first === undefined) return undefined;
  const [one, other] = first.columns.map((name) => JSON.stringify(name));
  const more =
    others.length === 0
      ? ''
      : ` ${others.length} more pair${others.length === 1 ? '' : 's'} of features changed.`;
  const largest = Math.max(...changes.map(sizeOf));
  return {
    kind: 'correlation_changed',
    ratio: Math.min(1, largest),
    message: `The correlation of ${one} and ${other} went from ${shortNumber(first.reference, 2)} to ${shortNumber(first.current, 2)}.${more}`,
    state: largest >= levels.matters ? 'investigate' : 'ok',
  };
}

function sizeOf({ reference, current }: CorrelationChange): number {
  return Math.abs(current - reference);
}
