import type { Statistic } from '@modelmeter/kernel/statistics';
import { createDriftPolicy, type DriftPolicy } from './drift/policy.js';
import { CoreError } from './errors.js';
import { assertReferenceFits, outputFeature, type Reference } from './reference.js';
import { type FeatureConfig, multivariateName } from './settings/features.js';
import { conflictsIn, type MonitorSettings } from './settings/monitor.js';
import {
  type SettingsSource,
  settingProblem,
  settingsError,
  settingsInCode,
} from './settings/problems.js';

/** The valid settings and reference of a monitor that has not been started. */
export interface PreparedMonitor {
  readonly settings: MonitorSettings;
  readonly policy: DriftPolicy;
  readonly reference: Reference | undefined;
}

/**
 * Checks everything that a monitor is created from, without side effects: conflicts between settings,
 * the statistics and thresholds of every feature, and the reference.
 *
 * @param options.statistics Statistics in addition to the built-in ones.
 * @param options.referencePlace Name of the reference in errors, such as its path.
 * @param options.source Where the settings were written.
 * @throws CoreError CONFIG_INVALID or REFERENCE_MISMATCH.
 */
export function prepareMonitor(
  settings: MonitorSettings,
  options: {
    readonly reference?: Reference | undefined;
    readonly referencePlace?: string | undefined;
    readonly statistics?: readonly Statistic[] | undefined;
    readonly source?: SettingsSource | undefined;
  } = {},
): PreparedMonitor {
  const { reference, source = settingsInCode } = options;
  const conflicts = conflictsIn(settings);
  if (conflicts.length > 0) {
    throw settingsError(
      conflicts.map(({ path, message }) => settingProblem(source, path, message)),
    );
  }
  const { driftDetection, features, outputs } = settings;
  const policy = createDriftPolicy(driftDetection, features, {
    statistics: options.statistics,
    output: outputFeature(outputs),
    source,
  });
  if (reference !== undefined) {
    requireFittingReference(reference, settings, options.referencePlace, source);
  }
  return { settings, policy, reference };
}

/**
 * Requires that a reference fits the settings of a monitor.
 *
 * @throws CoreError REFERENCE_MISMATCH when it lacks a feature, or the segments, of the settings.
 */
export function requireFittingReference(
  reference: Reference,
  { features, driftDetection: { segment, multivariate } }: MonitorSettings,
  place = 'The reference',
  source: SettingsSource = settingsInCode,
): void {
  assertReferenceFits(reference, features, place);
  if (multivariate) requireColumnsTogether(reference, features, place);
  const { segments } = reference;
  if (segment === undefined || segments?.feature === segment) return;
  throw new CoreError(
    'REFERENCE_MISMATCH',
    `${place} has ${segments === undefined ? 'no segments' : `segments of "${segments.feature}"`}, but ${source.describePlace(['driftDetection', 'segment'])} is "${segment}". Build the reference with that segment, or remove the setting.`,
  );
}

function requireColumnsTogether(
  reference: Reference,
  features: readonly FeatureConfig[],
  place: string,
): void {
  const profile = reference.features.get(multivariateName);
  const declared = features.filter(({ type }) => type === 'numeric').map(({ name }) => name);
  const profiled = profile?.type === 'embedding' ? (profile.basis.columns?.names ?? []) : [];
  if (declared.join('\n') === profiled.join('\n')) return;
  throw new CoreError(
    'REFERENCE_MISMATCH',
    `${place} has ${profiled.length === 0 ? 'no profile of the numeric features together' : `a profile of ${profiled.join(', ')} together`}, and multivariate compares ${declared.join(', ')}. Build the reference with multivariate, or remove the setting.`,
  );
}
