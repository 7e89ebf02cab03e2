import {
  estimateOfRows,
  measureReferenceQuality,
  type QualityEstimator,
  type ReferenceQuality,
  scoresOfRows,
  shareOutside,
} from '@modelmeter/core/quality';
import { type OutputsConfig, outputNameOf } from '@modelmeter/core/settings';
import { requireRows } from '../compare/comparison.js';
import { CliError } from '../errors.js';
import { calendarGrouping, type Grouping, oneGroup, sizeGrouping } from '../profile/groups.js';
import { groupProfiles, referenceProfile } from '../profile/profile-input.js';
import type { GroupProfile } from '../profile/profile-source.js';
import type { Feature } from '../read/columns.js';
import { describeReading } from '../read/describe-reading.js';
import { featuresOfInput, type Input, openInput } from '../read/input.js';
import { readReport } from '../read/read-report.js';
import type { Reader } from '../read/reader.js';
import type { DataSource, ReadOptions } from '../read/source.js';
import type { EstimatedOutput } from './model-output.js';
import type { ChunkQuality, EstimatedScore, QualityResult } from './quality-result.js';
import { type ChunkRows, readChunks } from './read-rows.js';
import { outsideSupport } from './support.js';

/** The data sets, and how they are cut into chunks. */
export interface EstimateOptions {
  readonly reference: string;
  readonly current: string;
  readonly output: EstimatedOutput;
  readonly target?: string;
  readonly chunkBy?: string;
  readonly timeFormat?: string;
  readonly chunkSize?: number;
  /** The features; default: every column that is nothing else. */
  readonly columns?: readonly string[];
  readonly exclude?: readonly string[];
  readonly read?: ReadOptions;
}

/**
 * Estimates the quality of every chunk of the current rows from the reference, and computes it where
 * the rows have targets. The chunks of a reference that is a data set come first.
 */
export async function estimateQuality(
  reader: Reader,
  options: EstimateOptions,
): Promise<QualityResult> {
  const { output, target } = options;
  const reference = await openInput(reader, options.reference, options.read);
  const current = await openInput(reader, options.current, options.read);
  const currentRows = requireRows(current, '--current');
  const known = await readReference(reader, reference, options);
  const { estimator } = known.quality;
  if (estimator?.task !== output.task) {
    throw new CliError(
      'OPTION_INVALID',
      `${reference.name} cannot estimate a ${output.task} model: it has ${known.quality.samples} rows with a prediction and a target${estimator === undefined ? '' : ` of a ${estimator.task} model`}. Name a reference with targets of both classes, or of numbers.`,
    );
  }
  const features = supportFeatures(reference, current, options);
  const whole = await referenceProfile(reader, reference, features);
  const grouping = await groupingOf(reader, currentRows, options);
  const rows = await readChunks(
    reader,
    currentRows,
    outputNameOf(output),
    target !== undefined && currentRows.columns.has(target) ? target : undefined,
    grouping,
  );
  const profiles = await profilesByKey(reader, currentRows, features, whole, grouping);
  const estimated = [
    ...known.chunks.map((chunk) => chunkQuality('reference', chunk, estimator, undefined)),
    ...rows.map((chunk) => chunkQuality('current', chunk, estimator, profiles.get(chunk.key))),
  ];
  const chunks = estimated.filter(({ period }) => period === 'current' || grouping !== oneGroup);
  const sources = [reference, current].filter((input) => input.kind === 'data');
  return {
    reference: {
      source: reference.name,
      samples: known.quality.samples,
      scores: known.quality.scores,
    },
    current: {
      source: current.name,
      rows: currentRows.rows,
      targets: rows.reduce((sum, { targets }) => sum + targetsIn(targets), 0),
    },
    task: output.task,
    chunks,
    bands: heldBands(chunks),
    notes: sources.flatMap(({ name, source }) => describeReading(name, readReport(source.log))),
  };
}

/** The quality of the reference: as it was stored, or of its rows. */
async function readReference(
  reader: Reader,
  reference: Input,
  options: EstimateOptions,
): Promise<{ readonly quality: ReferenceQuality; readonly chunks: readonly ChunkRows[] }> {
  if (reference.kind === 'profile') {
    const { quality } = reference.profile;
    if (quality !== undefined) return { quality, chunks: [] };
    throw new CliError(
      'OPTION_INVALID',
      `${reference.name} has no quality. Make it again from data with targets: modelmeter reference --target <column>.`,
    );
  }
  const { output, target } = options;
  if (target === undefined) {
    throw new CliError(
      'OPTION_INVALID',
      `The rows of ${reference.name} need targets. Name their column with --target.`,
    );
  }
  const grouping = await groupingOf(reader, reference.source, options);
  const chunks = await readChunks(reader, reference.source, outputNameOf(output), target, grouping);
  return { quality: qualityOfChunks(output, chunks, grouping !== oneGroup), chunks };
}

/** The quality of the rows of a reference. */
export function qualityOfChunks(
  outputs: OutputsConfig,
  chunks: readonly ChunkRows[],
  isChunked: boolean,
): ReferenceQuality {
  const joined = (part: 'predictions' | 'targets'): Float64Array => {
    const all = new Float64Array(chunks.reduce((sum, chunk) => sum + chunk[part].length, 0));
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk[part], at);
      at += chunk[part].length;
    }
    return all;
  };
  const numbers = isChunked
    ? {
        chunks: chunks.flatMap(({ predictions }, chunk) =>
          new Array(predictions.length).fill(chunk),
        ),
      }
    : {};
  return measureReferenceQuality({
    outputs,
    predictions: joined('predictions'),
    targets: joined('targets'),
    ...numbers,
  });
}

function groupingOf(
  { database }: Reader,
  source: DataSource,
  { chunkBy, chunkSize, timeFormat }: EstimateOptions,
): Promise<Grouping> | Grouping {
  if (chunkBy !== undefined) return calendarGrouping(database, source, chunkBy, timeFormat);
  return chunkSize === undefined ? oneGroup : sizeGrouping(chunkSize);
}

/** The chosen columns that both sides have and that are neither predictions, targets nor times. */
function supportFeatures(
  reference: Input,
  current: Input,
  { output, target, chunkBy, columns, exclude = [] }: EstimateOptions,
): Feature[] {
  const time = chunkBy?.split(':').slice(1).join(':');
  const others = new Set([outputNameOf(output), target, time, ...exclude]);
  const there = new Set(featuresOfInput(current).map(({ name }) => name));
  return featuresOfInput(reference).filter(
    ({ name, type }) =>
      type !== 'embedding' &&
      there.has(name) &&
      !others.has(name) &&
      (columns === undefined || columns.includes(name)),
  );
}

async function profilesByKey(
  reader: Reader,
  source: DataSource,
  features: readonly Feature[],
  reference: GroupProfile,
  grouping: Grouping,
): Promise<Map<string, GroupProfile>> {
  const profiles = new Map<string, GroupProfile>();
  for await (const group of groupProfiles(reader, source, features, reference, grouping)) {
    profiles.set(group.key, group);
  }
  return profiles;
}

function chunkQuality(
  period: ChunkQuality['period'],
  { key, predictions, targets }: ChunkRows,
  estimator: QualityEstimator,
  profile: GroupProfile | undefined,
): ChunkQuality {
  const { scores, bounds } = estimateOfRows(estimator, predictions);
  const known = targets.reduce<number[]>((rows, target, row) => {
    if (!Number.isNaN(target)) rows.push(row);
    return rows;
  }, []);
  const pick = (values: Float64Array): Float64Array =>
    Float64Array.from(known, (row) => values[row]!);
  const withdrawn = outsideSupport(profile, shareOutside(estimator, predictions));
  return {
    period,
    key,
    rows: predictions.length,
    targets: known.length,
    estimated: Object.fromEntries(
      Object.entries(scores).map(([name, estimate]): [string, EstimatedScore] => [
        name,
        { estimate, ...bounds[name] },
      ]),
    ),
    realised: known.length === 0 ? {} : scoresOfRows(estimator, pick(predictions), pick(targets)),
    ...(withdrawn === undefined ? {} : { withdrawn }),
  };
}

function targetsIn(targets: Float64Array): number {
  return targets.reduce((sum, target) => sum + (Number.isNaN(target) ? 0 : 1), 0);
}

/** How many bands held the realised score, over the current chunks whose estimates stand. */
function heldBands(chunks: readonly ChunkQuality[]): QualityResult['bands'] {
  const bands: Record<string, { chunks: number; held: number }> = {};
  for (const { period, estimated, realised, withdrawn } of chunks) {
    if (period === 'reference' || withdrawn !== undefined) continue;
    for (const [name, { low, high }] of Object.entries(estimated)) {
      const value = realised[name];
      if (value === undefined || low === undefined || high === undefined) continue;
      const band = (bands[name] ??= { chunks: 0, held: 0 });
      band.chunks += 1;
      if (low <= value && value <= high) band.held += 1;
    }
  }
  return bands;
}
