/** What a limit may be set to. */
type LimitKind = 'count' | 'ratio' | 'seconds' | 'factor';

interface Limit {
  readonly value: number;
  readonly kind: LimitKind;
  /** One line for the help of `modelmeter rules`. */
  readonly meaning: string;
}

/**
 * Every limit of an alert that is not a threshold of the model, with its default. Expressions and
 * sentences both read this table. Thresholds of the model are gauges, so that each model has its
 * own.
 */
export const limitTable = {
  minimumCalls: {
    value: 100,
    kind: 'count',
    meaning: 'fewest calls (or rows) in a window before their ratios are evaluated',
  },
  accuracyRatio: {
    value: 0.95,
    kind: 'ratio',
    meaning: 'accuracy of six hours relative to the week before, for ModelAccuracyDegrading',
  },
  accuracyStandardErrors: {
    value: 4.5,
    kind: 'factor',
    meaning: 'standard errors that accuracy must fall by, for ModelAccuracyDegrading',
  },
  overdueTargets: {
    value: 10,
    kind: 'count',
    meaning: 'targets that should have arrived before ModelTargetsMissing fires',
  },
  driftRunsInARow: {
    value: 2,
    kind: 'count',
    meaning: 'consecutive drift runs that must find drift, for ModelDataDriftPersistent',
  },
  driftedFeatures: {
    value: 3,
    kind: 'count',
    meaning: 'fewest drifted features before ModelDriftManyFeatures fires',
  },
  driftedFeaturesRatio: {
    value: 0.3,
    kind: 'ratio',
    meaning: 'ratio of drifted features above which ModelDriftManyFeatures fires',
  },
  lastingDriftSeconds: {
    value: 691_200,
    kind: 'seconds',
    meaning: 'age of a shift, in seconds, from which ModelDataDriftPersistent no longer fires',
  },
  oldReferenceRatio: {
    value: 0.5,
    kind: 'ratio',
    meaning: 'ratio of features with such a lasting shift above which ModelReferenceOld fires',
  },
  driftRunDelaySeconds: {
    value: 900,
    kind: 'seconds',
    meaning: 'delay of a drift run, in seconds, above which it is overdue',
  },
  unusableValuesRatio: {
    value: 0.05,
    kind: 'ratio',
    meaning: 'ratio of missing or invalid values above which ModelFeatureQuality fires',
  },
  seriesRatio: {
    value: 0.9,
    kind: 'ratio',
    meaning: 'used part of the metric store above which ModelMonitorCardinalityLimit fires',
  },
  exportersDownRatio: {
    value: 0.5,
    kind: 'ratio',
    meaning: 'ratio of exporters that are down above which ModelExportersDown fires',
  },
  unmatchedTargetsRatio: {
    value: 0.5,
    kind: 'ratio',
    meaning: 'ratio of unmatched targets above which ModelTargetsUnmatched fires',
  },
  eventLoopDelaySeconds: {
    value: 0.1,
    kind: 'seconds',
    meaning: 'event loop delay (p99), in seconds, above which ModelEventLoopBlocked fires',
  },
  hostMemoryRatio: {
    value: 0.9,
    kind: 'ratio',
    meaning: 'used host memory above which ModelHostMemoryHigh fires',
  },
  gpuMemoryRatio: {
    value: 0.95,
    kind: 'ratio',
    meaning: 'used GPU memory above which ModelGpuMemoryHigh fires',
  },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof limitTable;

/** A value for every limit. */
export type RuleLimits = Readonly<Record<LimitName, number>>;

export const limitNames: readonly LimitName[] = Object.keys(limitTable) as LimitName[];

export const defaultLimits: RuleLimits = Object.fromEntries(
  limitNames.map((name) => [name, limitTable[name].value]),
) as Record<LimitName, number>;

const accepted: Readonly<
  Record<LimitKind, { readonly text: string; accepts(value: number): boolean }>
> = {
  count: {
    text: 'a whole number of 1 or more',
    accepts: (value) => Number.isInteger(value) && value >= 1,
  },
  ratio: { text: 'a number above 0 and below 1', accepts: (value) => value > 0 && value < 1 },
  seconds: { text: 'seconds above 0', accepts: isPositive },
  factor: { text: 'a number above 0', accepts: isPositive },
};

/** What is wrong with limits that were given, starting with the name; undefined if nothing is. */
export function limitProblem(given: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(given)) {
    if (!isLimitName(name)) {
      return `has an unknown limit "${name}". Available: ${limitNames.join(', ')}`;
    }
    const { text, accepts } = accepted[limitTable[name].kind];
    if (typeof value !== 'number' || !accepts(value)) {
      return `sets ${name} to ${JSON.stringify(value)}; use ${text}`;
    }
  }
  return undefined;
}

function isLimitName(name: string): name is LimitName {
  return Object.hasOwn(limitTable, name);
}

function isPositive(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}

/** `0.05` as `5%`, the way that `humanizePercentage` of Prometheus writes a ratio. */
export function percentText(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(4))}%`;
}

/** `900` as `15m`, `0.1` as `100ms`: the largest unit in which the number is whole. */
export function secondsText(seconds: number): string {
  const units = { d: 86_400, h: 3600, m: 60, s: 1 };
  for (const [unit, length] of Object.entries(units)) {
    if (seconds % length === 0) return `${seconds / length}${unit}`;
  }
  return `${Number((seconds * 1000).toPrecision(6))}ms`;
}
