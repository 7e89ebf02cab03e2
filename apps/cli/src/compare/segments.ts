import { settingDefaults } from '@modelmeter/core/settings';
import { segmentGrouping } from '../profile/groups.js';
import { emptyGroup, groupProfiles } from '../profile/profile-input.js';
import type { GroupProfile } from '../profile/profile-source.js';
import { groupsByKey, referenceSegments } from '../profile/reference-segments.js';
import { requireColumn } from '../read/source.js';
import { type Comparison, requireRows } from './comparison.js';
import type { DriftResult } from './drift-result.js';
import type { Evaluator } from './evaluator.js';

/** The largest segments of the reference against the same rows of the current side. */
export async function compareSegments(
  { reader, options, reference: referenceInput, current, features }: Comparison,
  whole: GroupProfile,
  evaluator: Evaluator,
): Promise<DriftResult['segments']> {
  const { segment: column, maximumSegments = settingDefaults.maximumSegments } = options;
  if (column === undefined) return undefined;
  const source = requireRows(current, '--segment');
  requireColumn(source, column);
  const { references, leftOut } = await referenceSegments(
    reader,
    referenceInput,
    whole,
    column,
    maximumSegments,
    features,
  );
  const grouping = segmentGrouping(column, [...references.keys()]);
  const currents = await groupsByKey(groupProfiles(reader, source, features, whole, grouping));
  const pairs = Array.from(
    references,
    ([value, reference]) => [reference, currents.get(value) ?? emptyGroup(reference)] as const,
  );
  return { column, values: evaluator.segments(pairs), leftOut };
}
