import { numericProfile } from '@modelmeter/kernel/profiles';
import {
  benjaminiHochberg,
  benjaminiYekutieli,
  bonferroni,
  builtInStatistics,
  holm,
  type Statistic,
} from '@modelmeter/kernel/statistics';
import { z } from 'zod';
import type { DriftThresholds } from '../report.js';
import type { CriteriaOptions } from '../settings/criteria.js';
import { settingDefaults } from '../settings/defaults.js';
import type { DriftConfig } from '../settings/drift.js';
import type { FeatureConfig } from '../settings/features.js';
import {
  type SettingPath,
  type SettingsSource,
  setting,
  settingError,
  settingsInCode,
} from '../settings/problems.js';
import {
  type CountedStatistic,
  type DriftCriteria,
  type EmbeddingCriteria,
  embeddingStatistic,
  type SizeCriterion,
  testName,
} from './criteria.js';

/** The settings of drift detection, with the statistics found that they name. */
export interface DriftPolicy {
  /** The reported statistics; each is computed for the features that it applies to. */
  readonly statistics: readonly CountedStatistic[];
  readonly significanceLevel: number;
  readonly correct: (pValues: readonly number[]) => Float64Array;
  criteriaOf(feature: Pick<FeatureConfig, 'type' | 'drift'>): DriftCriteria;
  embeddingCriteriaOf(feature: Pick<FeatureConfig, 'drift'>): EmbeddingCriteria;
  /**
   * The thresholds of the sizes that decide for a feature, and those of PSI and of the share moved,
   * which the recording rules of a fleet always compare.
   */
  thresholdsOf(feature: Pick<FeatureConfig, 'type' | 'drift'>): DriftThresholds;
}

const corrections = {
  // What is left of it where there is no year of runs.
  yearly_budget: benjaminiHochberg,
  benjamini_hochberg: benjaminiHochberg,
  benjamini_yekutieli: benjaminiYekutieli,
  holm,
  bonferroni,
} satisfies Record<DriftConfig['correction'], unknown>;

/** The known statistics, and where the settings were written. */
interface Available {
  readonly drift: DriftConfig;
  readonly statistics: ReadonlyMap<string, CountedStatistic>;
  readonly tests: () => readonly CountedStatistic[];
  readonly source: SettingsSource;
}

/**
 * Finds the statistics that the settings name and checks their thresholds.
 *
 * @param options.statistics Statistics in addition to the built-in ones; all of them are reported.
 * One with the name of a built-in replaces it.
 * @param options.output The output of the model as a feature, whose settings are `outputs.drift`.
 * @param options.source Where the settings were written.
 * @throws CoreError CONFIG_INVALID naming the setting whose statistic is unknown, returns no p-value,
 * has no thresholds, or does not apply to the feature.
 */
export function createDriftPolicy(
  drift: DriftConfig,
  features: readonly FeatureConfig[],
  options: {
    readonly statistics?: readonly Statistic[] | undefined;
    readonly output?: FeatureConfig | undefined;
    readonly source?: SettingsSource | undefined;
  } = {},
): DriftPolicy {
  const { statistics: own = [], output, source = settingsInCode } = options;
  const known = new Map<string, CountedStatistic>();
  for (const statistic of [...builtInStatistics, ...own]) {
    const counted = requireCounted(statistic, source);
    known.set(counted.name, counted);
  }
  let found: readonly CountedStatistic[] | undefined;
  const available: Available = {
    drift,
    statistics: known,
    // Only a named test requires p-values, so statistics are tried only then.
    tests() {
      found ??= [...known.values()].filter(hasPValue);
      return found;
    },
    source,
  };
  const reported = new Set([...drift.statistics, ...own.map(({ name }) => name)]);
  const policy: DriftPolicy = {
    statistics: [...reported].map((name, index) =>
      find(available, name, ['driftDetection', 'statistics', index]),
    ),
    significanceLevel: drift.significanceLevel,
    correct: corrections[drift.correction],
    criteriaOf: (feature) => criteriaOf(available, feature, ['drift']),
    embeddingCriteriaOf: (feature) => embeddingCriteriaOf(available, feature, ['drift']),
    thresholdsOf({ type, drift: own }) {
      if (type === 'embedding') {
        const { statistic, thresholds } = policy.embeddingCriteriaOf({ drift: own });
        return new Map([[statistic.name, thresholds]]);
      }
      const { sizes } = policy.criteriaOf({ type, drift: own });
      return new Map([
        ['psi', psiThresholds(drift)],
        ['share_moved', shareMovedThresholds(drift)],
        ...sizes.map(({ statistic, thresholds }) => [statistic.name, thresholds] as const),
      ]);
    },
  };
  for (const [index, { type, drift: own }] of features.entries()) {
    const place = ['features', index, 'drift'];
    if (type === 'embedding') embeddingCriteriaOf(available, { drift: own }, place);
    else criteriaOf(available, { type, drift: own }, place);
  }
  if (output !== undefined) criteriaOf(available, output, ['outputs', 'drift']);
  return policy;
}

function criteriaOf(
  available: Available,
  feature: Pick<FeatureConfig, 'type' | 'drift'>,
  place: SettingPath,
): DriftCriteria {
  const { drift } = available;
  const own = feature.drift ?? {};
  const testPlace = [...(own.test === undefined ? ['driftDetection'] : place), 'test'];
  const test = findTest(
    available,
    own.test ?? applicable(available, drift.test, feature.type, settingDefaults.driftTest),
    feature.type,
    testPlace,
  );
  if (test !== 'auto') requireSupported(available, test, testPlace);
  const sizes = sizesOf(available, feature, place);
  return {
    sizes,
    test,
    rowsPerBlock: own.rowsPerBlock ?? drift.rowsPerBlock,
    consecutiveRuns: own.consecutiveRuns ?? drift.consecutiveRuns,
    minimumRows: Math.max(
      own.minimumRows ?? drift.minimumRows,
      ...sizes.map(({ statistic }) => statistic.minimumRows ?? 1),
    ),
  };
}

/** An embedding has one statistic; its thresholds are in deviations, whatever `statistic` is. */
function embeddingCriteriaOf(
  { drift, source }: Available,
  { drift: own = {} }: Pick<FeatureConfig, 'drift'>,
  place: SettingPath,
): EmbeddingCriteria {
  const { levels } = embeddingStatistic;
  const thresholds = {
    drift: own.driftThreshold ?? levels.drift,
    investigate: own.investigateThreshold ?? levels.investigate,
  };
  if (thresholds.investigate >= thresholds.drift) {
    throw settingError(
      source,
      [...place, 'investigateThreshold'],
      `${thresholds.investigate} must be below the drift threshold ${thresholds.drift} of an embedding`,
    );
  }
  return {
    statistic: embeddingStatistic,
    thresholds,
    rowsPerBlock: own.rowsPerBlock ?? drift.rowsPerBlock,
    consecutiveRuns: own.consecutiveRuns ?? drift.consecutiveRuns,
    minimumRows: own.minimumRows ?? drift.minimumRows,
  };
}

/** The sizes that decide for a feature: those of `auto`, or the statistic that the settings name. */
function sizesOf(
  available: Available,
  feature: Pick<FeatureConfig, 'type' | 'drift'>,
  place: SettingPath,
): SizeCriterion[] {
  const { drift } = available;
  const own = feature.drift ?? {};
  const common = applicable(
    available,
    drift.statistic,
    feature.type,
    settingDefaults.driftStatistic,
  );
  const name = own.statistic ?? common;
  const from = own.statistic === undefined ? ['driftDetection'] : place;
  const shared: CriteriaOptions = name === common ? drift : {};
  const set = {
    drift: own.driftThreshold ?? shared.driftThreshold,
    investigate: own.investigateThreshold ?? shared.investigateThreshold,
  };
  if (name !== settingDefaults.driftStatistic) {
    const statistic = find(available, name, [...from, 'statistic']);
    requireApplies(available, statistic, feature.type, [...from, 'statistic']);
    requireSupported(available, statistic, [...from, 'statistic']);
    return [sizeOf(available, statistic, set, from)];
  }
  const psi = find(available, 'psi', [...from, 'statistic']);
  const shareMoved = find(available, 'share_moved', [...from, 'statistic']);
  const moved = {
    drift: own.shareMovedThreshold ?? drift.shareMovedThreshold,
    investigate: own.shareMovedInvestigateThreshold ?? drift.shareMovedInvestigateThreshold,
  };
  return [
    sizeOf(available, psi, set, from),
    sizeOf(available, shareMoved, moved, place, 'shareMovedInvestigateThreshold'),
  ];
}

function sizeOf(
  { drift, source }: Available,
  statistic: CountedStatistic,
  set: { readonly drift?: number | undefined; readonly investigate?: number | undefined },
  place: SettingPath,
  key = 'investigateThreshold',
): SizeCriterion {
  const levels = statistic.name === 'psi' ? psiThresholds(drift) : statistic.levels;
  const thresholds = {
    drift: set.drift ?? levels?.drift,
    investigate: set.investigate ?? levels?.investigate,
  };
  if (thresholds.drift === undefined || thresholds.investigate === undefined) {
    throw settingError(
      source,
      [...place, 'statistic'],
      `"${statistic.name}" has no default thresholds; set ${setting('driftThreshold')} and ${setting('investigateThreshold')} as well`,
    );
  }
  if (thresholds.investigate >= thresholds.drift) {
    throw settingError(
      source,
      [...place, key],
      `${thresholds.investigate} must be below the drift threshold ${thresholds.drift} of "${statistic.name}"`,
    );
  }
  return {
    statistic,
    thresholds: { drift: thresholds.drift, investigate: thresholds.investigate },
  };
}

function psiThresholds(drift: DriftConfig): SizeCriterion['thresholds'] {
  return { investigate: drift.psiInvestigateThreshold, drift: drift.psiThreshold };
}

function shareMovedThresholds(drift: DriftConfig): SizeCriterion['thresholds'] {
  return {
    investigate: drift.shareMovedInvestigateThreshold,
    drift: drift.shareMovedThreshold,
  };
}

/** The choice for all features, or the default if that does not apply to this type. */
function applicable(
  { statistics }: Available,
  name: string,
  type: FeatureConfig['type'],
  otherwise: string,
): string {
  const chosen = [...statistics.values()].find(
    (one) => one.name === name || testName(one) === name,
  );
  const isApplicable = chosen === undefined || applies(chosen, type);
  return isApplicable ? name : otherwise;
}

function findTest(
  available: Available,
  name: string,
  type: FeatureConfig['type'],
  place: SettingPath,
): DriftCriteria['test'] {
  if (name === settingDefaults.driftTest) return 'auto';
  const tests = available.tests();
  const test = tests.find((candidate) => testName(candidate) === name || candidate.name === name);
  if (test === undefined) {
    throw settingError(
      available.source,
      place,
      `Unknown test "${name}". Use auto, ${tests.map(testName).join(', ')}`,
    );
  }
  requireApplies(available, test, type, place);
  return test;
}

const probe = numericProfile(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8));

/** Whether a statistic returns p-values: tried on two small samples, as nothing else shows it. */
function hasPValue(statistic: CountedStatistic): boolean {
  try {
    const { pValue } =
      statistic.input === 'bins'
        ? statistic.compute(Float64Array.of(5, 6, 7), Float64Array.of(7, 6, 5))
        : statistic.compute(probe, probe);
    return pValue !== undefined;
  } catch {
    return false;
  }
}

function find(
  { statistics, source }: Available,
  name: string,
  place: SettingPath,
): CountedStatistic {
  const statistic = statistics.get(name);
  if (statistic !== undefined) return statistic;
  const remedy = isModulePath(name)
    ? `Import the module and pass its statistics in the option "statistics"`
    : `Available: ${[...statistics.keys()].join(', ')}`;
  throw settingError(source, place, `Unknown statistic "${name}". ${remedy}`);
}

/** Whether an entry of `driftDetection.statistics` looks like the path of a module. */
export function isModulePath(entry: string): boolean {
  return /[/\\]|\.[cm]?js$/.test(entry);
}

function requireApplies(
  { source }: Available,
  statistic: CountedStatistic,
  type: FeatureConfig['type'],
  place: SettingPath,
): void {
  if (applies(statistic, type)) return;
  throw settingError(
    source,
    place,
    `"${statistic.name}" applies to ${statistic.appliesTo.join(' and ')} features only; choose another statistic for this ${type} feature`,
  );
}

function applies({ appliesTo }: CountedStatistic, type: FeatureConfig['type']): boolean {
  return appliesTo.some((one) => one === type);
}

/** Refuses a statistic that needs finer counts than the counters of a fleet have. */
function requireSupported(
  { drift, source }: Available,
  statistic: CountedStatistic,
  place: SettingPath,
): void {
  const isSupported = statistic.input === 'bins' || statistic.supportsCoarseBins === true;
  if (drift.source !== 'prometheus' || isSupported) return;
  throw settingError(
    source,
    place,
    `"${statistic.name}" needs finer counts than the counters of a fleet have; choose a statistic on bins, such as psi or chi2, or ks, or set source: local`,
  );
}

/** The shape of a statistic, checked because untyped code may pass any value. */
const statisticSchema = z.looseObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be lower-case letters, digits and underscores'),
  appliesTo: z.array(z.enum(['numeric', 'categorical'])).min(1),
  input: z.enum(['bins', 'profile'], {
    error: 'must be bins or profile, since a window keeps no rows',
  }),
  compute: z.custom((value) => typeof value === 'function', 'must be a function'),
});

function requireCounted(statistic: Statistic, source: SettingsSource): CountedStatistic {
  const parsed = statisticSchema.safeParse(statistic);
  if (parsed.success) return statistic as CountedStatistic;
  const [issue] = parsed.error.issues;
  throw settingError(
    source,
    ['driftDetection', 'statistics'],
    `${nameOf(statistic)} is not a statistic: ${issue!.path.join('.') || 'it'} ${issue!.message}; pass { name, appliesTo, input, compute }`,
  );
}

function nameOf(candidate: unknown): string {
  const name: unknown = (candidate as { name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' ? `"${name}"` : String(candidate);
}
