import type { DriftResult } from '../compare/drift-result.js';
import { formatShare } from './format.js';

/** How many rows repeat another one; undefined where none do, or where none were counted. */
export function duplicateSentence({
  duplicateRows,
}: Pick<DriftResult, 'duplicateRows'>): string | undefined {
  if (duplicateRows === undefined) return undefined;
  const { reference, current, state } = duplicateRows;
  if (reference === 0 && current === 0) return undefined;
  const shares = `${formatShare(current)} of the current rows repeat another row, ${formatShare(reference)} of as many rows of the reference.`;
  return state === 'ok' ? shares : `Investigate: ${shares}`;
}
