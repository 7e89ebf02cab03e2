import { batchSchema } from '@modelmeter/config-file';
import {
  type DriftConfig,
  type FeatureConfig,
  type OutputsConfig,
  parseSettings,
  type SettingsSource,
} from '@modelmeter/core/settings';
import { CliError } from '../errors.js';
import { calendarGrouping, type Grouping, sizeGrouping } from '../profile/groups.js';
import { numbersInText, textsAmongNumbers } from '../profile/numbers-in-text.js';
import { featuresOfInput, type Input, openInput } from '../read/input.js';
import type { Reader } from '../read/reader.js';
import type { DataSource, ReadOptions } from '../read/source.js';
import { type ChosenFeature, chooseFeatures, declaredNames } from './features.js';
import { logLeftOut, missingColumns } from './left-out.js';

/** The two sides of a comparison, and how they are compared. */
export interface CompareOptions {
  readonly reference: string;
  readonly current: string;
  readonly settings?: CompareSettings;
  readonly columns?: readonly string[];
  readonly exclude?: readonly string[];
  /** `month:timestamp`: a calendar unit and a column. */
  readonly chunkBy?: string;
  /** How the times are written, such as `%d/%m/%Y`; detected when undefined. */
  readonly timeFormat?: string;
  /** Column of the time of the rows, on both sides. */
  readonly timeColumn?: string;
  readonly chunkSize?: number;
  readonly segment?: string;
  readonly maximumSegments?: number;
  /** Whether to look for the segments in which the shifts are concentrated. */
  readonly explain?: boolean;
  /** Column whose equal values mark correlated rows, such as those of one user. */
  readonly key?: string;
  /** Whether the numeric features are also compared together; default: as configured. */
  readonly multivariate?: boolean;
  readonly read?: ReadOptions;
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
  readonly features: readonly ChosenFeature[];
  /** Features that the current side has no column of. */
  readonly missingColumns: readonly string[];
  /** How the current rows fall into chunks; undefined when no chunks were asked for. */
  readonly chunking: Grouping | undefined;
  readonly warn: (message: string) => void;
}

export async function prepareComparison(
  reader: Reader,
  options: CompareOptions,
): Promise<Comparison> {
  const { onWarning: warn = () => {}, settings = defaultSettings() } = options;
  const reference = await openInput(reader, options.reference, options.read);
  const current = await openInput(reader, options.current, options.read);
  const chunking = await chunkGrouping(reader, current, options);
  const features = chooseFeatures(reference, current, settings, options);
  const declared = new Set(declaredNames(settings));
  for (const message of numbersInText(
    reference,
    features.filter(({ name }) => !declared.has(name)),
  )) {
    warn(message);
  }
  for (const message of textsAmongNumbers(current, features)) warn(message);
  const isTogether = features.some(({ together }) => together !== undefined);
  if (!isTogether && featuresOfInput(reference).some(({ together }) => together !== undefined)) {
    warn(
      `${reference.name} also holds the numeric features together; compare them with --multivariate.`,
    );
  }
  const missing = missingColumns(current, features);
  logLeftOut(reference, current, features, options);
  return {
    reader,
    options,
    settings,
    reference,
    current,
    features,
    missingColumns: missing,
    chunking,
    warn,
  };
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

async function chunkGrouping(
  { database }: Reader,
  current: Input,
  { chunkBy, chunkSize, timeFormat }: CompareOptions,
): Promise<Grouping | undefined> {
  if (chunkBy !== undefined && chunkSize !== undefined) {
    throw new CliError(
      'OPTION_INVALID',
      'Both --chunk-by and --chunk-size were given; choose one.',
    );
  }
  if (chunkSize !== undefined) return sizeGrouping(chunkSize);
  if (chunkBy === undefined) return undefined;
  const source = requireRows(current, '--chunk-by');
  const grouping = await calendarGrouping(database, source, chunkBy, timeFormat);
  source.log.notes.push(...grouping.notes);
  return grouping;
}
