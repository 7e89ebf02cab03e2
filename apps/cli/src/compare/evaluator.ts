import { loadStatistics } from '@modelmeter/config-file';
import type { FeatureDrift } from '@modelmeter/core';
import {
  type ComparedFeature,
  createDriftPolicy,
  type DriftStreaks,
  evaluateDrift,
  inOrdinaryTime,
  type ReferenceHistory,
  streaksAfter,
  verdictOf,
} from '@modelmeter/core/drift';
import { columnFeatures, type FeatureConfig, settingsInCode } from '@modelmeter/core/settings';
import { messageOf } from '../errors.js';
import { rowsPerKey } from '../profile/aggregates.js';
import type { GroupProfile } from '../profile/profile-source.js';
import type { Input } from '../read/input.js';
import { requireColumn } from '../read/source.js';
import { type Comparison, requireRows } from './comparison.js';
import type { ChunkFeature, ChunkResult, SegmentResult } from './drift-result.js';

/** Decides about counted rows: all of them, a chunk of them, or segments. */
export interface Evaluator {
  whole(reference: GroupProfile, current: GroupProfile): FeatureDrift[];
  /** Chunks are given in their order: drift may be asked to last for several. */
  chunk(reference: GroupProfile, chunk: GroupProfile): ChunkResult;
  segments(
    features: readonly FeatureConfig[],
    pairs: readonly (readonly [GroupProfile, GroupProfile])[],
  ): SegmentResult[];
  /** Effective block size of correlated rows on each side: as measured, otherwise as configured. */
  rowsPerBlock(feature: FeatureConfig): NonNullable<ComparedFeature['rowsPerBlock']>;
}

/**
 * Loads the statistics and measures the correlation of the rows that the decisions take.
 *
 * @param history The rows of the reference by time: rows with a time are compared with the same hours.
 * @throws CoreError CONFIG_INVALID when a statistic is unknown or does not fit a feature.
 */
export async function createEvaluator(
  comparison: Comparison,
  history?: ReferenceHistory,
): Promise<Evaluator> {
  const { features, settings } = comparison;
  const { drift, folder, source = settingsInCode } = settings;
  const { names, statistics } = await loadStatistics(drift.statistics, folder, source);
  // Files have finer counts than the counters of a fleet.
  const policy = createDriftPolicy({ ...drift, statistics: names, source: 'local' }, features, {
    statistics,
    source,
  });
  const rowsPerBlock = await blockSizes(comparison);
  const onFailure = warnOnce(comparison.warn);
  let streaks: DriftStreaks = new Map();

  const samplesOf = (
    reference: GroupProfile,
    current: GroupProfile,
    compared: readonly FeatureConfig[] = features,
  ): ComparedFeature[] =>
    compared.map((feature) => {
      const sample: ComparedFeature = {
        feature,
        reference: reference.features.get(feature.name)!,
        current: current.features.get(feature.name)!,
        invalid: current.invalid.get(feature.name) ?? 0,
        ...(rowsPerBlock === undefined ? {} : { rowsPerBlock }),
      };
      const isInTime = history !== undefined && current.range !== undefined;
      return isInTime ? inOrdinaryTime(sample, history, current.range) : sample;
    });

  return {
    whole: (reference, current) =>
      evaluateDrift(samplesOf(reference, current), policy, { onFailure }).map((feature) =>
        comparison.missingColumns.includes(feature.name) ? withoutColumn(feature) : feature,
      ),
    chunk(reference, chunk) {
      const found = evaluateDrift(samplesOf(reference, chunk, columnFeatures(features)), policy, {
        streaks,
        onFailure,
      });
      streaks = streaksAfter(found);
      const { key, rows } = chunk;
      return { key, rows, features: found.map(chunkFeature), ...verdictOf(found) };
    },
    rowsPerBlock(feature) {
      const { rowsPerBlock: configured } = policy.criteriaOf(feature);
      return rowsPerBlock ?? { reference: configured, current: configured };
    },
    segments(compared, pairs) {
      // One run over all segments, so that more segments do not mean more false alarms.
      const samples = pairs.flatMap(([reference, current]) =>
        samplesOf(reference, current, compared),
      );
      const found = evaluateDrift(samples, policy, { onFailure });
      return pairs.map(([reference, current], index) => {
        const own = found.slice(index * compared.length, (index + 1) * compared.length);
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

async function blockSizes(comparison: Comparison): Promise<ComparedFeature['rowsPerBlock']> {
  const { key } = comparison.options;
  if (key === undefined) return undefined;
  const sizeOf = async (input: Input): Promise<number> => {
    const source = requireRows(input, '--key');
    requireColumn(source, key);
    return rowsPerKey(comparison.reader.database, source, key);
  };
  return {
    reference: await sizeOf(comparison.reference),
    current: await sizeOf(comparison.current),
  };
}

/** A column that is gone is the finding, not that its values are missing. */
function withoutColumn(feature: FeatureDrift): FeatureDrift {
  const message = 'The current data do not have this column; every value counts as missing.';
  return {
    ...feature,
    findings: [{ kind: 'column_missing', ratio: 1, message, state: 'investigate' }],
  };
}

/** A statistic that fails does so for every feature; one warning is enough. */
function warnOnce(warn: Comparison['warn']): (statistic: string, error: unknown) => void {
  const warned = new Set<string>();
  return (statistic, error) => {
    if (warned.has(statistic)) return;
    warned.add(statistic);
    warn(`The statistic "${statistic}" failed and is left out: ${messageOf(error)}`);
  };
}

function chunkFeature(feature: FeatureDrift): ChunkFeature {
  const { name, currentRows, compared, scores, effects, pValue, adjustedPValue } = feature;
  const { significant, state } = feature;
  return {
    name,
    currentRows,
    compared,
    scores,
    effects,
    pValue,
    adjustedPValue,
    significant,
    state,
  };
}
