import { batchSchema } from '@modelmeter/config-file';
import { outputFeature } from '@modelmeter/core';
import {
  type DriftConfig,
  type FeatureConfig,
  type OutputsConfig,
  parseSettings,
  type SettingsSource,
} from '@modelmeter/core/settings';
import { CliError } from '../errors.js';
import { calendarGrouping, type Grouping, sizeGrouping } from '../profile/groups.js';
import { warnOfNumbersInText } from '../profile/profile-input.js';
import { type Input, openInput } from '../read/input.js';
import type { Reader } from '../read/reader.js';
import type { DataSource } from '../read/source.js';
import { chooseFeatures } from './features.js';

/** The two sides of a comparison, and how they are compared. */
export interface CompareOptions {
  readonly reference: string;
  readonly current: string;
  readonly settings?: CompareSettings;
  readonly columns?: readonly string[];
  /** `month:timestamp`: a calendar unit and a column. */
  readonly chunkBy?: string;
  readonly chunkSize?: number;
  readonly segment?: string;
  readonly maximumSegments?: number;
  /** Column whose equal values mark correlated rows, such as those of one user. */
  readonly key?: string;
  readonly onWarning?: (message: string) => void;
}

export interface CompareSettings {
  readonly drift: DriftConfig;
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsConfig | undefined;
  /** Folder that the module paths among the statistics are relative to. */
  readonly folder: string;
  /** Where the settings were written, for errors. */
  readonly source?: SettingsSource;
}

/** A comparison whose sides are open and whose features are chosen; nothing is counted yet. */
export interface Comparison {
  readonly reader: Reader;
  readonly options: CompareOptions;
  readonly settings: CompareSettings;
  readonly reference: Input;
  readonly current: Input;
  readonly features: readonly FeatureConfig[];
  /** How the current rows fall into chunks; undefined when no chunks were asked for. */
  readonly chunking: Grouping | undefined;
  readonly warn: (message: string) => void;
}

export async function prepareComparison(
  reader: Reader,
  options: CompareOptions,
): Promise<Comparison> {
  const { onWarning: warn = () => {}, settings = defaultSettings() } = options;
  const reference = await openInput(reader, options.reference);
  const current = await openInput(reader, options.current);
  const chunking = chunkGrouping(current, options);
  const features = chooseFeatures(reference, settings, options);
  await warnOfNumbersInText(reader, reference, undeclared(features, settings), warn);
  return { reader, options, settings, reference, current, features, chunking, warn };
}

/**
 * The rows of an input.
 *
 * @param option The option that needs them, for the error.
 * @throws CliError OPTION_INVALID for a profile.
 */
export function requireRows(input: Input, option: string): DataSource {
  if (input.kind === 'data') return input.source;
  throw new CliError(
    'OPTION_INVALID',
    `${option} needs rows, and ${input.name} is a profile, which holds counts only. Name a data set, or leave the option out.`,
  );
}

function defaultSettings(): CompareSettings {
  const { driftDetection: drift, features } = parseSettings(batchSchema, {});
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

function undeclared(
  features: readonly FeatureConfig[],
  { features: declared, outputs }: CompareSettings,
): FeatureConfig[] {
  const names = new Set(declared.map(({ name }) => name));
  if (outputs !== undefined) names.add(outputFeature(outputs).name);
  return features.filter(({ name }) => !names.has(name));
}
