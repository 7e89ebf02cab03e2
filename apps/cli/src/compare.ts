import {
  type ComparedFeature,
  createDriftPolicy,
  type DriftPolicy,
  type DriftStreaks,
  evaluateDrift,
  type FeatureDrift,
  loadStatistics,
  outputFeature,
  streaksAfter,
  verdictOf,
} from '@modelmeter/core';
import {
  batchSchema,
  configDefaults,
  type DriftConfig,
  type FeatureConfig,
  type OutputsConfig,
  parseSettings,
} from '@modelmeter/core/config';
import { KernelError } from '@modelmeter/kernel';
import { mergeProfiles } from '@modelmeter/kernel/profiles';
import { rowsPerKey } from './data/aggregates.js';
import { calendarGrouping, type Grouping, segmentGrouping, sizeGrouping } from './data/groups.js';
import {
  currentProfile,
  emptyGroup,
  featuresOfInput,
  groupProfiles,
  type Input,
  openInput,
  referenceProfile,
  warnOfNumbersInText,
} from './data/input.js';
import type { GroupProfile, Reader } from './data/profile-source.js';
import { groupsByKey, referenceSegments } from './data/reference-segments.js';
import { type DataSource, requireColumn } from './data/source.js';
import type { ChunkFeature, ChunkResult, DriftResult, SegmentResult } from './drift-result.js';
import { CliError, messageOf } from './errors.js';

/** What is compared, and how. */
export interface CompareOptions {
  readonly reference: string;
  readonly current: string;
  readonly settings?: {
    readonly drift: DriftConfig;
    readonly features: readonly FeatureConfig[];
    readonly outputs: OutputsConfig | undefined;
    /** Where module paths among the statistics start. */
    readonly folder: string;
  };
  readonly columns?: readonly string[];
  /** `month:timestamp`: a calendar unit and a column. */
  readonly chunkBy?: string;
  readonly chunkSize?: number;
  readonly segment?: string;
  readonly maximumSegments?: number;
  /** Column whose equal values mark rows that move together. */
  readonly key?: string;
  readonly onWarning?: (message: string) => void;
}

type RowsPerBlock = NonNullable<ComparedFeature['rowsPerBlock']>;

/** Compares two inputs, as a whole, chunk by chunk and segment by segment. */
export async function compare(reader: Reader, options: CompareOptions): Promise<DriftResult> {
  const settings = options.settings ?? defaultSettings();
  const referenceInput = await openInput(reader, options.reference);
  const currentInput = await openInput(reader, options.current);
  const grouping = chunkGrouping(currentInput, options);
  const features = chooseFeatures(referenceInput, settings, options);
  const { onWarning = () => {} } = options;
  const own = await loadStatistics(settings.drift.statistics, settings.folder);
  // Files have finer counts than the counters of a fleet.
  const rules = createDriftPolicy({ ...settings.drift, source: 'local' }, features, own);
  const rowsPerBlock =
    options.key === undefined
      ? undefined
      : {
          reference: await blockSize(reader, referenceInput, options.key),
          current: await blockSize(reader, currentInput, options.key),
        };
  const judge = createJudge(rules, features, rowsPerBlock, onWarning);
  const declared = new Set(settings.features.map(({ name }) => name));
  if (settings.outputs !== undefined) declared.add(outputFeature(settings.outputs).name);
  const undeclared = features.filter(({ name }) => !declared.has(name));
  await warnOfNumbersInText(reader, referenceInput, undeclared, onWarning);

  const reference = await referenceProfile(reader, referenceInput, features);
  requireFeatures(reference, features, referenceInput);
  const current = await currentProfile(reader, currentInput, features, reference);
  requireFeatures(current, features, currentInput);
  requireOneGrid(reference, current, features, currentInput);
  const found = judge.whole(reference, current);

  const chunks: ChunkResult[] = [];
  if (grouping !== undefined) {
    const source = requireRows(currentInput, '--chunk-by and --chunk-size');
    for await (const chunk of groupProfiles(reader, source, features, reference, grouping)) {
      chunks.push(judge.chunk(reference, chunk));
    }
  }
  const segments =
    options.segment === undefined
      ? undefined
      : await compareSegments(
          reader,
          [referenceInput, currentInput],
          reference,
          options.segment,
          options.maximumSegments ?? configDefaults.maximumSegments,
          features,
          judge,
        );
  return {
    reference: { source: options.reference, rows: reference.rows },
    current: { source: options.current, rows: current.rows },
    features: found,
    ...(grouping === undefined ? {} : { chunks }),
    ...(segments === undefined ? {} : { segments }),
    ...verdictOf(found),
  };
}

function defaultSettings(): NonNullable<CompareOptions['settings']> {
  const { drift_detection: drift, features } = parseSettings(batchSchema, {});
  return { drift, features, outputs: undefined, folder: process.cwd() };
}

function chunkGrouping(current: Input, options: CompareOptions): Grouping | undefined {
  const { chunkBy, chunkSize } = options;
  if (chunkBy !== undefined && chunkSize !== undefined) {
    throw new CliError(
      'OPTION_INVALID',
      'Both --chunk-by and --chunk-size were given; choose one.',
    );
  }
  if (chunkSize !== undefined) return sizeGrouping(chunkSize);
  if (chunkBy === undefined) return undefined;
  return calendarGrouping(requireRows(current, '--chunk-by'), chunkBy);
}

/**
 * The features of the configuration and its output where the reference has it; else every column
 * of the reference that can be one. `--columns` chooses among them.
 */
function chooseFeatures(
  reference: Input,
  settings: NonNullable<CompareOptions['settings']>,
  options: CompareOptions,
): FeatureConfig[] {
  const timeColumn = options.chunkBy?.split(':').slice(1).join(':');
  const except = new Set(
    [timeColumn, options.segment, options.key].filter((name) => name !== undefined),
  );
  const available: FeatureConfig[] = featuresOfInput(reference, except);
  const names = new Set(available.map(({ name }) => name));
  const declared = [...settings.features];
  if (settings.outputs !== undefined && names.has(outputFeature(settings.outputs).name)) {
    declared.push(outputFeature(settings.outputs));
  }
  const candidates = declared.length > 0 ? declared : available;
  if (options.columns === undefined) {
    if (candidates.length > 0) return candidates;
    throw new CliError(
      'COLUMN_UNSUITABLE',
      `${reference.name} has no column that can be compared; times are left out. Name columns with --columns.`,
    );
  }
  return options.columns.map((name) => {
    const candidate =
      candidates.find((feature) => feature.name === name) ??
      available.find((feature) => feature.name === name);
    if (candidate !== undefined) return candidate;
    if (reference.kind === 'data' && requireColumn(reference.source, name) === 'time') {
      return { name, type: 'numeric' };
    }
    throw new CliError(
      'COLUMN_UNKNOWN',
      `--columns names "${name}"; ${reference.name} has ${[...names].join(', ')}.`,
    );
  });
}

async function blockSize(reader: Reader, input: Input, key: string): Promise<number> {
  const source = requireRows(input, '--key');
  requireColumn(source, key);
  return rowsPerKey(reader.database, source, key);
}

function requireRows(input: Input, option: string): DataSource {
  if (input.kind === 'data') return input.source;
  throw new CliError(
    'OPTION_INVALID',
    `${option} needs rows, and ${input.name} is a profile, which holds counts only. Name a data set, or leave the option out.`,
  );
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
  reference: GroupProfile,
  current: GroupProfile,
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

interface Judge {
  whole(reference: GroupProfile, current: GroupProfile): FeatureDrift[];
  chunk(reference: GroupProfile, chunk: GroupProfile): ChunkResult;
  segments(pairs: readonly (readonly [GroupProfile, GroupProfile])[]): SegmentResult[];
}

function createJudge(
  rules: DriftPolicy,
  features: readonly FeatureConfig[],
  rowsPerBlock: RowsPerBlock | undefined,
  onWarning: (message: string) => void,
): Judge {
  let streaks: DriftStreaks = new Map();
  const warned = new Set<string>();
  const onFailure = (statistic: string, error: unknown): void => {
    if (warned.has(statistic)) return;
    warned.add(statistic);
    onWarning(`The statistic "${statistic}" failed and is left out: ${messageOf(error)}`);
  };
  const samplesOf = (reference: GroupProfile, current: GroupProfile): ComparedFeature[] =>
    features.map((feature) => ({
      feature,
      reference: reference.features.get(feature.name)!,
      current: current.features.get(feature.name)!,
      invalid: current.invalid.get(feature.name) ?? 0,
      ...(rowsPerBlock === undefined ? {} : { rowsPerBlock }),
    }));
  return {
    whole: (reference, current) =>
      evaluateDrift(samplesOf(reference, current), rules, { onFailure }),
    chunk(reference, chunk) {
      const found = evaluateDrift(samplesOf(reference, chunk), rules, { streaks, onFailure });
      streaks = streaksAfter(found);
      return {
        key: chunk.key,
        rows: chunk.rows,
        features: found.map(chunkFeature),
        ...verdictOf(found),
      };
    },
    segments(pairs) {
      // One run over all segments: with more of them, more must not ring by chance.
      const found = evaluateDrift(
        pairs.flatMap(([reference, current]) => samplesOf(reference, current)),
        rules,
        { onFailure },
      );
      return pairs.map(([reference, current], index) => {
        const own = found.slice(index * features.length, (index + 1) * features.length);
        return {
          value: reference.key,
          referenceRows: reference.rows,
          currentRows: current.rows,
          features: own.map(chunkFeature),
          ...verdictOf(own),
        };
      });
    },
  };
}

async function compareSegments(
  reader: Reader,
  [referenceInput, currentInput]: readonly [Input, Input],
  whole: GroupProfile,
  column: string,
  limit: number,
  features: readonly FeatureConfig[],
  judge: Judge,
): Promise<NonNullable<DriftResult['segments']>> {
  const currentSource = requireRows(currentInput, '--segment');
  requireColumn(currentSource, column);
  const { references, leftOut } = await referenceSegments(
    reader,
    referenceInput,
    whole,
    column,
    limit,
    features,
  );
  const grouping = segmentGrouping(column, [...references.keys()]);
  const currents = await groupsByKey(
    groupProfiles(reader, currentSource, features, whole, grouping),
  );
  const pairs = Array.from(references, ([value, reference]) => {
    const current = currents.get(value) ?? emptyGroup(reference);
    return [reference, current] as const;
  });
  return { column, values: judge.segments(pairs), leftOut };
}

function chunkFeature(feature: FeatureDrift): ChunkFeature {
  const { name, currentRows, scores, noiseFloor, pValue, adjustedPValue, significant, state } =
    feature;
  return { name, currentRows, scores, noiseFloor, pValue, adjustedPValue, significant, state };
}
