import type { DriftResult } from '../compare/drift-result.js';
import { formatShare } from './format.js';

/** How many rows repeat another one; undefined where none do, or where none were counted. */
export function duplicateSentence({
  duplicateRows,
}: Pick<DriftResult, 'duplicateRows'>): string | undefined {
  if (duplicateRows === undefined) return undefined;
  const { reference, current, all = { current: 0, expected: 0 }, state } = duplicateRows;
  if (reference === 0 && current === 0 && all.current === 0) return undefined;
  const isFurtherApart = all.current - all.expected > current - reference;
  const shares = isFurtherApart
    ? `${formatShare(all.current)} of all current rows repeat another row, at most ${formatShare(all.expected)} by what the reference shows.`
    : `${formatShare(current)} of the current rows repeat another row, ${formatShare(reference)} of as many rows of the reference.`;
  return state === 'ok' ? shares : `Investigate: ${shares}`;
}
