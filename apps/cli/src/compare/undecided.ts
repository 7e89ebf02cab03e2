import type { Comparison } from './comparison.js';
import { declaredNames } from './features.js';
import type { SideRows } from './sides.js';

/**
 * Why a comparison did not compare what it was asked to, one sentence each; empty when it did. That
 * it compared too few rows to decide is said by the states of its features.
 */
export function undecidedReasons(
  { reference, current, features, missingColumns, settings, options }: Comparison,
  sides: SideRows,
): string[] {
  const reasons: string[] = [];
  if (sides.reference.rows === 0) reasons.push(`${reference.name} has no rows.`);
  if (sides.current.rows === 0) reasons.push(`${current.name} has no rows.`);
  const named = new Set([...declaredNames(settings), ...(options.columns ?? [])]);
  const asked = features.filter(({ together }) => together === undefined);
  if (missingColumns.length === asked.length) {
    reasons.push(`${current.name} has none of the columns of ${reference.name}.`);
  } else {
    for (const name of missingColumns.filter((column) => named.has(column))) {
      reasons.push(`${current.name} has no column "${name}", which was asked for.`);
    }
  }
  return reasons;
}
