import type { FeatureDrift } from '@modelmeter/core';
import { type ColumnFeature, columnFeatures, settingDefaults } from '@modelmeter/core/settings';
import { type ColumnProfile, quantileBins } from '@modelmeter/kernel/profiles';
import { benjaminiHochberg } from '@modelmeter/kernel/statistics';
import { crossGrouping, type Grouping, segmentGrouping, valueGrouping } from '../profile/groups.js';
import { groupProfiles } from '../profile/profile-input.js';
import type { GroupProfile } from '../profile/profile-source.js';
import { groupsByKey } from '../profile/reference-segments.js';
import { currentColumn } from '../read/columns.js';
import type { DataSource } from '../read/source.js';
import { formatShare } from '../report/format.js';
import { reachOf } from '../report/size.js';
import { type Comparison, requireRows } from './comparison.js';
import {
  type Concentration,
  concentrationOf,
  type Sample,
  type SegmentRows,
  type Shift,
  shiftOf,
} from './concentration.js';
import type { SegmentCondition, ShiftedSegment } from './drift-result.js';
import type { Evaluator } from './evaluator.js';
import type { Sides } from './sides.js';

/** The shifted features that are explained, the largest shift first. */
const explainedFeatures = 10;
/** The columns whose values are looked at; each takes one pass over each side. */
const segmentColumns = 50;
/** Of these, the columns that are combined, two at a time; each pair takes one pass over each side. */
const combinedColumns = 10;
const categorySegments = settingDefaults.maximumSegments;
const numericSegments = 5;
const segmentsPerFeature = 3;
/** A segment is reported when the bins grew in it by at least so many times what they grew elsewhere. */
const leastRatio = 2;

/**
 * The segments in which the shifts of features are concentrated, up to three per feature: the largest
 * values of categorical features and the fifths of numeric ones, alone and two of them together. A
 * segment counts when the shift is twice as large in it as in the other rows, and larger beyond chance:
 * by Benjamini and Hochberg over all segments and features. Two values count together when that also
 * holds against the other rows with either of them.
 *
 * Of more than ten columns, those are combined that show the clearest concentration alone. The pairs
 * that are not looked at are corrected for as well, since the data chose them.
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
  requireRows(comparison.reference, '--explain');
  requireRows(comparison.current, '--explain');
  const present = columnFeatures(comparison.features).filter(
    ({ name }) => !comparison.missingColumns.includes(name),
  );
  const explained = [...found]
    .filter(({ state }) => state === 'drift' || state === 'investigate')
    .sort((a, b) => reachOf(b) - reachOf(a))
    .flatMap(({ name }) => present.find((feature) => feature.name === name) ?? [])
    .slice(0, explainedFeatures)
    .map((feature): Explained => {
      const whole = sampleOf(sides, feature);
      return { feature, shift: shiftOf(whole), rowsPerBlock: evaluator.rowsPerBlock(feature) };
    });
  const columns = explained.length === 0 ? [] : present.slice(0, segmentColumns);
  const counted = new Map<ColumnFeature, Segment[]>();
  const alone: Looked[] = [];
  for (const column of columns) {
    const segments = await countSegments(comparison, sides, explained, [column]);
    counted.set(column, segments);
    alone.push(...segments.flatMap((segment) => concentrationsIn(segment, [])));
  }
  const combined = clearest(columns, alone);
  const together: Looked[] = [];
  for (const pair of pairsOf(combined)) {
    for (const segment of await countSegments(comparison, sides, explained, pair)) {
      const wider = pair.map(
        (column, index) =>
          counted
            .get(column)!
            .find(({ conditions: [one] }) => one!.value === segment.conditions[index]!.value)!,
      );
      together.push(...concentrationsIn(segment, wider));
    }
  }
  const notLookedAt = pairsOf(columns)
    .filter((pair) => !pair.every((column) => combined.includes(column)))
    .map((pair) => pair.reduce((most, column) => most * counted.get(column)!.length, 1))
    .reduce((sum, segments) => sum + segments * explained.length, 0);
  return worstSegments(
    [...alone, ...together],
    notLookedAt,
    comparison.settings.drift.significanceLevel,
    explained,
  );
}

/** A shifted feature whose shift is looked for in segments. */
interface Explained {
  readonly feature: ColumnFeature;
  readonly shift: Shift;
  readonly rowsPerBlock: ReturnType<Evaluator['rowsPerBlock']>;
}

interface Segment {
  readonly conditions: readonly SegmentCondition[];
  readonly currentRows: number;
  readonly rowsOf: ReadonlyMap<Explained, SegmentRows>;
}

interface Looked extends Pick<ShiftedSegment, 'feature' | 'conditions' | 'currentRows'> {
  readonly concentration: Concentration;
}

function sampleOf(
  { reference, current }: Record<'reference' | 'current', Pick<GroupProfile, 'features'>>,
  { name }: ColumnFeature,
): Sample {
  return {
    reference: reference.features.get(name) as ColumnProfile,
    current: current.features.get(name) as ColumnProfile,
  };
}

/** The segments of one or two columns that both sides have; the columns are not explained by themselves. */
async function countSegments(
  { reader, ...comparison }: Comparison,
  sides: Sides,
  explained: readonly Explained[],
  columns: readonly ColumnFeature[],
): Promise<Segment[]> {
  const others = explained.filter(({ feature }) => !columns.includes(feature));
  const features = others.map(({ feature }) => feature);
  const groupsOf = (side: 'reference' | 'current'): Promise<Map<string, GroupProfile>> => {
    const source = requireRows(comparison[side], '--explain');
    const groupings = columns.map((column) => groupingBy(source, column, sides.reference));
    const grouping = crossGrouping(groupings, Math.max(categorySegments, numericSegments));
    return groupsByKey(groupProfiles(reader, source, features, sides.reference, grouping));
  };
  const before = await groupsOf('reference');
  const after = await groupsOf('current');
  return [...after].flatMap(([key, current]) => {
    const reference = before.get(key);
    if (reference === undefined) return [];
    const values = JSON.parse(key) as string[];
    return {
      conditions: columns.map(({ name }, index) => ({ column: name, value: values[index]! })),
      currentRows: current.rows,
      rowsOf: new Map(
        others.map((one) => [one, one.shift.rowsIn(sampleOf({ reference, current }, one.feature))]),
      ),
    };
  });
}

/** How the explained features are concentrated in a segment, as against all rows and wider segments. */
function concentrationsIn(segment: Segment, wider: readonly Segment[]): Looked[] {
  const { conditions, currentRows } = segment;
  return [...segment.rowsOf].flatMap(([explained, rows]) => {
    const { feature, shift, rowsPerBlock } = explained;
    const around = wider.map(({ rowsOf }) => rowsOf.get(explained)!);
    const concentration = concentrationOf(rows, [shift.all, ...around], rowsPerBlock);
    if (concentration === undefined) return [];
    return { feature: feature.name, conditions, currentRows, concentration };
  });
}

function groupingBy(
  source: DataSource,
  column: ColumnFeature,
  { features }: Pick<GroupProfile, 'features'>,
): Grouping {
  const profile = features.get(column.name) as ColumnProfile;
  return profile.type === 'numeric'
    ? valueGrouping(currentColumn(source, column), quantileBins(profile, numericSegments))
    : segmentGrouping(source, column.name, profile.categories.slice(0, categorySegments));
}

/** The columns to combine, in their order: those with the smallest p-values alone. */
function clearest(columns: readonly ColumnFeature[], alone: readonly Looked[]): ColumnFeature[] {
  const smallest = new Map<string, number>();
  for (const { conditions, concentration } of alone) {
    const { column } = conditions[0]!;
    smallest.set(column, Math.min(smallest.get(column) ?? 1, concentration.pValue));
  }
  const pValueOf = ({ name }: ColumnFeature): number => smallest.get(name) ?? 1;
  const chosen = [...columns].sort((a, b) => pValueOf(a) - pValueOf(b)).slice(0, combinedColumns);
  return columns.filter((column) => chosen.includes(column));
}

function pairsOf<Item>(items: readonly Item[]): (readonly [Item, Item])[] {
  return items.flatMap((first, index) =>
    items.slice(index + 1).map((second) => [first, second] as const),
  );
}

/**
 * The segments that hold the most of a shift beyond their share of the rows.
 *
 * @param notLookedAt Further segments and features, which are corrected for as if their p-value was 1.
 */
function worstSegments(
  looked: readonly Looked[],
  notLookedAt: number,
  significanceLevel: number,
  explained: readonly Explained[],
): ShiftedSegment[] {
  const adjusted = benjaminiHochberg(looked.map(({ concentration }) => concentration.pValue));
  const factor = 1 + notLookedAt / Math.max(1, looked.length);
  const concentrated = looked
    .map(({ concentration, ...segment }, index): ShiftedSegment => {
      const { pValue, ...measured } = concentration;
      const adjustedPValue = Math.min(1, adjusted[index]! * factor);
      const one = { ...segment, ...measured, adjustedPValue };
      return { ...one, explanation: explanationOf(one) };
    })
    .filter(
      ({ adjustedPValue, inside, outside }) =>
        adjustedPValue < significanceLevel && inside >= leastRatio * outside,
    )
    .sort((a, b) => b.shiftRatio - b.rowRatio - (a.shiftRatio - a.rowRatio));
  return explained.flatMap(({ feature: { name } }) =>
    concentrated.filter(({ feature }) => feature === name).slice(0, segmentsPerFeature),
  );
}

function explanationOf({
  conditions,
  rowRatio,
  shiftRatio,
  inside,
  outside,
}: Omit<ShiftedSegment, 'explanation'>): string {
  const points = (change: number): string => (change * 100).toFixed(1);
  const rows = conditions.map(({ column, value }) => `${column} ${value}`).join(' and ');
  const most = conditions.length === 1 ? '' : 'at most ';
  return `The ${formatShare(rowRatio)} of the rows with ${rows} hold ${formatShare(shiftRatio)} of the shift: ${points(inside)} points of them moved, of the others ${most}${points(outside)}.`;
}
