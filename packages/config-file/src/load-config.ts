import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CoreError, type Problem } from '@modelmeter/core';
import {
  camelCaseKeys,
  type DriftConfig,
  type FeatureConfig,
  formatPath,
  type OutputsConfig,
  parseSettings,
  type SettingPath,
  type SettingsSource,
  settingsError,
  snakeCase,
  snakeCaseKeys,
} from '@modelmeter/core/settings';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { ConfigFileError, messageOf } from './errors.js';
import {
  batchSchema,
  type ExporterConfig,
  exporterSchema,
  type ModelConfig,
} from './exporter-settings.js';

/** The configuration of an exporter, and the file that it comes from. */
export interface LoadedConfig {
  readonly config: ExporterConfig;
  /** Where relative paths of the configuration start. */
  readonly folder: string;
  /** How errors name a place in the file: `drift_detection.psi_threshold (line 12)`. */
  readonly source: SettingsSource;
  /** The same for the settings of one model, whose place is below `models`. */
  sourceOf(model: ModelConfig): SettingsSource;
}

/** What a comparison of two data sets takes from a configuration. */
export interface BatchConfig {
  readonly drift: DriftConfig;
  /** Declared features; empty when the file declares none. */
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsConfig | undefined;
  readonly folder: string;
  readonly source: SettingsSource;
}

/**
 * Reads and checks the YAML configuration file of an exporter.
 *
 * @throws ConfigFileError CONFIG_UNREADABLE when the file does not exist or is not YAML.
 * @throws CoreError CONFIG_INVALID with path, line, value and remedy of every invalid setting.
 */
export async function loadConfig(path: string): Promise<LoadedConfig> {
  return checkedConfig(await readDocument(path));
}

/**
 * Checks the text of a configuration.
 *
 * @param path The file that errors name; relative paths of the configuration start in its folder.
 * @throws ConfigFileError or CoreError as `loadConfig` does.
 */
export function parseConfig(text: string, path: string): LoadedConfig {
  return checkedConfig(parsedDocument(text, path));
}

/**
 * Reads the settings of a comparison: from the configuration of an exporter, or from a file with
 * `drift_detection` and `features` alone.
 *
 * @param modelName Which of several models; its features and its output are compared.
 * @throws CoreError or ConfigFileError as `loadConfig` does, and when the model is unknown or not
 * named.
 */
export async function loadBatchConfig(path: string, modelName?: string): Promise<BatchConfig> {
  const read = await readDocument(path);
  if (!isRecord(read.input) || !('models' in read.input)) {
    const batch = parseSettings(batchSchema, read.input, read.source);
    return {
      drift: batch.driftDetection,
      features: batch.features,
      outputs: undefined,
      folder: read.folder,
      source: read.source,
    };
  }
  const loaded = checkedConfig(read);
  const { models, driftDetection } = loaded.config;
  const matching = models.filter(({ name }) => modelName === undefined || name === modelName);
  const [model] = matching;
  if (model === undefined || matching.length > 1) {
    const available = models.map(({ name, version }) => `${name} version ${version}`).join(', ');
    const problem =
      model === undefined ? `Unknown model "${modelName}" in` : 'Several models match in';
    throw new CoreError(
      'CONFIG_INVALID',
      `${problem} ${path}. Available: ${available}. Name one with --model.`,
    );
  }
  return {
    drift: driftDetection,
    features: model.features,
    outputs: model.outputs,
    folder: loaded.folder,
    source: loaded.sourceOf(model),
  };
}

/** A configuration with its defaults as a file would have it: snake_case, durations as text. */
export function writtenConfig(config: ExporterConfig): Record<string, unknown> {
  return snakeCaseKeys(z.encode(exporterSchema, config)) as Record<string, unknown>;
}

interface ReadDocument {
  readonly input: unknown;
  readonly folder: string;
  readonly source: SettingsSource;
}

async function readDocument(path: string): Promise<ReadDocument> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigFileError(
      'CONFIG_UNREADABLE',
      `${path} cannot be read (${messageOf(error)}). Name the configuration file with --config.`,
      { cause: error },
    );
  }
  return parsedDocument(text, path);
}

function parsedDocument(text: string, path: string): ReadDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true });
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    throw new ConfigFileError(
      'CONFIG_UNREADABLE',
      `${path} is not valid YAML: ${mistake.message}`,
      {
        cause: mistake,
      },
    );
  }
  const written: unknown = document.toJS() ?? {};
  const source: SettingsSource = {
    describePlace(settingPath) {
      const names = settingPath.map((part) => (typeof part === 'string' ? snakeCase(part) : part));
      return formatPath(names) + describeLine(document, lines, names);
    },
    spell: snakeCase,
  };
  requireSnakeCase(written, source);
  return { input: camelCaseKeys(written), folder: dirname(resolve(path)), source };
}

/** Refuses names in camelCase, which the mapping to code would let pass. */
function requireSnakeCase(written: unknown, source: SettingsSource): void {
  const problems: Problem[] = [];
  const visit = (value: unknown, path: SettingPath): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      const place = [...path, Array.isArray(value) ? Number(key) : key];
      if (snakeCase(key) !== key) {
        problems.push({
          path: source.describePlace(path) ? `${source.describePlace(path)}.${key}` : key,
          message: /^[a-z]+([A-Z][a-z0-9]*)+$/.test(key)
            ? `is not a setting; write ${snakeCase(key)}`
            : 'is not a setting; remove it or correct its name',
        });
      }
      visit(item, place);
    }
  };
  visit(written, []);
  if (problems.length > 0) throw settingsError(problems);
}

function checkedConfig({ input, folder, source }: ReadDocument): LoadedConfig {
  const config = parseSettings(exporterSchema, input, source);
  return {
    config,
    folder,
    source,
    sourceOf(model) {
      const index = config.models.indexOf(model);
      return {
        ...source,
        describePlace: ([first, ...rest]) =>
          typeof first === 'string' && first in sharedSettings
            ? source.describePlace([first, ...rest])
            : source.describePlace([
                'models',
                index,
                ...(first === undefined ? [] : [first]),
                ...rest,
              ]),
      };
    },
  };
}

/** Settings that all models of a configuration share. */
const sharedSettings = { driftDetection: true, quality: true, alerts: true };

/** ` (line 12)` of a setting, or of the nearest one around it that the file has. */
function describeLine(
  document: Document.Parsed,
  lines: LineCounter,
  path: readonly PropertyKey[],
): string {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return ` (line ${lines.linePos(node.range[0]).line})`;
  }
  return '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
