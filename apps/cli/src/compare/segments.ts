import { columnFeatures, settingDefaults } from '@modelmeter/core/settings';
import { largestSegments } from '../profile/aggregates.js';
import { segmentGrouping } from '../profile/groups.js';
import { emptyGroup, groupProfiles } from '../profile/profile-input.js';
import type { GroupProfile } from '../profile/profile-source.js';
import { groupsByKey, referenceSegments } from '../profile/reference-segments.js';
import { requireColumn } from '../read/source.js';
import { type Comparison, requireRows } from './comparison.js';
import type { DriftResult } from './drift-result.js';
import type { Evaluator } from './evaluator.js';

/**
 * The largest segments of the reference against the same rows of the current side, and the largest
 * of the segments that are new: nothing can be decided about those.
 */
export async function compareSegments(
  comparison: Comparison,
  whole: GroupProfile,
  evaluator: Evaluator,
): Promise<DriftResult['segments']> {
  const { reader, options, reference: referenceInput, current } = comparison;
  const { segment: column, maximumSegments: limit = settingDefaults.maximumSegments } = options;
  if (column === undefined) return undefined;
  const source = requireRows(current, '--segment');
  requireColumn(source, column);
  // Within a segment its own column has one value.
  const features = columnFeatures(comparison.features).filter(({ name }) => name !== column);
  const { references, leftOut, known } = await referenceSegments(
    reader,
    referenceInput,
    whole,
    column,
    limit,
    features,
  );
  const added = await largestSegments(reader.database, source, column, limit, known);
  const newValues = added.values.map(({ value }) => value);
  const grouping = segmentGrouping(source, column, [...references.keys(), ...newValues]);
  const currents = await groupsByKey(groupProfiles(reader, source, features, whole, grouping));
  const all = [
    ...references,
    ...newValues.map((value) => [value, emptyGroup(whole, value)] as const),
  ];
  const pairs = all.map(
    ([value, reference]) => [reference, currents.get(value) ?? emptyGroup(whole, value)] as const,
  );
  return {
    column,
    values: evaluator.segments(features, pairs),
    leftOut,
    added: {
      segments: newValues.length + added.leftOut.segments,
      rows: added.values.reduce((sum, { rows }) => sum + rows, 0) + added.leftOut.rows,
    },
    missing: added.missing,
  };
}
