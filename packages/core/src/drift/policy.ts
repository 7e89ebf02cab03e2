import { numericProfile } from '@modelmeter/kernel/profiles';
import {
  benjaminiHochberg,
  benjaminiYekutieli,
  bonferroni,
  builtInStatistics,
  holm,
  type Statistic,
} from '@modelmeter/kernel/statistics';
import {
  configDefaults,
  type DriftConfig,
  type FeatureConfig,
  type JudgementConfig,
} from '../config.js';
import { settingError } from '../errors.js';
import { type CountedStatistic, type DriftCriteria, testName } from './criteria.js';

/** The thresholds of a feature by name of the statistic that is compared with them. */
export type DriftThresholds = ReadonlyMap<string, DriftCriteria['thresholds']>;

/** The settings of drift detection with the statistics that they name. */
export interface DriftPolicy {
  /** What is computed for every feature that it applies to. */
  readonly statistics: readonly CountedStatistic[];
  readonly significanceLevel: number;
  readonly correct: (pValues: readonly number[]) => Float64Array;
  criteriaOf(feature: Pick<FeatureConfig, 'type' | 'drift'>): DriftCriteria;
  /**
   * The thresholds of the statistic that decides for a feature, and of psi, which the recording
   * rules of a fleet compare whatever decides here.
   */
  thresholdsOf(feature: Pick<FeatureConfig, 'type' | 'drift'>): DriftThresholds;
}

const corrections = {
  benjamini_hochberg: benjaminiHochberg,
  benjamini_yekutieli: benjaminiYekutieli,
  holm,
  bonferroni,
} satisfies Record<DriftConfig['correction'], unknown>;

/**
 * Finds the statistics that the settings name.
 *
 * @param own Statistics beside the built-in ones; all of them are reported. One with the name of a
 * built-in takes its place.
 * @throws CoreError CONFIG_INVALID naming the setting whose statistic is unknown, gives no p-value,
 * has no thresholds, or does not apply to the feature.
 */
export function createDriftPolicy(
  drift: DriftConfig,
  features: readonly FeatureConfig[],
  own: readonly Statistic[] = [],
): DriftPolicy {
  const known = new Map<string, CountedStatistic>();
  for (const statistic of [...builtInStatistics, ...own]) {
    known.set(statistic.name, requireKnownInput(statistic));
  }
  const named = drift.statistics.filter((name) => !isModulePath(name));
  const reported = new Set([...named, ...own.map(({ name }) => name)]);
  const statistics = [...reported].map((name, index) =>
    find(known, name, `drift_detection.statistics[${index}]`),
  );

  let found: readonly CountedStatistic[] | undefined;
  // Statistics are asked whether they test only where a test is named.
  const tests = (): readonly CountedStatistic[] => {
    found ??= [...known.values()].filter(hasPValue);
    return found;
  };
  const policy: DriftPolicy = {
    statistics,
    significanceLevel: drift.significance_level,
    correct: corrections[drift.correction],
    criteriaOf(feature) {
      return criteria(drift, known, tests, feature, 'drift');
    },
    thresholdsOf(feature) {
      const { statistic, thresholds } = policy.criteriaOf(feature);
      return new Map([
        [configDefaults.driftStatistic, psiThresholds(drift)],
        [statistic.name, thresholds],
      ]);
    },
  };
  for (const [index, feature] of features.entries()) {
    criteria(drift, known, tests, feature, `features[${index}].drift`);
  }
  return policy;
}

/** Whether an entry of `drift_detection.statistics` is a module, not the name of a statistic. */
export function isModulePath(entry: string): boolean {
  return /[/\\]|\.[cm]?js$/.test(entry);
}

function criteria(
  drift: DriftConfig,
  known: ReadonlyMap<string, CountedStatistic>,
  tests: () => readonly CountedStatistic[],
  feature: Pick<FeatureConfig, 'type' | 'drift'>,
  place: string,
): DriftCriteria {
  const own = feature.drift ?? {};
  const common = applicable(known, drift.statistic, feature.type, configDefaults.driftStatistic);
  const isOwnStatistic = own.statistic !== undefined;
  const statisticPlace = isOwnStatistic ? `${place}.statistic` : 'drift_detection.statistic';
  const statistic = find(known, own.statistic ?? common, statisticPlace);
  requireApplies(statistic, feature.type, statisticPlace);
  requireServes(statistic, drift, statisticPlace);
  const isCommon = statistic.name === common;
  const isPsi = statistic.name === configDefaults.driftStatistic;
  const levels = isPsi ? psiThresholds(drift) : statistic.levels;
  const fromCommon: JudgementConfig = isCommon ? drift : {};
  const thresholds = {
    drift: own.drift_threshold ?? fromCommon.drift_threshold ?? levels?.drift,
    investigate:
      own.investigate_threshold ?? fromCommon.investigate_threshold ?? levels?.investigate,
  };
  if (thresholds.drift === undefined || thresholds.investigate === undefined) {
    throw settingError(
      statisticPlace,
      `"${statistic.name}" has no thresholds of its own; set drift_threshold and investigate_threshold beside it`,
    );
  }
  if (thresholds.investigate >= thresholds.drift) {
    throw settingError(
      `${isOwnStatistic ? place : 'drift_detection'}.investigate_threshold`,
      `${thresholds.investigate} must be below the drift threshold ${thresholds.drift} of "${statistic.name}"`,
    );
  }
  const testPlace = own.test === undefined ? 'drift_detection.test' : `${place}.test`;
  const test = findTest(
    tests,
    own.test ?? applicable(known, drift.test, feature.type, configDefaults.driftTest),
    feature.type,
    testPlace,
  );
  if (test !== 'auto') requireServes(test, drift, testPlace);
  return {
    statistic,
    thresholds: { drift: thresholds.drift, investigate: thresholds.investigate },
    test,
    rowsPerBlock: own.rows_per_block ?? drift.rows_per_block,
    consecutiveRuns: own.consecutive_runs ?? drift.consecutive_runs,
    minimumRows: Math.max(own.minimum_rows ?? drift.minimum_rows, statistic.minimumRows ?? 1),
  };
}

function psiThresholds(drift: DriftConfig): DriftCriteria['thresholds'] {
  return { investigate: drift.psi_investigate_threshold, drift: drift.psi_threshold };
}

/** The common choice, or the default for features that it cannot judge. */
function applicable(
  known: ReadonlyMap<string, CountedStatistic>,
  name: string,
  type: FeatureConfig['type'],
  otherwise: string,
): string {
  const chosen = [...known.values()].find((one) => one.name === name || testName(one) === name);
  const isApplicable = chosen === undefined || chosen.appliesTo.includes(type);
  return isApplicable ? name : otherwise;
}

function findTest(
  findTests: () => readonly CountedStatistic[],
  name: string,
  type: FeatureConfig['type'],
  place: string,
): DriftCriteria['test'] {
  if (name === configDefaults.driftTest) return 'auto';
  const tests = findTests();
  const test = tests.find((candidate) => testName(candidate) === name || candidate.name === name);
  if (test === undefined) {
    throw settingError(
      place,
      `"${name}" is no test; write auto, ${tests.map(testName).join(', ')}`,
    );
  }
  requireApplies(test, type, place);
  return test;
}

const probe = numericProfile(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8));

/** Whether a statistic tests: asked of two small samples, since only its answer says so. */
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
  known: ReadonlyMap<string, CountedStatistic>,
  name: string,
  place: string,
): CountedStatistic {
  const statistic = known.get(name);
  if (statistic !== undefined) return statistic;
  throw settingError(
    place,
    `"${name}" is no statistic; there are ${[...known.keys()].join(', ')}. A module is named by its path, such as ./statistics/mine.mjs`,
  );
}

function requireApplies(
  statistic: CountedStatistic,
  type: FeatureConfig['type'],
  place: string,
): void {
  if (statistic.appliesTo.includes(type)) return;
  throw settingError(
    place,
    `"${statistic.name}" judges ${statistic.appliesTo.join(' and ')} features, not a ${type} one; choose another under drift of that feature`,
  );
}

/** The counters of a fleet have a few bins: what needs finer counts cannot decide there. */
function requireServes(
  statistic: CountedStatistic,
  { source }: Pick<DriftConfig, 'source'>,
  place: string,
): void {
  const isServed = statistic.input === 'bins' || statistic.supportsCoarseBins === true;
  if (source !== 'prometheus' || isServed) return;
  throw settingError(
    place,
    `"${statistic.name}" needs finer counts than the counters of a fleet have; choose one on bins, such as psi or chi2, or ks, or set source: local`,
  );
}

/** Checks what the types promise, since own statistics may be written in plain JavaScript. */
function requireKnownInput(statistic: Statistic): Statistic {
  const inputs: readonly string[] = ['bins', 'profile'];
  if (inputs.includes(statistic.input)) return statistic;
  throw settingError(
    'drift_detection.statistics',
    `Unknown input "${statistic.input}" of the statistic "${statistic.name}". Available: ${inputs.join(', ')}`,
  );
}
