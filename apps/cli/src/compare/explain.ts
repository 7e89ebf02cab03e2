import type { FeatureDrift } from '@modelmeter/core';
import { type ColumnFeature, columnFeatures, settingDefaults } from '@modelmeter/core/settings';
import { type ColumnProfile, quantileBins } from '@modelmeter/kernel/profiles';
import { benjaminiHochberg } from '@modelmeter/kernel/statistics';
import { type Grouping, segmentGrouping, valueGrouping } from '../profile/groups.js';
import { groupProfiles } from '../profile/profile-input.js';
import type { GroupProfile } from '../profile/profile-source.js';
import { groupsByKey } from '../profile/reference-segments.js';
import { currentColumn } from '../read/columns.js';
import type { DataSource } from '../read/source.js';
import { formatShare } from '../report/format.js';
import { reachOf } from '../report/size.js';
import { type Comparison, requireRows } from './comparison.js';
import { type Concentration, concentrationOf } from './concentration.js';
import type { ShiftedSegment } from './drift-result.js';
import type { Evaluator } from './evaluator.js';
import type { Sides } from './sides.js';

/** The shifted features that are explained, the largest shift first. */
const explainedFeatures = 10;
/** The columns whose values are looked at; each takes one pass over each side. */
const segmentColumns = 50;
const numericSegments = 5;
const segmentsPerFeature = 3;
/** A segment is reported when the bins grew in it by at least so many times what they grew elsewhere. */
const leastRatio = 2;

/**
 * The segments in which the shifts of features are concentrated, up to three per feature: the largest
 * values of categorical features and the fifths of numeric ones. A segment counts when the shift is
 * twice as large in it as in the other rows, and larger beyond chance: by Benjamini and Hochberg over
 * all segments and features that were looked at.
 *
 * @throws CliError OPTION_INVALID when a side is a profile.
 */
export async function explainShifts(
  comparison: Comparison,
  sides: Sides,
  evaluator: Evaluator,
  found: readonly FeatureDrift[],
): Promise<ShiftedSegment[] | undefined> {
  if (comparison.options.explain !== true) return undefined;
  const reference = requireRows(comparison.reference, '--explain');
  const current = requireRows(comparison.current, '--explain');
  const present = columnFeatures(comparison.features).filter(
    ({ name }) => !comparison.missingColumns.includes(name),
  );
  const shifted = [...found]
    .filter(({ state }) => state === 'drift' || state === 'investigate')
    .sort((a, b) => reachOf(b) - reachOf(a))
    .flatMap(({ name }) => present.find((feature) => feature.name === name) ?? [])
    .slice(0, explainedFeatures);
  const looked: Looked[] = [];
  for (const column of shifted.length === 0 ? [] : present.slice(0, segmentColumns)) {
    const explained = shifted.filter(({ name }) => name !== column.name);
    const profile = sides.reference.features.get(column.name) as ColumnProfile;
    const segmentsOf = (source: DataSource): Promise<Map<string, GroupProfile>> => {
      const grouping = groupingBy(source, column, profile);
      const { reader } = comparison;
      return groupsByKey(groupProfiles(reader, source, explained, sides.reference, grouping));
    };
    const before = await segmentsOf(reference);
    for (const [value, now] of await segmentsOf(current)) {
      const segment = { reference: before.get(value), current: now };
      for (const feature of explained) {
        const concentration = concentrationIn(segment, sides, feature, evaluator);
        if (concentration === undefined) continue;
        const { name } = feature;
        looked.push({
          feature: name,
          column: column.name,
          value,
          currentRows: now.rows,
          concentration,
        });
      }
    }
  }
  return worstSegments(looked, comparison.settings.drift.significanceLevel, shifted);
}

interface Looked extends Pick<ShiftedSegment, 'feature' | 'column' | 'value' | 'currentRows'> {
  readonly concentration: Concentration;
}

function concentrationIn(
  segment: { readonly reference: GroupProfile | undefined; readonly current: GroupProfile },
  sides: Sides,
  feature: ColumnFeature,
  evaluator: Evaluator,
): Concentration | undefined {
  const profileIn = ({ features }: GroupProfile) => features.get(feature.name) as ColumnProfile;
  if (segment.reference === undefined) return undefined;
  return concentrationOf(
    { reference: profileIn(sides.reference), current: profileIn(sides.current) },
    { reference: profileIn(segment.reference), current: profileIn(segment.current) },
    evaluator.rowsPerBlock(feature),
  );
}

function groupingBy(source: DataSource, column: ColumnFeature, profile: ColumnProfile): Grouping {
  return profile.type === 'numeric'
    ? valueGrouping(currentColumn(source, column), quantileBins(profile, numericSegments))
    : segmentGrouping(
        source,
        column.name,
        profile.categories.slice(0, settingDefaults.maximumSegments),
      );
}

function worstSegments(
  looked: readonly Looked[],
  significanceLevel: number,
  shifted: readonly ColumnFeature[],
): ShiftedSegment[] {
  const adjusted = benjaminiHochberg(looked.map(({ concentration }) => concentration.pValue));
  const concentrated = looked
    .map(({ concentration, ...segment }, index): ShiftedSegment => {
      const { pValue, ...measured } = concentration;
      const one = { ...segment, ...measured, adjustedPValue: adjusted[index]! };
      return { ...one, explanation: explanationOf(one) };
    })
    .filter(
      ({ adjustedPValue, inside, outside }) =>
        adjustedPValue < significanceLevel && inside >= leastRatio * outside,
    )
    .sort((a, b) => b.shiftRatio - a.shiftRatio);
  return shifted.flatMap(({ name }) =>
    concentrated.filter(({ feature }) => feature === name).slice(0, segmentsPerFeature),
  );
}

function explanationOf({
  column,
  value,
  rowRatio,
  shiftRatio,
  inside,
  outside,
}: Omit<ShiftedSegment, 'explanation'>): string {
  const points = (change: number): string => (change * 100).toFixed(1);
  return `The ${formatShare(rowRatio)} of the rows with ${column} ${value} hold ${formatShare(shiftRatio)} of the shift: ${points(inside)} points of them moved, of the others ${points(outside)}.`;
}
