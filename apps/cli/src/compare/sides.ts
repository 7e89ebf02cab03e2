import type { ReferenceHistory } from '@modelmeter/core/drift';
import type { FeatureConfig } from '@modelmeter/core/settings';
import { KernelError } from '@modelmeter/kernel';
import { mergeProfiles } from '@modelmeter/kernel/profiles';
import { CliError } from '../errors.js';
import { currentProfile, referenceProfile } from '../profile/profile-input.js';
import type { GroupProfile } from '../profile/profile-source.js';
import { historyOf, timeRangeOf } from '../profile/time-history.js';
import { type Input, profileReport } from '../read/input.js';
import { type ReadReport, readReport } from '../read/read-report.js';
import { type Comparison, requireRows } from './comparison.js';
import type { DriftResult } from './drift-result.js';

/** How many rows each side has. */
export type SideRows = Readonly<Record<'reference' | 'current', { readonly rows: number }>>;

/** Both sides counted on one grid and over one vocabulary. */
export interface Sides {
  readonly reference: GroupProfile;
  readonly current: GroupProfile;
  /** The rows of the reference by time, where it is known. */
  readonly history?: ReferenceHistory;
}

/**
 * Counts both sides, the current one on the grids of the reference.
 *
 * @throws CliError COLUMN_UNKNOWN or PROFILES_DIFFER when a side is a profile that does not fit.
 */
export async function profileSides(comparison: Comparison): Promise<Sides> {
  const { reader, features } = comparison;
  const reference = await referenceProfile(reader, comparison.reference, features);
  requireFeatures(reference, features, comparison.reference);
  const current = await currentProfile(reader, comparison.current, features, reference);
  requireFeatures(current, features, comparison.current);
  requireOneGrid({ reference, current }, features, comparison.current);
  return inTime(comparison, { reference, current });
}

/** Adds the times of both sides, as far as they are known. */
async function inTime(comparison: Comparison, sides: Sides): Promise<Sides> {
  const { reader, features, reference, current, options } = comparison;
  const known = reference.kind === 'profile' ? reference.profile.history : undefined;
  if (options.timeColumn === undefined) {
    return known === undefined ? sides : { ...sides, history: known };
  }
  const time = { column: options.timeColumn, format: options.timeFormat };
  const history =
    reference.kind === 'data'
      ? await historyOf(reader, reference.source, features, sides.reference, time)
      : known;
  const range = await timeRangeOf(reader, requireRows(current, '--time-column'), time);
  return {
    ...sides,
    ...(history === undefined ? {} : { history }),
    ...(range === undefined ? {} : { current: { ...sides.current, range } }),
  };
}

/** What was read of both sides. */
export function sideResults(
  comparison: Comparison,
  { reference, current }: SideRows,
): Pick<DriftResult, 'reference' | 'current'> {
  const { options, missingColumns } = comparison;
  return {
    reference: {
      source: options.reference,
      rows: reference.rows,
      ...reportOf(comparison.reference),
    },
    current: {
      source: options.current,
      rows: current.rows,
      ...reportOf(comparison.current),
      missingColumns,
    },
  };
}

function reportOf(input: Input): ReadReport {
  return input.kind === 'data' ? readReport(input.source.log) : profileReport;
}

function requireFeatures(
  profile: GroupProfile,
  features: readonly FeatureConfig[],
  input: Input,
): void {
  for (const { name, type } of features) {
    const found = profile.features.get(name);
    if (found?.type === type) continue;
    throw new CliError(
      'COLUMN_UNKNOWN',
      `${input.name} has ${found === undefined ? 'no profile of' : `a ${found.type} profile of`} "${name}", which is compared as a ${type} feature. Profile the data set again with this column.`,
    );
  }
}

/** A profile that was counted elsewhere must be on the grids of the reference. */
function requireOneGrid(
  { reference, current }: Sides,
  features: readonly FeatureConfig[],
  input: Input,
): void {
  if (input.kind === 'data') return;
  for (const { name } of features) {
    try {
      mergeProfiles(reference.features.get(name)!, current.features.get(name)!);
    } catch (error) {
      if (!KernelError.isInstance(error)) throw error;
      throw new CliError(
        'PROFILES_DIFFER',
        `The profile of "${name}" in ${input.name} is not on the grid of the reference. Make it with: modelmeter profile --grid <the reference>.`,
        error,
      );
    }
  }
}
